//! Rows of a table, put together where no policy tells them apart.
//!
//! A policy reads the columns that the catalog says it depends on, so that rows with the same values there have the same fate. Every class has one row that
//! stands for all of it: the values that count, and NULL elsewhere. Memory grows with the classes and not with the rows.

use super::names::Names;
use crate::{
    pg::{Kind, Problem, Sql, Trial, sql::join},
    rls::catalog::{Attribute, Catalog, Policy, Table},
};

/// How many classes are held at most.
pub(super) const MOST: usize = 200_000;

/// By what rows are put together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grouping {
    /// The columns that policies read.
    pub(crate) columns: Vec<String>,
    /// What else is told of rows: the organization to which they belong.
    pub(crate) label: Option<Label>,
    /// Which rows; all where it is absent.
    pub(crate) choice: Option<Sql>,
}

/// What is told of a row that is called `t`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// The column on which it depends.
    pub(crate) column: String,
    /// The expression, over that column alone.
    pub(crate) value: Sql,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Classes {
    /// The columns whose values are kept: those by which rows were put together, and those that may not be NULL in any row.
    pub(crate) columns: Vec<String>,
    /// How many of the columns tell the classes apart; the others come after them.
    pub(crate) telling: usize,
    /// The classes.
    pub(crate) all: Vec<Class>,
    /// How many rows there are.
    pub(crate) rows: u64,
}

/// Rows that no policy tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    /// The values of the columns.
    pub(crate) values: Vec<Option<String>>,
    /// What else is told of them.
    pub(crate) label: Option<String>,
    /// How many there are.
    pub(crate) rows: u64,
}

impl Grouping {
    /// By what the rows of a table have to be put together so that `policies` cannot tell them apart; the reason why that cannot be done, where it cannot.
    pub(crate) fn by<'a>(
        table: &Table,
        policies: impl Iterator<Item = &'a Policy>,
    ) -> Result<Self, String> {
        let mut columns = Vec::new();
        for policy in policies {
            if policy.system_columns {
                return Err(format!(
                    "policy `{}` reads a system column, by which every row differs: rows are counted one by one",
                    policy.name
                ));
            }
            if let Some(function) = policy.functions.iter().find(|it| it.volatile && !it.own) {
                return Err(format!(
                    "policy `{}` calls `{}`, which is volatile: rows are counted one by one, and may be others next time",
                    policy.name, function.name
                ));
            }
            if policy.whole_row {
                columns.extend(table.attributes.iter().map(|it| it.name.clone()));
            } else {
                columns.extend(policy.columns.iter().cloned());
            }
        }
        columns.sort();
        columns.dedup();
        Ok(Self { columns, label: None, choice: None })
    }
}

impl Classes {
    /// Reads the rows of the table once, as the operator.
    pub(crate) async fn read(
        trial: &mut Trial<'_>,
        catalog: &Catalog,
        grouping: &Grouping,
    ) -> Result<Self, Problem> {
        let table = &catalog.table;
        if !table.is_plain() {
            return Err(Problem::usage(format!(
                "it is no table, so it has no policies: {}",
                table.name
            ))
            .hint("ask about the tables that it reads"));
        }
        let (statement, columns) = statement(table, grouping)?;
        let rows = trial.observe(&statement).await??.rows;
        if rows.len() > MOST {
            return Err(Problem::new(
                Kind::Missing,
                format!("the policies of `{}` tell more than {MOST} classes of rows apart", table.name),
            )
            .hint("ask for a single row with `purview rls who`, or for one user with `purview rls rows`"));
        }
        let mut classes = Self { columns, telling: grouping.columns.len(), ..Self::default() };
        for mut cells in rows {
            let tail = cells.split_off(classes.columns.len());
            let [label, count] = <[_; 2]>::try_from(tail)
                .map_err(|_| Problem::bug("a class of rows came with other columns"))?;
            let count = count.and_then(|text| text.parse().ok()).unwrap_or_default();
            classes.rows += count;
            classes.all.push(Class { values: cells, label, rows: count });
        }
        Ok(classes)
    }

    /// The row that stands for a class, as the server prints a value of the table's row type.
    pub(crate) fn row(&self, table: &Table, class: &Class) -> String {
        let value = |attribute: &Attribute| {
            let at = self.columns.iter().position(|name| *name == attribute.name)?;
            class.values.get(at)?.as_deref()
        };
        let fields: Vec<String> =
            table.attributes.iter().map(|attribute| field(value(attribute))).collect();
        format!("({})", fields.join(","))
    }

