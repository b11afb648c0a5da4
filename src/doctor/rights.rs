//! What a login may do by itself and through the roles that it may take.

use crate::pg::{Row, Sql};

/// One right; the words of `what` are those of `sql/logins.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Right {
    what: String,
    subject: String,
    detail: Option<String>,
}

/// All rights of one login that are worth a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rights(Vec<Right>);

impl Rights {
    /// The question to the server.
    pub(super) fn question(login: &str) -> Sql {
        let mut sql = Sql::new("SELECT r.what, r.subject, r.detail FROM (\n");
        sql.push(include_str!("sql/logins.sql")).push(") r WHERE r.login = ");
        sql.bind(Some(login), "pg_catalog.text").push(" ORDER BY r.what, r.subject");
        sql
    }

    /// Reads the answer.
    pub(super) fn read(rows: Vec<Row>) -> Self {
        let right = |row: Row| {
            let mut cells = row.into_iter();
            let (what, subject) = (cells.next()??, cells.next()??);
            Some(Right { what, subject, detail: cells.next().flatten() })
        };
        Self(rows.into_iter().filter_map(right).collect())
    }

    /// The subjects of all rights of the sort `what`, with what is said about each.
    pub(super) fn of<'a>(
        &'a self,
        what: &'a str,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let sort = self.0.iter().filter(move |right| right.what == what);
        sort.map(|right| (right.subject.as_str(), right.detail.as_deref()))
    }

    /// The subjects alone.
    pub(super) fn subjects<'a>(&'a self, what: &'a str) -> Vec<&'a str> {
        self.of(what).map(|(subject, _)| subject).collect()
    }

    /// Whether it has the attribute `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.of("attribute").any(|(subject, _)| subject == name)
    }

    /// What a setting is for its sessions from the beginning.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.of("setting").find(|(subject, _)| *subject == name)?.1
    }

    #[cfg(test)]
    pub(super) fn made_of(rights: &[(&str, &str, Option<&str>)]) -> Self {
        let row = |(what, subject, detail): &(&str, &str, Option<&str>)| {
            vec![Some((*what).to_owned()), Some((*subject).to_owned()), detail.map(str::to_owned)]
        };
        Self::read(rights.iter().map(row).collect())
    }
}
