//! Does what a plan showed, after somebody agreed to it.

use std::sync::Arc;

use super::{Pace, Plan, Runner};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, Run},
    question::Question,
};

/// Asks for a plan to be done, as somebody saw it and agreed.
#[derive(Debug, Clone, PartialEq)]
pub struct Taking {
    /// What was shown.
    pub plan: Plan,
    /// Whether indexes that an earlier attempt left behind are dropped first.
    pub drop_invalid: bool,
    /// How long it waits for others.
    pub pace: Pace,
}

impl Question for Taking {
    type Answer = usize;

    /// As whoever owns the schema; how many steps were done.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<usize, Problem> {
        database.door.writable()?;
        if let Some(left) = self.plan.leftovers.first().filter(|_| !self.drop_invalid) {
            return Err(Problem::new(
                Kind::Refused,
                format!("an earlier attempt left an index behind that is of no use: {left}"),
            )
            .hint(format!("`--drop-invalid` drops it first: DROP INDEX CONCURRENTLY {left}")));
        }
        let source = self.plan.stand.source.clone();
        let source = source.ok_or_else(|| Problem::bug("a plan without files"))?;
        let mut runner = Runner::on(&database, source, self.pace, &run).await?;
        for left in &self.plan.leftovers {
            runner.drop_leftover(left).await?;
        }
        let outcome = runner.take(self.plan.order, &self.plan.jobs()).await;
        runner.close().await;
        database.forget().await;
        outcome.map(|()| self.plan.steps.len())
    }
}
