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
    /// The columns whose values are too long to be fetched; in the text they are NULL.
    pub cut: Vec<String>,
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
        Self { key: self.key.clone(), text, system, cut: self.cut.clone() }
    }

    /// A row that stands for others of `table`, and has no place and no key of its own.
    pub(crate) fn standing(text: String, table: &Table) -> Self {
        let oid = table.oid.as_str();
        let system = [oid, "(0,0)", "0", "0", "0", "0"].map(|value| Some(value.to_owned()));
        let key = table.key.iter().map(|name| (name.clone(), None)).collect();
        Self { key, text, system: system.to_vec(), cut: Vec::new() }
    }

    /// The oid of the table in which it lies, and its place there.
    pub fn place(&self) -> (&str, &str) {
        let value =
            |index: usize| self.system.get(index).and_then(Option::as_deref).unwrap_or_default();
        (value(0), value(1))
    }

    fn read(mut cells: Cells, names: &[String]) -> Result<Self, Problem> {
        if cells.len() != SYSTEM.len() + 2 + names.len() {
            return Err(Problem::bug("a row came with other columns than were asked"));
        }
        let values = cells.split_off(SYSTEM.len() + 2);
        let cut = match cells.pop().flatten() {
            Some(cut) => serde_json::from_str(&cut)
                .map_err(|_| Problem::bug("the columns that are cut came in an unknown way"))?,
            None => Vec::new(),
        };
        let text = cells.pop().flatten().unwrap_or_default();
        Ok(Self { key: names.iter().cloned().zip(values).collect(), text, system: cells, cut })
    }
}

/// The names under which rows of a table with this key are told apart.
pub(crate) fn key_names(key: &[String]) -> Vec<String> {
    if key.is_empty() { vec!["ctid".to_owned()] } else { key.to_vec() }
}

/// What fetches the rows of the table `name` that pass `condition`, in order of what tells them apart.
pub(crate) fn fetch(
    name: &RelationName,
    columns: &[&str],
    key: &[String],
    condition: Option<&Sql>,
) -> Sql {
    let mut sql = Sql::new("SELECT ");
    for (system, _, _) in SYSTEM {
        sql.push("t.").ident(system).push("::pg_catalog.text, ");
    }
    sql.append(&text_and_cut(name, columns));
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

/// How many bytes the text of a row may have before its long values are left out.
const LONGEST: u64 = 1 << 16;

/// The row as text, and the columns that are left out of it as a JSON array.
fn text_and_cut(table: &RelationName, names: &[&str]) -> Sql {
    let columns: Vec<Sql> = names
        .iter()
        .map(|name| {
            let mut sql = Sql::new("t.");
            sql.ident(name);
            sql
        })
        .collect();
    let mut fits = Sql::default();
    for column in &columns {
        fits.append(&stored_short(column)).push(" AND ");
    }
    fits.push("pg_catalog.octet_length((t.*)::pg_catalog.text) <= ").number(LONGEST);
    let keeps = |column: &Sql| {
        let mut sql = stored_short(column);
        sql.push(" AND coalesce(pg_catalog.octet_length(").append(column);
        sql.push("::pg_catalog.text) <= ").number(LONGEST / 16).push(", true)");
        sql
    };
    let kept: Vec<Sql> = columns
        .iter()
        .map(|column| {
            let mut sql = Sql::new("CASE WHEN ");
            sql.append(&keeps(column)).push(" THEN ").append(column).push(" END");
            sql
        })
        .collect();
    let cut: Vec<Sql> = names
        .iter()
        .zip(&columns)
        .map(|(name, column)| {
            let mut sql = Sql::new("CASE WHEN NOT (");
            sql.append(&keeps(column)).push(") THEN ");
            sql.bind(Some(name), "pg_catalog.text").push(" END");
            sql
        })
        .collect();
    let mut sql = Sql::new("CASE WHEN ");
    sql.append(&fits).push(" THEN (t.*)::pg_catalog.text ELSE ROW(").append(&join(&kept, ", "));
    sql.push(")::").relation(table).push("::pg_catalog.text END, CASE WHEN NOT (");
    sql.append(&fits).push(") THEN pg_catalog.to_json(pg_catalog.array_remove(ARRAY[");
    sql.append(&join(&cut, ", ")).push("]::pg_catalog.text[], NULL))::pg_catalog.text END");
    sql
}

/// Whether a value takes little room where it lies, which the server knows without reading it.
fn stored_short(column: &Sql) -> Sql {
    let mut sql = Sql::new("coalesce(pg_catalog.pg_column_size(");
    sql.append(column).push(") <= ").number(LONGEST).push(", true)");
    sql
}

/// The rows that [`fetch`] returned.
pub(crate) fn read_all(rows: Vec<Cells>, table: &Table) -> Result<Vec<Row>, Problem> {
    let names = key_names(&table.key);
    rows.into_iter().map(|cells| Row::read(cells, &names)).collect()
}
