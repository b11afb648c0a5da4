//! How the rows of a page came about: the sums of each, period by period, as JSON beside them.

use std::collections::HashMap;

use super::{Dimension, Per, Span, source::Sources};
use crate::{
    database::Database,
    list::{Column, Kind, Page},
    pg::{Identity, Problem, Run, Sql, sql::join},
};

/// The name of the column.
pub const COLUMN: &str = "trend";

/// What is asked beside a page.
pub(super) struct Asked {
    pub(super) span: Option<Span>,
    pub(super) per: Per,
    pub(super) dimension: Dimension,
}

/// The first day of the period of a record, as text.
pub(super) fn period(per: Per) -> Sql {
    Sql::new(match per {
        Per::Day => "pg_catalog.to_char(pg_catalog.date_trunc('day', u.at), 'YYYY-MM-DD')",
        Per::Week => "pg_catalog.to_char(pg_catalog.date_trunc('week', u.at), 'YYYY-MM-DD')",
        Per::Month => "pg_catalog.to_char(pg_catalog.date_trunc('month', u.at), 'YYYY-MM-DD')",
    })
}

/// Adds the column to `page`: an array of `[period, money, tokens, units, calls]`, in order, for each row.
pub(super) async fn add(
    asked: Asked,
    sources: &Sources<'_>,
    conditions: &[Sql],
    page: &mut Page,
    (database, identity, run): (&Database, &Identity, &Run),
) -> Result<(), Problem> {
    let key = asked.dimension.key();
    let values: Vec<Option<String>> =
        page.items.iter().map(|item| page.value(item, key).map(str::to_owned)).collect();
    let statement = statement(&asked, sources, conditions, &values);
    let rows = database.door.read(identity, &statement, run).await?.rows;
    let mut trends: HashMap<Vec<Option<String>>, String> = HashMap::new();
    for mut row in rows {
        let trend = row.pop().flatten().unwrap_or_default();
        trends.insert(row, trend);
    }
    let of = |name: &str, item| page.value(item, name).map(str::to_owned);
    let told: Vec<_> = page
        .items
        .iter()
        .map(|item| {
            let apart = [key, "source", "currency", "unit"].map(|name| of(name, item));
            trends.get(apart.as_slice()).cloned()
        })
        .collect();
    let mut columns = page.columns.to_vec();
    let mut column = Column::new(COLUMN, Kind::Json).derived();
    column.hidden = true;
    columns.push(column);
    page.columns = columns.into();
    for (item, trend) in page.items.iter_mut().zip(told) {
        item.cells.push(trend);
    }
    Ok(())
}

/// The sums of the records that are told apart by `values`, period by period.
fn statement(
    asked: &Asked,
    sources: &Sources<'_>,
    conditions: &[Sql],
    values: &[Option<String>],
) -> Sql {
    let mut column = Sql::new("u.");
    column.push(asked.dimension.key());
    let mut known: Vec<Option<String>> = values.iter().filter(|it| it.is_some()).cloned().collect();
    known.sort();
    known.dedup();
    let mut is_one = Sql::new("(");
    is_one.append(&column).push(" = ANY(");
    match asked.dimension {
        Dimension::Organization => is_one.bind_list_as(&known, &sources.types.organization),
        Dimension::User => is_one.bind_list_as(&known, &sources.types.user),
        Dimension::Department => match sources.types.department() {
            Some(type_name) => is_one.bind_list_as(&known, &type_name),
            None => is_one.bind_list(&known, "pg_catalog.text[]"),
        },
        Dimension::Model | Dimension::Operation | Dimension::Record => {
            is_one.bind_list(&known, "pg_catalog.text[]")
        }
    };
    is_one.push(")");
    if values.iter().any(Option::is_none) {
        is_one.push(" OR ").append(&column).push(" IS NULL");
    }
    is_one.push(")");
    let all: Vec<Sql> = conditions.iter().cloned().chain([is_one]).collect();
    let records = sources.records(&sources.window(asked.span), &all);
    let apart =
        join([&column, &Sql::new("u.source"), &Sql::new("u.currency"), &Sql::new("u.unit")], ", ");
    let mut sql = Sql::new(
        "SELECT k.v::pg_catalog.text, k.source, k.currency, k.unit, pg_catalog.json_agg(pg_catalog.json_build_array(k.period, k.money::pg_catalog.text, k.tokens::pg_catalog.text, k.units::pg_catalog.text, k.calls::pg_catalog.text) ORDER BY k.period)::pg_catalog.text FROM (SELECT ",
    );
    sql.append(&column).push(" AS v, u.source, u.currency, u.unit, ");
    sql.append(&period(asked.per)).push(" AS period, pg_catalog.sum(u.money) AS money, pg_catalog.sum(u.tokens_total) AS tokens, pg_catalog.sum(u.units) AS units, pg_catalog.count(*) AS calls FROM ");
    sql.append(&records).push(" GROUP BY ").append(&apart).push(", ").append(&period(asked.per));
    sql.push(") k GROUP BY k.v, k.source, k.currency, k.unit");
    sql
}
