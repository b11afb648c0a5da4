//! A row as text: what the operator fetched, or what somebody would like to write.

use super::catalog::Table;
use crate::pg::{Problem, RelationName, Row as Cells, Sql, sql::join};

/// A row with everything that a policy can look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The values of the key; of the place where there is no key.
    pub key: Vec<(String, Option<String>)>,
    /// The row as the server prints a value of the table's row type.
    pub text: String,
    /// Its system columns, in the order of `SYSTEM`.
    pub system: Vec<Option<String>>,
}

/// The system columns and their types.
pub(crate) const SYSTEM: [(&str, &str, &str); 6] = [
    ("tableoid", "pg_catalog.oid[]", "pg_catalog.oid"),
    ("ctid", "pg_catalog.tid[]", "pg_catalog.tid"),
    ("xmin", "pg_catalog.xid[]", "pg_catalog.xid"),
    ("xmax", "pg_catalog.xid[]", "pg_catalog.xid"),
    ("cmin", "pg_catalog.cid[]", "pg_catalog.cid"),
    ("cmax", "pg_catalog.cid[]", "pg_catalog.cid"),
];

impl Row {
    /// A row that nobody has written yet, out of the text of one that is there.
    #[must_use]
    pub fn unwritten(&self, text: String) -> Self {
        let mut system = self.system.clone();
        // A new row has no place before it is written, and no transaction that policies could know.
        for (value, none) in system.iter_mut().zip([
            None,
            Some("(4294967295,0)"),
            Some("0"),
            Some("0"),
            Some("0"),
            Some("0"),
        ]) {
            if let Some(none) = none {
                *value = Some(none.to_owned());
            }
        }
        Self { key: self.key.clone(), text, system }
    }

    /// A row that stands for others of the table with this oid, and has no place of its own.
    pub(crate) fn standing(text: String, table: &str) -> Self {
        let system = [table, "(0,0)", "0", "0", "0", "0"].map(|value| Some(value.to_owned()));
        Self { key: Vec::new(), text, system: system.to_vec() }
    }

    /// The oid of the table in which it lies, and its place there.
    pub fn place(&self) -> (&str, &str) {
        let value =
            |index: usize| self.system.get(index).and_then(Option::as_deref).unwrap_or_default();
        (value(0), value(1))
    }

    fn read(mut cells: Cells, names: &[String]) -> Result<Self, Problem> {
        if cells.len() != SYSTEM.len() + 1 + names.len() {
            return Err(Problem::bug("a row came with other columns than were asked"));
        }
        let values = cells.split_off(SYSTEM.len() + 1);
        let text = cells.pop().flatten().unwrap_or_default();
        Ok(Self { key: names.iter().cloned().zip(values).collect(), text, system: cells })
    }
}

/// The names under which rows of a table with this key are told apart.
pub(crate) fn key_names(key: &[String]) -> Vec<String> {
    if key.is_empty() { vec!["ctid".to_owned()] } else { key.to_vec() }
}

/// What fetches the rows of the table `name` that pass `condition`, in order of what tells them apart.
pub(crate) fn fetch(name: &RelationName, key: &[String], condition: Option<&Sql>) -> Sql {
    let mut sql = Sql::new("SELECT ");
    for (system, _, _) in SYSTEM {
        sql.push("t.").ident(system).push("::pg_catalog.text, ");
    }
    sql.push("(t.*)::pg_catalog.text");
    for column in key {
        sql.push(", (t.").ident(column).push(")::pg_catalog.text");
    }
    sql.push(" FROM ").relation(name).push(" AS t");
    if let Some(condition) = condition {
        sql.push(" WHERE ").append(condition);
    }
    let order: Vec<Sql> = key
        .iter()
        .map(|column| {
            let mut part = Sql::new("t.");
            part.ident(column);
            part
        })
        .collect();
    sql.push(" ORDER BY ").append(&join(&order, ", "));
    sql
}

/// The rows that [`fetch`] returned.
pub(crate) fn read_all(rows: Vec<Cells>, table: &Table) -> Result<Vec<Row>, Problem> {
    let names = key_names(&table.key);
    rows.into_iter().map(|cells| Row::read(cells, &names)).collect()
}
