//! A few identities that stand for all: one user for each set of roles and state, and those that are no users.

use std::{collections::BTreeSet, sync::Arc};

use super::{Candidate, Identities, Others, Users};
use crate::{
    database::Database,
    list::{self, Page, Query, View as _},
    pg::{Identity, Problem, Run},
    question::Question,
};

/// How many users are looked at to find one for each set of roles.
const LOOKED_AT: usize = 500;

/// Which identities stand for all?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representatives {
    /// How many at most.
    pub most: usize,
}

impl Question for Representatives {
    type Answer = Vec<Candidate>;

    /// The observer is asked, whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<Candidate>, Problem> {
        let others = Others.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
        let select = Users::default().select(&database, &run).await?;
        let query = Query { limit: LOOKED_AT, whole: true, ..Query::default() };
        let page = list::page(&database, &Identity::Observer, &run, &select, &query).await?;
        let mut found = others.others;
        let mut seen = BTreeSet::new();
        for (id, kind) in kinds(&page) {
            if found.len() >= self.most {
                break;
            }
            if seen.contains(&kind) {
                continue;
            }
            let question = Identities { user: id };
            let answer =
                question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
            let Some(candidate) = answer.candidates.into_iter().next() else { continue };
            seen.insert(kind);
            found.push(candidate);
        }
        found.truncate(self.most);
        Ok(found)
    }
}

/// The users of a page, each with what makes it another kind of user.
fn kinds(page: &Page) -> Vec<(String, String)> {
    let users = page.items.iter().filter_map(|item| {
        let id = page.value(item, "id")?.to_owned();
        let roles = page.value(item, "roles").unwrap_or_default();
        let roles: Vec<serde_json::Value> = serde_json::from_str(roles).unwrap_or_default();
        let names: BTreeSet<_> =
            roles.iter().filter_map(|role| role.get("role")?.as_str()).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        Some((id, format!("{}: {names}", page.value(item, "state").unwrap_or_default())))
    });
    users.collect()
}
