//! The second-best fence: statements run inside a SECURITY DEFINER function that belongs to the role.
//!
//! Inside such a function PostgreSQL refuses to change the role or the session's authorization (`GUC_NOT_WHILE_SEC_REST` in `guc.c`). It has to be created in
//! the same transaction, so it needs a catalog that can be written: no standby.

use super::{Problem, Row, Rows, Sql, quote_ident, sql::array_literal, wire::Wire};

/// Creates the functions for this transaction and gives them to `role`.
pub(super) fn raising(role: &str) -> String {
    format!(
        "{}; {}; ALTER FUNCTION pg_temp.purview_as(text, text[]) OWNER TO {role}; ALTER FUNCTION pg_temp.purview_do(text, text[]) OWNER TO {role}",
        include_str!("sql/wrapper.sql"),
        include_str!("sql/wrapper_of_writes.sql"),
        role = quote_ident(role)
    )
}

/// Creates the functions that loop over identities and over statements, for this transaction, and gives them to `role`.
pub(super) fn raising_loops(role: &str) -> String {
    let raise = |name: &str, program: &str| {
        let body = program.split_once("DO ").map_or(program, |(_, body)| body);
        format!(
            "CREATE FUNCTION pg_temp.{name}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS {body}; \
             ALTER FUNCTION pg_temp.{name}() OWNER TO {}",
            quote_ident(role)
        )
    };
    format!(
        "{}; {}",
        raise("purview_each", include_str!("sql/each.sql")),
        raise("purview_several", include_str!("sql/several.sql"))
    )
}

/// Runs one statement as each of many identities through that function.
pub(super) async fn each(wire: &mut Wire) -> Result<Rows, Problem> {
    wire.fetch(&Sql::new("SELECT pg_temp.purview_each()::pg_catalog.text")).await
}

/// Runs one statement through the function. The session itself, which is still the login, never sees a type or a name of the statement.
pub(super) async fn fetch(wire: &mut Wire, statement: &Sql) -> Result<Rows, Problem> {
    let (text, binds) = statement.render_for_array();
    let mut call =
        Sql::new("SELECT pg_catalog.array_to_json(r.c)::pg_catalog.text FROM pg_temp.purview_as(");
    call.bind(Some(&text), "pg_catalog.text").push(", ");
    call.bind(Some(&array_literal(&binds)), "pg_catalog.text[]").push(") AS r(c)");
    let found = wire.fetch(&call).await?;
    let rows: Result<Vec<Row>, Problem> = found.rows.into_iter().map(values).collect();
    let rows = rows?;
    let columns = rows.first().map(|row| vec!["c".to_owned(); row.len()]);
    Ok(Rows { columns: columns.unwrap_or_default(), rows })
}

/// The values of a row, which came as one array.
fn values(mut row: Row) -> Result<Row, Problem> {
    let array = row.pop().flatten().unwrap_or_default();
    serde_json::from_str(&array).map_err(|_| Problem::bug("a row came in a way that is not known"))
}

/// Runs one statement through the function for statements that return nothing, and returns how many rows it touched.
pub(super) async fn count(wire: &mut Wire, statement: &Sql) -> Result<Rows, Problem> {
    let (text, binds) = statement.render_for_array();
    let mut call = Sql::new("SELECT pg_temp.purview_do(");
    call.bind(Some(&text), "pg_catalog.text").push(", ");
    call.bind(Some(&array_literal(&binds)), "pg_catalog.text[]").push(")::pg_catalog.text");
    wire.fetch(&call).await
}