    /// The condition that a row `t` of the class fulfils.
    pub(crate) fn condition(&self, table: &Table, class: &Class) -> Sql {
        let parts: Vec<Sql> = self
            .columns
            .iter()
            .take(self.telling)
            .zip(&class.values)
            .filter_map(|(name, value)| {
                let attribute = table.attribute(name)?;
                let mut sql = Sql::default();
                match value {
                    None => sql.push("(t.").ident(name).push(") IS NULL"),
                    Some(value) if attribute.exact => sql
                        .push("t.")
                        .ident(name)
                        .push(" = ")
                        .bind_as(Some(value), &attribute.type_name),
                    Some(value) => sql
                        .push("((t.")
                        .ident(name)
                        .push(")::pg_catalog.text COLLATE \"C\") = ")
                        .bind(Some(value), "pg_catalog.text"),
                };
                Some(sql)
            })
            .collect();
        if parts.is_empty() { Sql::new("true") } else { join(&parts, " AND ") }
    }
}

/// The statement that groups, and the columns that it keeps. One class more than are held is fetched, to know that there are more.
fn statement(table: &Table, grouping: &Grouping) -> Result<(Sql, Vec<String>), Problem> {
    let mut kept = grouping.columns.clone();
    let mut by = Vec::new();
    let label = grouping.label.iter().map(|label| &label.column);
    for name in grouping.columns.iter().chain(label.filter(|name| !kept.contains(name))) {
        let attribute = table.attribute(name).ok_or_else(|| {
            Problem::bug(format!("a policy reads a column that is not there: {name}"))
        })?;
        by.push((name, value(&Sql::new("t"), attribute)));
    }
    // A domain may refuse NULL: then some value of the rows stands in.
    let mut selected: Vec<Sql> = by.iter().map(|(name, value)| named(value, name)).collect();
    for attribute in table.attributes.iter().filter(|it| it.domain) {
        if !by.iter().any(|(name, _)| **name == attribute.name) {
            let mut sql = Sql::new("pg_catalog.min((t.");
            sql.ident(&attribute.name).push(")::pg_catalog.text COLLATE \"C\")");
            selected.push(named(&sql, &attribute.name));
            kept.push(attribute.name.clone());
        }
    }
    let columns = table.attributes.iter().map(|it| it.name.as_str());
    let rows = Names::beside(columns).sql("rows");
    let mut count = Sql::new("pg_catalog.count(*) AS ");
    count.append(&rows);
    selected.push(count);
    let mut sql = Sql::new("SELECT ");
    for name in &kept {
        sql.push("(t.").ident(name).push(")::pg_catalog.text, ");
    }
    match &grouping.label {
        Some(label) => sql.push("(").append(&label.value).push(")::pg_catalog.text"),
        None => sql.push("NULL::pg_catalog.text"),
    };
    sql.push(", t.").append(&rows).push("::pg_catalog.text FROM (SELECT ");
    sql.append(&join(&selected, ", ")).push(" FROM ").relation(&table.name).push(" AS t");
    if let Some(choice) = &grouping.choice {
        sql.push(" WHERE ").append(choice);
    }
    if by.is_empty() {
        sql.push(" HAVING pg_catalog.count(*) > 0");
    } else {
        let by: Vec<Sql> = by.into_iter().map(|(_, value)| value).collect();
        sql.push(" GROUP BY ").append(&join(&by, ", "));
    }
    sql.push(") t LIMIT ").number(MOST as u64 + 1);
    Ok((sql, kept))
}

/// The value of a column of a row that is called `alias`, by which rows are put together: values that are equal may still be told apart by what they look like.
pub(super) fn value(alias: &Sql, attribute: &Attribute) -> Sql {
    let mut sql = alias.clone();
    sql.push(".").ident(&attribute.name);
    if attribute.exact {
        return sql;
    }
    let mut text = Sql::new("(");
    text.append(&sql).push(")::pg_catalog.text COLLATE \"C\"");
    text
}

fn named(value: &Sql, name: &str) -> Sql {
    let mut sql = Sql::new("(");
    sql.append(value).push(") AS ").ident(name);
    sql
}

/// A field of a row as the server reads it (PostgreSQL documentation, 8.16.6).
fn field(value: Option<&str>) -> String {
    match value {
        None => String::new(),
        Some(value) => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\"\"")),
    }
}
