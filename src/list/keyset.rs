//! The statements behind a page: rows after or before a position, in an order that the key makes total.
//!
//! A page is one statement, except where the sort value may be NULL: PostgreSQL puts NULLs at the large end, so the page may go on in a second one.

use super::{Column, Field, Filter, From, KeyPart, Kind, Position, Query, Select, Sort, compile};
use crate::pg::{Problem, Sql, sql::join};

/// How many characters of a long value come along in a list.
pub(crate) const CLAMP: u64 = 300;

/// The order of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<'a> {
    /// The field that is sorted by, before the key.
    field: Option<&'a Field>,
    /// Whether the statement runs from large to small.
    down: bool,
}

/// The statements of one page; each only when those before it did not fill the page.
pub(super) fn statements(
    select: &Select,
    query: &Query,
    sort: Option<&Sort>,
) -> Result<Vec<Sql>, Problem> {
    let order = order(select, query, sort)?;
    let mut conditions = select.conditions.clone();
    conditions.extend(compile::conditions(select, &query.filter)?);
    let parts = match &query.from {
        From::Start | From::End => vec![None],
        From::After(position) | From::Before(position) => {
            beyond(select, order, position)?.into_iter().map(Some).collect()
        }
    };
    Ok(parts.into_iter().map(|part| statement(select, query, order, &conditions, part)).collect())
}

/// A statement that counts the rows that pass `filter`, but not beyond one more than `enough`.
pub(super) fn counting(select: &Select, filter: &Filter, enough: u64) -> Result<Sql, Problem> {
    let conditions: Vec<Sql> =
        select.conditions.iter().cloned().chain(compile::conditions(select, filter)?).collect();
    let mut sql = Sql::new("SELECT pg_catalog.count(*)::pg_catalog.text FROM (SELECT ");
    sql.append(&select.from);
    if !conditions.is_empty() {
        sql.push(" WHERE ").append(&join(&conditions, " AND "));
    }
    sql.push(" LIMIT ").number(enough + 1).push(") c");
    Ok(sql)
}

fn order<'a>(select: &'a Select, query: &Query, sort: Option<&Sort>) -> Result<Order<'a>, Problem> {
    let backwards = matches!(query.from, From::End | From::Before(_));
    let Some(sort) = sort else { return Ok(Order { field: None, down: backwards }) };
    let field =
        select.field(&sort.column).filter(|field| !field.column.secret).ok_or_else(|| {
            Problem::usage(format!("there is nothing to sort by called: {}", sort.column))
        })?;
    if field.column.kind == Kind::Json {
        return Err(Problem::usage(format!("JSON has no order: {}", sort.column)));
    }
    Ok(Order { field: Some(field), down: sort.descending != backwards })
}

/// The conditions, in order, under which a row comes after `position` in the direction of `order`.
///
/// NULLs are larger than everything (PostgreSQL documentation, 7.5), so they come last upwards and first downwards.
fn beyond(select: &Select, order: Order<'_>, position: &Position) -> Result<Vec<Sql>, Problem> {
    let stale =
        || Problem::usage("the position does not belong to this list").hint("load the list again");
    if position.key.len() != select.key.len() || select.key.is_empty() {
        return Err(stale());
    }
    let Some(field) = order.field else {
        return Ok(vec![row_compare(None, &select.key, position, order.down)]);
    };
    let is = |test: &'static str| {
        let mut sql = Sql::new("(");
        sql.append(&field.value).push(test);
        sql
    };
    let value = position.value.as_ref().ok_or_else(stale)?;
    Ok(match (value, order.down) {
        (Some(value), false) if field.nullable => {
            vec![row_compare(Some((field, value)), &select.key, position, false), is(") IS NULL")]
        }
        (Some(value), down) => vec![row_compare(Some((field, value)), &select.key, position, down)],
        (None, down) => {
            let mut rest = is(") IS NULL AND ");
            rest.append(&row_compare(None, &select.key, position, down));
            if down { vec![rest, is(") IS NOT NULL")] } else { vec![rest] }
        }
    })
}

/// `(value, key…) > (…)` as one row comparison, which an index can follow.
fn row_compare(
    value: Option<(&Field, &String)>,
    key: &[KeyPart],
    position: &Position,
    down: bool,
) -> Sql {
    let mut left = Vec::new();
    let mut right = Vec::new();
    if let Some((field, value)) = value {
        left.push(field.value.clone());
        right.push(bound(value, &field.type_name));
    }
    for (part, value) in key.iter().zip(&position.key) {
        left.push(part.value.clone());
        right.push(bound(value, &part.type_name));
    }
    let mut sql = Sql::new("(");
    sql.append(&join(&left, ", "))
        .push(if down { ") < (" } else { ") > (" })
        .append(&join(&right, ", "))
        .push(")");
    sql
}

fn bound(value: &str, type_name: &super::TypeName) -> Sql {
    let mut sql = Sql::default();
    sql.bind_as(Some(value), type_name);
    sql
}

/// The statement of one part of a page: first the columns, then the sort value, then the key.
fn statement(
    select: &Select,
    query: &Query,
    order: Order<'_>,
    conditions: &[Sql],
    part: Option<Sql>,
) -> Sql {
    let mut sql = Sql::new("SELECT ");
    let printed = select.fields.iter().map(|field| printed(field, query.whole));
    let sorted = order.field.map(|field| as_text(&field.value));
    let key = select.key.iter().map(|part| as_text(&part.value));
    let columns: Vec<Sql> = printed.chain(sorted).chain(key).collect();
    sql.append(&join(&columns, ", ")).push(" ").append(&select.from);
    let all: Vec<Sql> = conditions.iter().cloned().chain(part).collect();
    if !all.is_empty() {
        sql.push(" WHERE ").append(&join(&all, " AND "));
    }
    let by: Vec<Sql> = order
        .field
        .map(|field| &field.value)
        .into_iter()
        .chain(select.key.iter().map(|part| &part.value))
        .map(|value| {
            let mut by = value.clone();
            by.push(if order.down { " DESC" } else { "" });
            by
        })
        .collect();
    if !by.is_empty() {
        sql.push(" ORDER BY ").append(&join(&by, ", "));
    }
    // One more than asked: it tells whether anything follows.
    sql.push(" LIMIT ").number(query.limit as u64 + 1);
    sql
}

/// How a column is printed. A secret never leaves the server.
pub(super) fn printed(field: &Field, whole: bool) -> Sql {
    let Column { secret, .. } = field.column;
    if secret {
        return Sql::new("NULL::pg_catalog.text");
    }
    let text = field.print.clone().unwrap_or_else(|| as_text(&field.value));
    if whole || !field.long {
        return text;
    }
    let mut clamped = Sql::new("pg_catalog.left(");
    clamped.append(&text).push(", ").number(CLAMP).push(")");
    clamped
}

pub(super) fn as_text(value: &Sql) -> Sql {
    let mut sql = Sql::new("(");
    sql.append(value).push(")::pg_catalog.text");
    sql
}
