//! What a run that was cut short left behind: how far it came, told by the server where only that knows, and indexes that are of no use.

use super::{Alone, Begun, Migration, alone::Index, split};
use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Row, Rows, Run, Sql, Workshop},
};

/// Who asks the server: a runner on its own session, or somebody who only looks.
#[derive(Debug)]
pub(super) enum Asker<'a> {
    Runner(&'a mut Workshop),
    Looker(&'a Database, &'a Run),
}

impl Asker<'_> {
    async fn ask(&mut self, question: &Sql) -> Result<Rows, Problem> {
        match self {
            Self::Runner(workshop) => workshop.fetch(question).await,
            Self::Looker(database, run) => {
                database.door.read(&Identity::Observer, question, run).await
            }
        }
    }
}

/// An index that is there and that no query can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invalid {
    pub(super) index: RelationName,
    /// Whether somebody builds it now.
    pub(super) in_work: bool,
}

impl Invalid {
    pub(super) fn of(row: &Row) -> Option<Self> {
        let [schema, name, _, in_work] = row.as_slice() else { return None };
        Some(Self {
            index: RelationName::new(schema.as_deref()?, name.as_deref()?),
            in_work: in_work.as_deref() == Some("true"),
        })
    }

    /// Whether it is the one that a statement names.
    pub(super) fn is(&self, index: &Index) -> bool {
        index.name.as_deref() == Some(self.index.name.as_str())
            && index.schema.as_ref().is_none_or(|schema| *schema == self.index.schema)
    }
}

/// The statement that tells of all of them.
pub(super) fn question() -> Sql {
    Sql::new(include_str!("sql/invalid.sql"))
}

/// What an earlier attempt to build `index` left behind.
pub(super) async fn of(
    index: &Index,
    mut asker: Asker<'_>,
) -> Result<Option<RelationName>, Problem> {
    let rows = asker.ask(&question()).await?;
    let mut all = rows.rows.iter().filter_map(Invalid::of);
    Ok(all.find(|it| !it.in_work && it.is(index)).map(|it| it.index))
}

/// Finds out of the statement of which it is not known whether it is done.
///
/// One that ran in a transaction of its own is done if the server committed that; where the commit was never sent it is not. Of an index the catalog
/// tells. What is left (VACUUM and the like) can be run again without harm, and is.
pub(super) async fn resolve(
    begun: &mut Begun,
    file: &Migration,
    mut asker: Asker<'_>,
) -> Result<(), Problem> {
    let Some((number, transaction)) = begun.open.clone() else { return Ok(()) };
    let text = if begun.up { Some(&file.up) } else { file.down.as_ref() };
    let statements = text.and_then(|text| split(text).ok()).unwrap_or_default();
    let alone = number.checked_sub(1).and_then(|at| statements.get(at)).and_then(Alone::of);
    let done = match (transaction, alone) {
        (Some(transaction), _) => committed(&transaction, &mut asker).await?,
        (None, Some(Alone::BuildsIndex(index))) => exists(&index, true, &mut asker).await?,
        (None, Some(Alone::DropsIndex(indexes))) => {
            let mut gone = true;
            for index in &indexes {
                gone &= !exists(index, false, &mut asker).await?;
            }
            gone
        }
        (None, Some(Alone::Other(_)) | None) => false,
    };
    if done {
        begun.done = number;
    }
    begun.open = None;
    Ok(())
}

async fn committed(transaction: &str, asker: &mut Asker<'_>) -> Result<bool, Problem> {
    let mut sql = Sql::new("SELECT pg_catalog.pg_xact_status(");
    sql.bind(Some(transaction), "pg_catalog.xid8").push(")");
    Ok(asker.ask(&sql).await?.scalar() == Some("committed"))
}

/// Whether the index is there; if `whole`, whether queries can use it.
async fn exists(index: &Index, whole: bool, asker: &mut Asker<'_>) -> Result<bool, Problem> {
    let Some(name) = &index.name else { return Ok(false) };
    let mut sql = Sql::new(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = ",
    );
    sql.bind(Some(name), "pg_catalog.text").push(" AND (i.indisvalid OR NOT ");
    sql.push(if whole { "true" } else { "false" }).push(") AND ");
    match &index.schema {
        Some(schema) => sql.push("n.nspname = ").bind(Some(schema), "pg_catalog.text"),
        None => sql.push("n.nspname OPERATOR(pg_catalog.!~) '^pg_'"),
    };
    sql.push(")::pg_catalog.text");
    Ok(asker.ask(&sql).await?.scalar() == Some("true"))
}
