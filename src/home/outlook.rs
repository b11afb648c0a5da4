//! The lines of Home that take their time, so that no other waits for them.

use std::sync::Arc;

use crate::{
    cost,
    database::Database,
    headline::{Asker, Line},
    migrate,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// What is pending, and what is over its limit or will be?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Only this organization, where that makes sense.
    pub organization: Option<String>,
}

impl Question for Outlook {
    type Answer = Vec<Line>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Line>, Problem> {
        let asker = Asker {
            database: &database,
            identity: &identity,
            run: &run,
            organization: self.organization.as_deref(),
        };
        let mut lines = migrate::headlines(&asker).await;
        lines.extend(cost::headlines(&asker).await);
        Ok(lines)
    }
}
