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

/// The program that runs several statements as several identities.
pub(super) const SEVERAL: &str = include_str!("sql/several.sql");

/// Calls the same as a function that belongs to the role. It answers with one row.
pub(super) const CALL_SEVERAL: &str = "SELECT pg_temp.purview_several()::pg_catalog.text";

/// Creates that function for this transaction, and gives it to `role`.
pub(super) fn raising_several(role: &str) -> String {
    let body = SEVERAL.split_once("DO ").map_or(SEVERAL, |(_, body)| body);
    format!(
        "CREATE FUNCTION pg_temp.purview_several() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS {body}; \
         ALTER FUNCTION pg_temp.purview_several() OWNER TO {}",
        quote_ident(role)
    )
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
