//! Who would see more or fewer rows because of migrations, told beforehand; only of policies, which can be tried without being there.
//!
//! What cannot be told so is refused or named, never left out in silence.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Plan,
    scope::leaning,
    sight::{Counts, Seen, Sight, compare},
    touched::{Touched, touched},
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run},
    question::Question,
    rls::{self, Warrant, WhatIf},
};

/// Asks who would see more or fewer, before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// What would be done.
    pub plan: Plan,
    /// Under which everybody is acted as to count.
    pub warrant: Warrant,
}

impl Question for Forecast {
    type Answer = Sight;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Sight, Problem> {
        let drafts = drafts(&self.plan)?;
        let changed: Vec<_> = drafts.keys().cloned().collect();
        apart(&changed, &database, &run).await?;
        let uncounted = leaning(&database, &changed, &run).await?;
        let mut sight = Sight { uncounted, ..Sight::default() };
        for (table, text) in drafts {
            let draft = rls::Draft::read(&table, &text)?;
            let what = WhatIf {
                draft,
                statements: vec![rls::Statement::Select],
                organization: None,
                users: Vec::new(),
            };
            let effect = what.run(&database, &self.warrant, &run).await?;
            let (mut before, mut after) = (Counts::new(), Counts::new());
            for change in &effect.changes {
                let id = change.user_id.clone().unwrap_or_else(|| change.user.clone());
                let key = (id, change.organization.clone(), table.clone());
                let seen = |rows: Option<u64>| match rows {
                    Some(rows) => Seen::Rows(rows),
                    None => Seen::Not(change.problem.clone().unwrap_or_else(|| "unknown".into())),
                };
                before.insert(key.clone(), (change.user.clone(), seen(change.before)));
                after.insert(key, (change.user.clone(), seen(change.after)));
            }
            let found = compare(&before, &after, vec![table]);
            sight.same += effect.same + found.same;
            sight.shifts.extend(found.shifts);
            sight.tables.extend(found.tables);
        }
        Ok(sight)
    }
}

/// Fails where one of `changed` is seen through another: each is tried with the policies that the others have now.
async fn apart(changed: &[RelationName], database: &Database, run: &Run) -> Result<(), Problem> {
    for table in changed {
        let others: Vec<_> = changed.iter().filter(|it| *it != table).cloned().collect();
        if leaning(database, &others, run).await?.contains(table) {
            return Err(refusal(&format!(
                "the policies of `{table}` look at others that change too"
            )));
        }
    }
    Ok(())
}

fn refusal(what: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!(
            "who would see what can only be told of policies that change by themselves: {what}"
        ),
    )
    .hint("it is counted when the migrations run, before and after")
}

/// The drafts of policies that a plan comes to, table by table; fails where anything else is in it.
fn drafts(plan: &Plan) -> Result<BTreeMap<RelationName, String>, Problem> {
    let mut all: BTreeMap<RelationName, String> = BTreeMap::new();
    for step in &plan.steps {
        let statements = step.job.statements.as_ref().map_err(|reason| refusal(reason))?;
        for statement in statements {
            let policy =
                ["CREATE", "ALTER", "DROP"].iter().any(|verb| statement.begins(&[verb, "POLICY"]));
            let enables = statement.begins(&["ALTER", "TABLE"])
                && statement.words.len() >= 6
                && statement.says("ENABLE")
                && statement.says("SECURITY");
            let touched = touched(statement);
            if let Touched::Tables(names) = &touched
                && let [table] = names.as_slice()
                && (policy || enables)
            {
                let draft = all.entry(table.clone()).or_default();
                draft.push_str(&statement.text);
                draft.push_str(";\n");
            } else {
                let words: Vec<_> = statement.words.iter().take(3).map(String::as_str).collect();
                let what = format!("{} has `{} …`", step.job.title(), words.join(" "));
                return Err(refusal(&what));
            }
        }
    }
    if all.is_empty() {
        return Err(refusal("there are none"));
    }
    Ok(all)
}
