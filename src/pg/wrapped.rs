//! The second-best fence: statements run inside a SECURITY DEFINER function that belongs to the role.
//!
//! Inside such a function PostgreSQL refuses to change the role or the session's authorization (`GUC_NOT_WHILE_SEC_REST` in `guc.c`). It has to be created in
//! the same transaction, so it needs a catalog that can be written: no standby.

use super::{Problem, Rows, Sql, lane::Wire, quote_ident};

/// Creates the function for this transaction and gives it to `role`.
pub(super) async fn raise(wire: &mut Wire, role: &str) -> Result<(), Problem> {
    wire.batch(&format!(
        "{}; ALTER FUNCTION pg_temp.purview_as(text, text[]) OWNER TO {}",
        include_str!("sql/wrapper.sql"),
        quote_ident(role)
    ))
    .await?;
    Ok(())
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

/// How many columns the statement returns, as the server describes it without running it.
async fn count_columns(wire: &mut Wire, statement: &Sql) -> Result<usize, Problem> {
    wire.describe(statement).await
}

/// An array as PostgreSQL reads it (documentation, 8.15.2): every element quoted, NULL bare.
fn array_literal(values: &[Option<String>]) -> String {
    let elements = values.iter().map(|value| match value {
        Some(value) => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
        None => "NULL".to_owned(),
    });
    format!("{{{}}}", elements.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_keeps_quotes_backslashes_and_nulls() {
        let values = [Some("a\"b\\c".to_owned()), None, Some(String::new()), Some("NULL".into())];
        assert_eq!(array_literal(&values), r#"{"a\"b\\c",NULL,"","NULL"}"#);
    }
}
