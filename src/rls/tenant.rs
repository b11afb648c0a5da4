//! To which organization a row belongs: by a column of its own, or by what it points to.

use std::{collections::VecDeque, sync::Arc};

use super::many::Label;
use crate::{
    database::Database,
    mapping::Mapping,
    pg::{Identity, Problem, RelationName, Run, Sql},
    question::Question as _,
    tables::{ForeignKey, ForeignKeys},
};

/// How many tables lie between a row and its organization at most.
const FAR: usize = 4;

/// What tells the organization of a row `t` of `table`; nothing where nothing does.
pub(crate) async fn label(
    database: &Arc<Database>,
    table: &RelationName,
    run: &Run,
) -> Result<Option<Label>, Problem> {
    let mapping = database.mapping()?;
    let root = &mapping.organization.source.relation;
    if table == root
        && let Some(column) = mapping.organization.id.plain_column()
    {
        return Ok(Some(own(column)));
    }
    let relation = database.relation(table, run).await?;
    let carries = mapping.tenant_columns.iter().find(|name| relation.attribute(name).is_some());
    if let Some(column) = carries {
        return Ok(Some(own(column)));
    }
    // What a row cannot be without says whose it is before what it may point to besides.
    match nearest(database, mapping, table, Keys::Required, run).await? {
        Nearest::Organization(label) => Ok(Some(label)),
        Nearest::Person => Ok(None),
        Nearest::Nothing => match nearest(database, mapping, table, Keys::All, run).await? {
            Nearest::Organization(label) => Ok(Some(label)),
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
    Organization(Label),
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
    let mut paths: VecDeque<Vec<ForeignKey>> = VecDeque::from([Vec::new()]);
    let mut seen = vec![table.clone()];
    let mut found = Nearest::Nothing;
    while let Some(path) = paths.pop_front() {
        let here = path.last().map_or(table, |key| &key.target).clone();
        if !path.is_empty() && several && here == *people {
            found = Nearest::Person;
            continue;
        }
        if !path.is_empty()
            && let Some(column) = knows(database, mapping, &here, run).await?
        {
            return Ok(Nearest::Organization(along(&path, &column)));
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
                longer.push(key);
                paths.push_back(longer);
            }
        }
    }
    Ok(found)
}

/// The column of `table` that tells the organization.
async fn knows(
    database: &Database,
    mapping: &Mapping,
    table: &RelationName,
    run: &Run,
) -> Result<Option<String>, Problem> {
    if *table == mapping.organization.source.relation {
        return Ok(mapping.organization.id.plain_column().map(str::to_owned));
    }
    let relation = database.relation(table, run).await?;
    let carries = mapping.tenant_columns.iter().find(|name| relation.attribute(name).is_some());
    Ok(carries.cloned())
}

fn own(column: &str) -> Label {
    let mut value = Sql::new("t.");
    value.ident(column);
    Label { column: column.to_owned(), value }
}

/// The column at the end of a path of foreign keys, as a sub-select that goes along it.
fn along(path: &[ForeignKey], column: &str) -> Label {
    let first = &path[0];
    let mut value = Sql::new("(SELECT ");
    let alias = |at: usize| format!("o{at}");
    value.ident(&alias(path.len())).push(".").ident(column).push(" FROM ");
    for (at, key) in path.iter().enumerate() {
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
