//! The plan of a statement that somebody typed, or that a session sent: as the operator's login or as somebody else, with the conditions that policies put
//! there told from its own.
//!
//! It runs only where that was asked for and a parse of the whole says that it only reads; and then in a transaction that can only read and is rolled back.

mod guard;
mod origin;
mod tell;

use std::sync::Arc;

use serde::Serialize;

pub use self::{
    guard::{Found, Guarded, Rule},
    tell::tell,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run, Verbatim},
    plan::Plan,
    question::Question,
    rls::with_search_path,
};

/// What does the server do for a statement?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOf {
    /// The statement.
    pub statement: String,
    /// Whether it runs, to be measured.
    pub measured: bool,
}

/// What it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The statement.
    pub statement: String,
    /// The user as whom it is planned, if it is one.
    pub user: Option<String>,
    /// The role.
    pub role: String,
    /// Whether the plan is one for whatever values the statement leaves open.
    pub generic: bool,
    /// The tables in it whose row security applies, and what of it stands in the plan.
    pub tables: Vec<Guarded>,
    /// The plan.
    pub plan: Plan,
}

/// What the desk itself sets.
const PLANNED_WITH: &str = "plan_cache_mode = force_generic_plan";

/// Leaves a setting out of what the server says of the whole.
fn leave_out(plan: &mut Plan, setting: &str) {
    for fact in plan.facts.iter_mut().filter(|fact| fact.name == "Settings") {
        let rest: Vec<_> = fact.value.split(", ").filter(|it| *it != setting).collect();
        fact.value = rest.join(", ");
    }
    plan.facts.retain(|fact| fact.name != "Settings" || !fact.value.is_empty());
}

impl Question for PlanOf {
    type Answer = Explained;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Explained, Problem> {
        let verbatim = Verbatim::read(&self.statement)?;
        let identity = match identity {
            Identity::Acting(acting) => {
                Identity::Acting(with_search_path(&database, &acting, &run).await?)
            }
            Identity::Observer => identity,
        };
        let mut desk = database.door.desk(&identity, &verbatim, &run).await?;
        let said =
            if self.measured { desk.measure(&verbatim).await } else { desk.plan(&verbatim).await };
        let rows = match said.and_then(|said| said) {
            Ok(rows) => rows,
            Err(problem) => {
                desk.close().await?;
                // What ran may have read a secret, and its failure repeat it.
                let reads_secrets = self.measured
                    && database.mapping.as_ref().is_some_and(|it| !it.secrets.is_empty());
                let summary = problem.without_values().into_owned();
                return Err(if reads_secrets { Problem { summary, ..problem } } else { problem });
            }
        };
        let plan = rows.scalar().and_then(Plan::read);
        let mut plan =
            plan.ok_or_else(|| Problem::bug("the server told a plan in a way that is not known"))?;
        leave_out(&mut plan, PLANNED_WITH);
        let role = identity.acting().map_or(&database.door.probe().login, |acting| &acting.role);
        let mut guards = guard::of(&plan, role, &database, &run).await?;
        for guard in &mut guards {
            guard.look(&mut desk).await?;
        }
        desk.close().await?;
        origin::mark(&mut plan, &mut guards);
        let person = identity.acting().and_then(|acting| acting.person.as_ref());
        Ok(Explained {
            statement: self.statement,
            user: person.map(|person| person.label.clone()),
            role: role.clone(),
            generic: verbatim.parameters() > 0,
            tables: guards.into_iter().map(guard::Guard::told).collect(),
            plan,
        })
    }
}
