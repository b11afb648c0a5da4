//! Rows of a table put together by what policies look at behind them: the columns of the rows of other tables for which they look, instead of the keys of those.
//!
//! Read once, as the operator, in one statement that joins each row with those it leads to. For a question only the columns that it is about are kept apart.

use std::collections::{BTreeSet, HashMap};

use super::{
    Class, Grouping,
    classes::{MOST, value},
    look::{Look, named},
    names::Names,
};
use crate::{
    pg::{Deparsed, Problem, Sql, Trial, sql::join},
    rls::catalog::{Attribute, Table},
};

/// The rows of a table, with those they lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Looked {
    pub(crate) looks: Vec<Look>,
    /// By what the rows are told apart.
    columns: Vec<Column>,
    all: Vec<Class>,
}

/// By what rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Column {
    /// By a column of their own.
    Own(String),
    /// By whether there is the row that is looked for.
    There(usize),
    /// By a column of it.
    Of(usize, String),
}

/// Rows put together for one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condensed {
    pub(crate) columns: Vec<Column>,
    pub(crate) all: Vec<Class>,
}

impl Looked {
    /// Reads the rows; nothing where they are too many, or not the operator's to read.
    pub(crate) async fn read(
        trial: &mut Trial<'_>,
        table: &Table,
        looks: Vec<Look>,
        texts: &[&Deparsed],
        grouping: &Grouping,
    ) -> Result<Option<Self>, Problem> {
        let own = named(table, texts, &looks);
        let columns: Vec<Column> =
            own.into_iter().map(Column::Own).chain(looks.iter().flat_map(columns_of)).collect();
        let Some(statement) = statement(table, &looks, &columns, grouping) else {
            return Ok(None);
        };
        let Ok(found) = trial.observe(&statement).await? else { return Ok(None) };
        if found.rows.len() > MOST {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(found.rows.len());
        for mut cells in found.rows {
            let tail = cells.split_off(columns.len().min(cells.len()));
            let [label, count] = <[_; 2]>::try_from(tail)
                .map_err(|_| Problem::bug("a class of rows came with other columns"))?;
            let rows = count.and_then(|text| text.parse().ok()).unwrap_or_default();
            all.push(Class { values: cells, label, rows });
        }
        Ok(Some(Self { looks, columns, all }))
    }

    /// The same rows, told apart only by what `texts` are about, and by their labels if they are wanted.
    pub(crate) fn condensed(
        &self,
        table: &Table,
        texts: &[&Deparsed],
        asked: &BTreeSet<usize>,
        labels: bool,
    ) -> Condensed {
        let own = named(table, texts, &self.looks);
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|at| match &self.columns[*at] {
                Column::Own(name) => own.contains(name),
                Column::There(look) | Column::Of(look, _) => asked.contains(look),
            })
            .collect();
        let mut known: HashMap<(Vec<Option<&str>>, Option<&str>), usize> = HashMap::new();
        let mut all: Vec<Class> = Vec::new();
        for class in &self.all {
            let values: Vec<_> = kept.iter().map(|at| class.values[*at].as_deref()).collect();
            let label = class.label.as_deref().filter(|_| labels);
            let at = *known.entry((values, label)).or_insert_with_key(|(values, label)| {
                let values = values.iter().map(|value| value.map(str::to_owned)).collect();
                all.push(Class { values, label: label.map(str::to_owned), rows: 0 });
                all.len() - 1
            });
            all[at].rows += class.rows;
        }
        let columns = kept.iter().map(|at| self.columns[*at].clone()).collect();
        Condensed { columns, all }
    }

    /// The column of the catalog behind `column`.
    pub(crate) fn attribute<'a>(
        &'a self,
        table: &'a Table,
        column: &Column,
    ) -> Option<&'a Attribute> {
        match column {
            Column::Own(name) => table.attribute(name),
            Column::There(_) => None,
            Column::Of(number, name) => {
                let mut all = self.looks.iter().flat_map(Look::all);
                all.find(|look| look.number == *number)?.catalog.table.attribute(name)
            }
        }
    }
}

impl Column {
    /// What it is called among others.
    pub(crate) fn name(&self, names: &Names) -> String {
        match self {
            Self::Own(name) => name.clone(),
            Self::There(look) => names.name(&format!("there_{look}")),
            Self::Of(look, name) => names.name(&format!("of_{look}_{name}")),
        }
    }
}

/// What is told of the row of a look, and of those behind it.
fn columns_of(look: &Look) -> Vec<Column> {
    let of = |look: &Look| {
        let number = look.number;
        let columns = look.columns.clone().into_iter().map(move |it| Column::Of(number, it));
        std::iter::once(Column::There(number)).chain(columns).collect::<Vec<_>>()
    };
    look.all().into_iter().flat_map(of).collect()
}

/// What a row of another table is called in the statement.
fn alias(look: &Look) -> Sql {
    let mut sql = Sql::new("purview_look_");
    sql.number(look.number as u64);
    sql
}

/// The statement that groups; absent where some column is none.
fn statement(
    table: &Table,
    looks: &[Look],
    columns: &[Column],
    grouping: &Grouping,
) -> Option<Sql> {
    let all: Vec<&Look> = looks.iter().flat_map(Look::all).collect();
    let (mut inner, mut outer) = (Sql::new("SELECT "), Sql::new("SELECT "));
    for (at, column) in columns.iter().enumerate() {
        let mut name = Sql::new("c");
        name.number(at as u64);
        let value = match column {
            Column::Own(name) => value(&Sql::new("t"), table.attribute(name)?),
            Column::There(number) => {
                let look = all.iter().find(|look| look.number == *number)?;
                let mut sql = alias(look);
                sql.push(".").ident(&look.keyed.key).push(" IS NOT NULL");
                sql
            }
            Column::Of(number, name) => {
                let look = all.iter().find(|look| look.number == *number)?;
                value(&alias(look), look.catalog.table.attribute(name)?)
            }
        };
        inner.append(&value).push(" AS ").append(&name).push(", ");
        outer.append(&name).push("::pg_catalog.text, ");
    }
    match &grouping.label {
        Some(label) => inner.push("(").append(&label.value).push(")::pg_catalog.text"),
        None => inner.push("NULL::pg_catalog.text"),
    };
    inner
        .push(" AS label, pg_catalog.count(*) AS counted FROM ")
        .relation(&table.name)
        .push(" AS t");
    for look in looks {
        lead(&mut inner, &Sql::new("t"), look);
    }
    if let Some(choice) = &grouping.choice {
        inner.push(" WHERE ").append(choice);
    }
    let places: Vec<Sql> = (1..=columns.len() as u64 + 1)
        .map(|place| {
            let mut sql = Sql::default();
            sql.number(place);
            sql
        })
        .collect();
    inner.push(" GROUP BY ").append(&join(&places, ", "));
    outer.push("label, counted::pg_catalog.text FROM (").append(&inner);
    outer.push(") AS grouped LIMIT ").number(MOST as u64 + 1);
    Some(outer)
}

/// Joins the row of a look, and those behind it.
fn lead(sql: &mut Sql, from: &Sql, look: &Look) {
    let alias = alias(look);
    sql.push(" LEFT JOIN ").relation(&look.catalog.table.name).push(" AS ").append(&alias);
    sql.push(" ON ").append(&alias).push(".").ident(&look.keyed.key).push(" = ");
    sql.append(from).push(".").ident(&look.keyed.column);
    for deeper in &look.deeper {
        lead(sql, &alias, deeper);
    }
}
