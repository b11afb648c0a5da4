//! What a room can be asked: a value that says what is wanted, and knows how to find out.
//!
//! A question never carries an identity; whoever asks says as whom, so that no question can choose it.

use std::{fmt::Debug, sync::Arc};

use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
};

/// A question to a room, with the type of its answer.
pub trait Question: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// What comes back.
    type Answer: Debug + Send + 'static;

    /// Asks `database` as `identity`; `run` is the handle by which the question can be cancelled.
    fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> impl Future<Output = Result<Self::Answer, Problem>> + Send;

    /// The question for what comes after `answer`, where answers come in pages and there is more.
    fn after(&self, answer: &Self::Answer) -> Option<Self> {
        let _ = answer;
        None
    }
}
