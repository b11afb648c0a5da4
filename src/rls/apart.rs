//! A question about somebody who is not acted as otherwise: acting begins and ends in the journal for it, like any other.

use std::sync::Arc;

use crate::{
    database::Database,
    pg::{Acting, Identity, Problem, Run},
    question::Question,
};

/// The same question, as somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart<Q> {
    /// As whom.
    pub acting: Arc<Acting>,
    /// What is asked.
    pub question: Q,
}

impl<Q: Question> Question for Apart<Q> {
    type Answer = Q::Answer;

    /// Whoever asks: what somebody may do does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Q::Answer, Problem> {
        database.door.begin_acting(&self.acting).await?;
        let identity = Identity::Acting(Arc::clone(&self.acting));
        let answer = self.question.ask(Arc::clone(&database), identity, run).await;
        database.door.end_acting(&self.acting)?;
        answer
    }
}
