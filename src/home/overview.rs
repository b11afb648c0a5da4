//! The lines of Home that are there at once.

use std::sync::Arc;

use crate::{
    database::Database,
    directory,
    headline::{Asker, Line},
    monitor,
    pg::{Fence, Identity, Problem, Run},
    question::Question,
    rls, tables,
};

/// What is here, and what is wrong?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Only this organization, where that makes sense.
    pub organization: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The lines, room after room.
    pub lines: Vec<Line>,
    /// What people should know about the system, as the mapping says.
    pub notes: Vec<String>,
    /// How strong the fence around acting would be, or why nobody can be acted as.
    pub fence: Result<Fence, Problem>,
}

impl Question for Overview {
    type Answer = Found;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Found, Problem> {
        let asker = Asker {
            database: &database,
            identity: &identity,
            run: &run,
            organization: self.organization.as_deref(),
        };
        let mut lines = directory::headlines(&asker).await;
        lines.extend(tables::headlines(&asker).await);
        lines.extend(rls::headlines(&asker).await);
        lines.extend(monitor::headlines(&asker).await);
        let notes =
            database.mapping.as_ref().map(|mapping| mapping.notes.clone()).unwrap_or_default();
        let fence = database.door.fence().await;
        Ok(Found { lines, notes, fence })
    }
}
