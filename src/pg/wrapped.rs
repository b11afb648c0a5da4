//! The second-best fence: statements run inside a SECURITY DEFINER function that belongs to the role.
//!
//! Inside such a function PostgreSQL refuses to change the role or the session's authorization (`GUC_NOT_WHILE_SEC_REST` in `guc.c`). It has to be created in
//! the same transaction, so it needs a catalog that can be written: no standby.

use super::{Problem, Rows, Sql, lane::Wire, quote_ident, sql::array_literal};

/// Creates the function for this transaction and gives it to `role`.
pub(super) async fn raise(wire: &mut Wire, role: &str) -> Result<(), Problem> {
    wire.batch(&format!(
        "{}; {}; ALTER FUNCTION pg_temp.purview_as(text, text[]) OWNER TO {role}; ALTER FUNCTION pg_temp.purview_do(text, text[]) OWNER TO {role}",
        include_str!("sql/wrapper.sql"),
        include_str!("sql/wrapper_of_writes.sql"),
        role = quote_ident(role)
    ))
    .await?;
    Ok(())
}

/// Creates the function that loops over identities, for this transaction, and gives it to `role`.
pub(super) async fn raise_loop(wire: &mut Wire, role: &str) -> Result<(), Problem> {
    let program = include_str!("sql/each.sql");
    let body = program.split_once("DO ").map_or(program, |(_, body)| body);
    wire.batch(&format!(
        "CREATE FUNCTION pg_temp.purview_each() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS {body}; \
         ALTER FUNCTION pg_temp.purview_each() OWNER TO {}",
        quote_ident(role)
    ))
    .await?;
    Ok(())
}

/// Runs one statement as each of many identities through that function.
pub(super) async fn each(wire: &mut Wire) -> Result<Rows, Problem> {
    wire.fetch(&Sql::new("SELECT pg_temp.purview_each()::pg_catalog.text")).await
}

/// Runs one statement through the function.
pub(super) async fn fetch(wire: &mut Wire, statement: &Sql) -> Result<Rows, Problem> {
    let (text, binds) = statement.render_for_array();
    let columns = count_columns(wire, statement).await?;
    let mut call = Sql::new("SELECT ");
    for index in 1..=columns {
        call.push(if index > 1 { ", r.c[" } else { "r.c[" }).number(index as u64).push("]");
    }
    if columns == 0 {
        call.push("NULL::pg_catalog.text");
    }
    call.push(" FROM pg_temp.purview_as(").bind(Some(&text), "pg_catalog.text").push(", ");
    call.bind(Some(&array_literal(&binds)), "pg_catalog.text[]").push(") AS r(c)");
    wire.fetch(&call).await
}

/// Runs one statement through the function for statements that return nothing, and returns how many rows it touched.
pub(super) async fn count(wire: &mut Wire, statement: &Sql) -> Result<Rows, Problem> {
    let (text, binds) = statement.render_for_array();
    let mut call = Sql::new("SELECT pg_temp.purview_do(");
    call.bind(Some(&text), "pg_catalog.text").push(", ");
    call.bind(Some(&array_literal(&binds)), "pg_catalog.text[]").push(")::pg_catalog.text");
    wire.fetch(&call).await
}

/// How many columns the statement returns, as the server describes it without running it.
async fn count_columns(wire: &mut Wire, statement: &Sql) -> Result<usize, Problem> {
    wire.describe(statement).await
}
