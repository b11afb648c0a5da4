//! To which organization a row belongs: by a column of its own, or by what it points to.
//!
//! The leak scan and what mends a leak go the same way.

use std::{collections::VecDeque, sync::Arc};

use super::many::Label;
use crate::{
    database::Database,
    mapping::Mapping,
    pg::{Identity, Problem, RelationName, Run, Sql, spell_ident},
    question::Question as _,
    tables::{ForeignKey, ForeignKeys},
};

/// How many tables lie between a row and its organization at most.
const FAR: usize = 4;

/// How the organization of a row is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// The foreign keys that lead from the row to what knows it, each with whether it may lead nowhere; none where the row itself does.
    path: Vec<(ForeignKey, bool)>,
    /// The column at its end.
    column: String,
    /// Whether that may be NULL.
    optional: bool,
}

/// What tells the organization of a row `t` of `table`; nothing where nothing does.
pub(crate) async fn label(
    database: &Arc<Database>,
    table: &RelationName,
    run: &Run,
) -> Result<Option<Label>, Problem> {
    Ok(way(database, table, run).await?.map(|way| way.label()))
}

/// How the organization of a row of `table` is known; nothing where it is not.
pub(super) async fn way(
    database: &Arc<Database>,
    table: &RelationName,
    run: &Run,
) -> Result<Option<Way>, Problem> {
    let mapping = database.mapping()?;
    if let Some((column, optional)) = knows(database, mapping, table, run).await? {
        return Ok(Some(Way { path: Vec::new(), column, optional }));
    }
    // What a row cannot be without says whose it is before what it may point to besides.
    match nearest(database, mapping, table, Keys::Required, run).await? {
        Nearest::Organization(way) => Ok(Some(way)),
        Nearest::Person => Ok(None),
        Nearest::Nothing => match nearest(database, mapping, table, Keys::All, run).await? {
            Nearest::Organization(way) => Ok(Some(way)),
            Nearest::Person | Nearest::Nothing => Ok(None),
        },
    }
}

/// Which foreign keys are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Those whose column is never NULL.
    Required,
    All,
}

/// Where foreign keys lead.
enum Nearest {
    /// To an organization.
    Organization(Way),
    /// To somebody who may belong to several organizations, and does not tell to which of them the row does.
    Person,
    Nothing,
}

/// The nearest table that knows the organization, by foreign keys.
async fn nearest(
    database: &Arc<Database>,
    mapping: &Mapping,
    table: &RelationName,
    which: Keys,
    run: &Run,
) -> Result<Nearest, Problem> {
    let people = &mapping.user.source.relation;
    let several = mapping.memberships.iter().any(|it| it.source.relation != *people);
    let mut paths: VecDeque<Vec<(ForeignKey, bool)>> = VecDeque::from([Vec::new()]);
    let mut seen = vec![table.clone()];
    let mut found = Nearest::Nothing;
    while let Some(path) = paths.pop_front() {
        let here = path.last().map_or(table, |(key, _)| &key.target).clone();
        if !path.is_empty() && several && here == *people {
            found = Nearest::Person;
            continue;
        }
        if !path.is_empty()
            && let Some((column, optional)) = knows(database, mapping, &here, run).await?
        {
            return Ok(Nearest::Organization(Way { path, column, optional }));
        }
        if path.len() == FAR {
            continue;
        }
        let relation = database.relation(&here, run).await?;
        let question = ForeignKeys { table: here.clone() };
        let keys = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        for key in keys {
            let [column] = key.columns.as_slice() else { continue };
            let required = relation.attribute(column).is_some_and(|it| it.not_null);
            let followed = which == Keys::All || required;
            if key.from == here && followed && !seen.contains(&key.target) {
                seen.push(key.target.clone());
                let mut longer = path.clone();
                longer.push((key, !required));
                paths.push_back(longer);
            }
        }
    }
    Ok(found)
}

/// The column of `table` that tells the organization, and whether it may be NULL.
async fn knows(
    database: &Database,
    mapping: &Mapping,
    table: &RelationName,
    run: &Run,
) -> Result<Option<(String, bool)>, Problem> {
    let relation = database.relation(table, run).await?;
    let own = if *table == mapping.organization.source.relation {
        mapping.organization.id.plain_column()
    } else {
        None
    };
    let named = mapping.tenant_columns.iter().map(String::as_str);
    let mut all = own.into_iter().chain(named).filter_map(|name| relation.attribute(name));
    Ok(all.next().map(|column| (column.name.clone(), !column.not_null)))
}

impl Way {
    /// The organization of a row `t`: the column at the end, as a sub-select that goes along the foreign keys.
    fn label(&self) -> Label {
        let Some((first, _)) = self.path.first() else { return own(&self.column) };
        let mut value = Sql::new("(SELECT ");
        let alias = |at: usize| format!("o{at}");
        value.ident(&alias(self.path.len())).push(".").ident(&self.column).push(" FROM ");
        for (at, (key, _)) in self.path.iter().enumerate() {
            if at > 0 {
                value.push(" JOIN ");
            }
            value.relation(&key.target).push(" AS ").ident(&alias(at + 1));
            if at > 0 {
                value.push(" ON ").ident(&alias(at + 1)).push(".").ident(&key.target_columns[0]);
                value.push(" = ").ident(&alias(at)).push(".").ident(&key.columns[0]);
            }
        }
        value.push(" WHERE ").ident(&alias(1)).push(".").ident(&first.target_columns[0]);
        value.push(" = t.").ident(&first.columns[0]).push(" LIMIT 1)");
        Label { column: first.columns[0].clone(), value }
    }

    /// That a row of `table` belongs to one of `organizations`, which is a query, or to none; no query in it looks at the row.
    pub(super) fn within(&self, table: &RelationName, organizations: &str) -> String {
        let column = |of: &RelationName, name: &str| {
            format!("{}.{}", spell_ident(&of.name), spell_ident(name))
        };
        let end = self.path.last().map_or(table, |(key, _)| &key.target);
        let mut condition = among(&column(end, &self.column), self.optional, organizations);
        for (key, optional) in self.path.iter().rev() {
            let (from, there) = (key.target.spelled(), column(&key.target, &key.target_columns[0]));
            let query = format!("SELECT {there} FROM {from}\nWHERE {condition}");
            condition = among(&column(&key.from, &key.columns[0]), *optional, &query);
        }
        condition
    }
}

/// That `column` has a value which `query` finds, or none where it may have none.
fn among(column: &str, optional: bool, query: &str) -> String {
    let among = format!("{column} IN (\n  {})", query.replace('\n', "\n  "));
    if optional { format!("({column} IS NULL OR {among})") } else { among }
}

fn own(column: &str) -> Label {
    let mut value = Sql::new("t.");
    value.ident(column);
    Label { column: column.to_owned(), value }
}
