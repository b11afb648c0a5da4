//! Statements: what each has cost since the server began to count.
//!
//! A statement is known by who runs it, where, by its number, and by whether it was sent itself or run by a function: two rows may differ by the last alone.

use super::{
    Capability, Needs, Panel,
    capability::{EXTENSION, not_installed},
    panel::{Source, column, number, seconds, text},
};
use crate::{
    database::Database,
    list::Kind,
    pg::{Problem, Run, Sql},
};

/// What a statement is known by. What others run has no number: then its place tells it from the rest.
pub(super) const KEY: &[(&str, &str)] = &[
    ("userid", "oid"),
    ("dbid", "oid"),
    ("known_id", "int8"),
    ("toplevel", "bool"),
    ("nameless", "int8"),
];

/// The statements of the database, those that took the most time in all first.
pub(super) static STATEMENTS: Panel = Panel {
    source: Source::Counted(None),
    columns: &[
        number("total_ms"),
        number("mean_ms"),
        number("calls"),
        number("rows"),
        text("query"),
        text("role"),
        number("max_ms"),
        number("stddev_ms"),
        number("hit_ratio"),
        number("blocks_read"),
        number("temp_blocks"),
        column("toplevel", Kind::Boolean),
        text("query_id").hidden(),
        column("since", Kind::Time).hidden(),
        column("at", Kind::Number).hidden(),
        column("readable", Kind::Boolean).hidden(),
    ],
    key: KEY,
    known_by: &["query_id", "role", "toplevel"],
    order: ("total_ms", true),
    every: seconds(10),
    capability: Capability { needs: Needs::Statements, empty: "no statement was counted yet" },
};

const COUNTED: &str = include_str!("sql/statements.sql");
/// What stands in the file for the function of the extension, whatever its schema.
const FUNCTION: &str = "public.pg_stat_statements(true)";

/// What the extension has counted, wherever it is installed.
pub(super) async fn counted(database: &Database, run: &Run) -> Result<Sql, Problem> {
    let mut where_is = Sql::new(
        "SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = ",
    );
    where_is.bind(Some(EXTENSION), "pg_catalog.name");
    let found = database.door.sample(&where_is, run).await?;
    let schema =
        found.scalar().ok_or_else(|| not_installed(&database.door.probe().database))?.to_owned();
    let (before, after) = COUNTED.split_once(FUNCTION).expect("a test reads the file");
    let mut sql = Sql::new(before);
    sql.ident(&schema).push(".pg_stat_statements(true)").push(after);
    Ok(sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_function_once() {
        assert_eq!(COUNTED.matches(FUNCTION).count(), 1);
    }
}
