//! A question about many: everybody is acted as for it, under a warrant that the journal has.

use std::sync::Arc;

use super::{
    many::Warrant,
    what_if::{Effect, WhatIf},
    who::{Able, Who},
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// A question, with the reason and the time for which everybody is acted as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warranted<Q> {
    /// Why, and until when.
    pub warrant: Warrant,
    /// What is asked.
    pub question: Q,
}

impl Question for Warranted<WhatIf> {
    type Answer = Effect;

    /// Whoever asks: what would change does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Effect, Problem> {
        self.question.run(&database, &self.warrant, &run).await
    }
}

impl Question for Warranted<Who> {
    type Answer = Vec<Able>;

    /// Whoever asks: who can does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<Able>, Problem> {
        self.question.run(&database, &self.warrant, &run).await
    }
}
