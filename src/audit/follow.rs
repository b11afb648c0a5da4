//! Events as they come: every one that is committed, once, whichever way transactions overlap.

use std::sync::Arc;

use super::{Events, events::mask};
use crate::{
    database::Database,
    list::{Arrived, Mark, Query, arrived},
    pg::{Identity, Problem, Run},
    question::Question,
};

/// What has happened since?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Of which events.
    pub events: Events,
    /// Which of them pass, and whether long values come whole.
    pub query: Query,
    /// Up to where somebody was told; from now on where there is none.
    pub mark: Option<Arc<Mark>>,
}

impl Question for Follow {
    type Answer = Arrived;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Arrived, Problem> {
        let sources = self.events.sources(&database, &run).await?;
        let mark = self.mark.as_deref();
        let mut arrived = arrived(&database, &identity, &run, &sources, &self.query, mark).await?;
        mask(database.mapping()?, &mut arrived.page);
        Ok(arrived)
    }
}
