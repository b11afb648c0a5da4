//! Leaks put together while they are found: which policy of which table lets users of one organization see rows of another.

use std::{collections::BTreeMap, mem, sync::Arc};

use super::{
    headlines::Scanned,
    leaks::{Leak, Leaks},
    warranted::Warranted,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// So many users of a border are named.
const NAMED: usize = 200;

/// A border between two organizations that a policy does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Border {
    /// The table.
    pub table: String,
    /// The policy that lets them; absent where none is asked.
    pub policy: Option<String>,
    /// Whose users; absent where they belong nowhere, or where it is a role.
    pub user_organization: Option<String>,
    /// Whose rows.
    pub row_organization: String,
    /// The id of the organization whose rows they are.
    pub row_organization_id: String,
    /// How many users.
    pub count: u64,
    /// How many rows the one of them sees who sees most.
    pub rows: u64,
    /// The users, as many as can be named.
    pub users: Vec<Crosser>,
    /// Why no policy is asked, and why the figures may not be the last word.
    pub label: Option<String>,
}

/// Somebody who sees rows beyond a border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosser {
    /// The user; absent for an identity that is no user, and for a role.
    pub user_id: Option<String>,
    /// What people call them.
    pub user: String,
    /// The id of the organization in which the user acts.
    pub organization_id: Option<String>,
    /// How many rows.
    pub rows: u64,
}

/// What makes a border another one.
type Key = (Option<String>, Option<String>, String);

/// The borders of one table, while it is looked at.
#[derive(Debug, Default)]
struct OfTable {
    table: String,
    borders: BTreeMap<Key, Border>,
}

impl OfTable {
    fn add(&mut self, leak: Leak) {
        let key =
            (leak.policy.clone(), leak.user_organization.clone(), leak.row_organization_id.clone());
        let crosser = Crosser {
            user_id: leak.user_id,
            user: leak.user,
            organization_id: leak.organization_id,
            rows: leak.rows,
        };
        let new = Border {
            table: leak.table,
            policy: leak.policy,
            user_organization: leak.user_organization,
            row_organization: leak.row_organization,
            row_organization_id: leak.row_organization_id,
            count: 0,
            rows: 0,
            users: Vec::new(),
            label: leak.label,
        };
        let border = self.borders.entry(key).or_insert(new);
        border.count += 1;
        border.rows = border.rows.max(crosser.rows);
        if border.users.len() < NAMED {
            border.users.push(crosser);
        }
    }

    /// The borders so far, which begin anew.
    fn take(&mut self) -> Vec<Border> {
        mem::take(&mut self.borders).into_values().collect()
    }
}

impl Question for Warranted<Leaks> {
    /// What could not be looked at. What was found is told table by table before, as lists of [`Border`]s.
    type Answer = Vec<String>;

    /// Whoever asks: what leaks does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<String>, Problem> {
        let mut now = OfTable::default();
        let mut scanned = Scanned::begin(self.question.organization.clone(), self.warrant.since);
        let mut told = |borders: Vec<Border>| {
            scanned.add(&borders);
            run.tell(borders);
        };
        let tell = |leak: Leak| {
            if leak.table != now.table {
                told(now.take());
                now.table.clone_from(&leak.table);
            }
            now.add(leak);
            Ok(true)
        };
        let aside = self.question.run(&database, &self.warrant, &run, tell).await?;
        told(now.take());
        if self.question.users.is_empty() && self.question.tables.is_empty() {
            scanned.keep(!aside.is_empty(), &database).await;
        }
        Ok(aside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_users_are_counted_and_as_many_named_as_can_be_read() {
        let leak = |user: u64| Leak {
            table: "public.emails".into(),
            user_id: Some(user.to_string()),
            user: format!("user{user}"),
            user_organization: Some("Acme".into()),
            row_organization: "Globex".into(),
            rows: user,
            policy: Some("admins".into()),
            label: None,
            row_organization_id: "2".into(),
            organization_id: None,
        };
        let mut table = OfTable::default();
        for user in 0..1000 {
            table.add(leak(user));
        }
        table.add(Leak { row_organization_id: "3".into(), ..leak(1) });
        let borders = table.take();
        assert_eq!(borders.len(), 2);
        assert_eq!((borders[0].count, borders[0].rows, borders[0].users.len()), (1000, 999, NAMED));
        assert_eq!(borders[1].count, 1);
        assert_eq!(table.take(), []);
    }
}
