//! A view of the server: a statement, what its columns are, and what it cannot do without.

use std::time::Duration;

use super::{Capability, Topic, capability::caveat, statements, veil};
use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, Page, Select, Sort, TypeName, View},
    pg::{Problem, Run, Sql},
};

/// A view of the server.
#[derive(Debug)]
pub struct Panel {
    /// Where its rows come from.
    pub(super) source: Source,
    /// Its columns, in order.
    pub(super) columns: &'static [Spec],
    /// What identifies a row: columns with their types, never NULL.
    pub(super) key: &'static [(&'static str, &'static str)],
    /// The columns by which a person tells its rows apart.
    pub known_by: &'static [&'static str],
    /// By which column its rows are ordered, and whether the largest comes first.
    pub(super) order: (&'static str, bool),
    /// How often it is worth another look.
    pub every: Duration,
    /// What it cannot do without.
    pub capability: Capability,
}

/// Where the rows of a view come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A statement.
    Fixed(&'static str),
    /// A statement, and the rows of another from a version on.
    More {
        /// The statement.
        base: &'static str,
        /// The major version.
        since: u32,
        /// The other, with the same columns.
        more: &'static str,
    },
    /// A statement about sessions, whose wait events are explained.
    Waits(&'static str),
    /// What the extension has counted, as far as it fulfils a condition.
    Counted(Option<&'static str>),
}

/// A column of a view.
#[derive(Debug)]
pub(super) struct Spec {
    name: &'static str,
    kind: Kind,
    label: Option<&'static str>,
    pinned: bool,
    hidden: bool,
}

/// A column of this kind.
pub(super) const fn column(name: &'static str, kind: Kind) -> Spec {
    Spec { name, kind, label: None, pinned: false, hidden: false }
}

/// A column of text.
pub(super) const fn text(name: &'static str) -> Spec {
    column(name, Kind::Text)
}

/// A column of numbers.
pub(super) const fn number(name: &'static str) -> Spec {
    column(name, Kind::Number)
}

impl Spec {
    /// The same, staying in place when columns are scrolled.
    pub(super) const fn pinned(mut self) -> Self {
        self.pinned = true;
        self
    }

    /// The same, left out of the grid until it is chosen.
    pub(super) const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The same, under a shorter heading.
    pub(super) const fn called(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// As a list knows it, worth the column of its name in `t`.
    fn field(&self) -> Field {
        let mut column = Column::new(self.name, self.kind);
        column.label = self.label.map(str::to_owned);
        (column.pinned, column.hidden) = (self.pinned, self.hidden);
        Field::computed(column, &named(self.name))
    }
}

/// Since when the server says what its wait events mean.
const WAIT_EVENTS_SINCE: u32 = 17;

/// `sql` with what its wait events mean: in the server's own words, or in ours where it has none.
fn waits(sql: &'static str, major: u32, from: &mut Sql) {
    from.push("SELECT b.*, w.description AS wait_help FROM (\n").push(sql);
    if major < WAIT_EVENTS_SINCE {
        from.push(") b LEFT JOIN LATERAL (SELECT m.description FROM (\n")
            .push(include_str!("sql/wait_events_told.sql"))
            .push(") m WHERE m.type = b.wait_event_type AND (m.name = b.wait_event OR m.name IS NULL) ORDER BY m.name LIMIT 1) w ON true");
        return;
    }
    from.push(") b LEFT JOIN (\n")
        .push(include_str!("sql/wait_events.sql"))
        .push(") w ON w.type = b.wait_event_type AND w.name = b.wait_event");
}

fn named(name: &str) -> Sql {
    let mut sql = Sql::default();
    sql.column("t", name);
    sql
}

/// A view of the server, as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch(pub Topic);

impl View for Watch {
    const SAMPLED: bool = true;

    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let Panel { source, columns, key, order: (column, descending), .. } = self.0.panel();
        let mut from = Sql::new("FROM (\n");
        let mut conditions = Vec::new();
        match source {
            Source::Fixed(sql) => {
                from.push(sql);
            }
            Source::More { base, since, more } => {
                from.push(base);
                if database.door.probe().major() >= *since {
                    from.push("\nUNION ALL\n").push(more);
                }
            }
            Source::Waits(sql) => waits(sql, database.door.probe().major(), &mut from),
            Source::Counted(condition) => {
                from.append(&statements::counted(database, run).await?);
                conditions.extend(condition.iter().copied().map(Sql::new));
            }
        }
        from.push(") t");
        Ok(Select {
            fields: columns.iter().map(Spec::field).collect(),
            from,
            conditions,
            key: key
                .iter()
                .map(|(name, type_name)| KeyPart {
                    value: named(name),
                    type_name: TypeName::new("pg_catalog", *type_name),
                })
                .collect(),
            order: Some(Sort { column: (*column).into(), descending: *descending }),
            estimate: None,
        })
    }

    fn caveat(&self, database: &Database, page: &Page) -> Option<Problem> {
        caveat(database.door.probe(), page)
    }

    fn veil(&self, _database: &Database, page: &mut Page) {
        let Some(query) = page.column("query") else { return };
        for cell in page.items.iter_mut().filter_map(|item| item.cells.get_mut(query)) {
            *cell = cell.take().map(|text| veil(&text).into_owned());
        }
    }

    fn cure(&self, problem: Problem) -> Problem {
        self.0.panel().capability.cure(problem)
    }
}

/// So many seconds.
pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::Topic;

    #[test]
    fn every_panel_is_ordered_and_known_by_columns_of_its_own() {
        for topic in Topic::ALL {
            let panel = topic.panel();
            let columns: Vec<_> = panel.columns.iter().map(|column| column.name).collect();
            assert!(columns.contains(&panel.order.0), "{topic:?}");
            assert!(panel.known_by.iter().all(|name| columns.contains(name)), "{topic:?}");
            let unique: HashSet<_> = columns.iter().collect();
            assert_eq!(unique.len(), columns.len(), "{topic:?}");
        }
    }
}
