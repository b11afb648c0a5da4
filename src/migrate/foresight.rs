//! What an order would run, and who would see more or fewer rows then: the plan and its forecast in one question. Nothing is written for it.

use std::sync::Arc;

use super::{Forecast, Order, Planning, Sight};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, Run},
    question::Question,
    rls::Warrant,
};

/// Asks who would see more or fewer rows, if an order were done.
#[derive(Debug, Clone, PartialEq)]
pub struct Foresight {
    /// The order.
    pub order: Order,
    /// Under which everybody is acted as to count.
    pub warrant: Warrant,
}

/// What would come of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foretold {
    /// What would run.
    pub titles: Vec<String>,
    /// Who would see more or fewer; or why that cannot be told of it.
    pub sight: Result<Sight, Problem>,
}

impl Question for Foresight {
    type Answer = Foretold;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Foretold, Problem> {
        let planning = Planning { source: None, order: self.order };
        let plan = planning.ask(Arc::clone(&database), identity.clone(), run.clone()).await?;
        let titles: Vec<_> = plan.steps.iter().map(|step| step.job.title()).collect();
        if titles.is_empty() {
            return Ok(Foretold { titles, sight: Ok(Sight::default()) });
        }
        let forecast = Forecast { plan, warrant: self.warrant };
        match forecast.ask(database, identity, run).await {
            Err(problem) if problem.kind == Kind::Refused => {
                Ok(Foretold { titles, sight: Err(problem) })
            }
            outcome => Ok(Foretold { titles, sight: Ok(outcome?) }),
        }
    }
}
