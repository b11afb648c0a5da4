//! One event, whole, with what it changed.

use std::sync::Arc;

use super::{Change, Events, difference};
use crate::{
    database::Database,
    list::{Page, Paged as _, Query},
    pg::{Identity, Problem, Run},
    question::Question,
};

/// Which event is it?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventOf {
    /// The name of its source.
    pub source: String,
    /// Its id there.
    pub id: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its row, with all columns; no row where it is not there or not to be seen.
    pub page: Page,
    /// What it changed, where what was before and what was after are both known.
    pub changes: Option<Vec<Change>>,
}

impl Question for EventOf {
    type Answer = Event;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Event, Problem> {
        let events = Events { one: Some((self.source, self.id)), ..Events::default() };
        let query = Query { limit: 1, whole: true, ..Query::default() };
        let page = events.page(&database, &identity, &run, &query).await?;
        let changes = page.items.first().and_then(|item| {
            let before = page.value(item, "before")?;
            Some(difference(before, page.value(item, "after")?))
        });
        Ok(Event { page, changes })
    }
}
