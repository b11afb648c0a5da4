//! How names of columns are read and written.

use sqlparser::ast::{Expr, Ident};

use crate::{
    mapping::{ColumnUse, functions, source::ROW},
    pg::quote_ident,
};

/// The name of a column with its alias, as SQL: plain where that is what people write.
pub(in crate::mapping) fn column(alias: &str, name: &str) -> String {
    // After a dot a keyword is an identifier like any other; before it, it is not.
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let alias = if alias == ROW { ROW.to_owned() } else { quote_ident(alias) };
    format!("{alias}.{}", if plain { name.to_owned() } else { quote_ident(name) })
}

/// How the server reads a name: without quotes in lower case.
pub(super) fn folded(ident: &Ident) -> Result<String, String> {
    match ident.quote_style {
        Some('"') if !ident.value.is_empty() && !ident.value.contains('\0') => {
            Ok(ident.value.clone())
        }
        // How other letters fold depends on the database's encoding.
        None if ident.value.is_ascii() => Ok(ident.value.to_ascii_lowercase()),
        _ => Err(format!("write the name in double quotes: {ident}")),
    }
}

pub(super) fn name_of(parts: &[Ident]) -> Result<ColumnUse, String> {
    let [alias, column] = parts else {
        let text = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
        return Err(format!("write a column as `alias.column`: {text}"));
    };
    let name = ColumnUse { alias: folded(alias)?, column: folded(column)? };
    if functions::takes_rows(&name.column) {
        // `t.to_jsonb` is how PostgreSQL also writes `to_jsonb(t)`: the whole row, secrets included.
        return Err(format!(
            "`{}.{}` would be read as a function of the whole row",
            name.alias, name.column
        ));
    }
    Ok(name)
}

/// The column that `expr` is, at most in parentheses or cast.
#[expect(clippy::wildcard_enum_match_arm, reason = "anything else is more than a column")]
pub(super) fn bare(expr: &Expr) -> Option<&[Ident]> {
    match expr {
        Expr::CompoundIdentifier(parts) => Some(parts),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => bare(inner),
        _ => None,
    }
}
