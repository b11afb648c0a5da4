//! Of which tables a plan may change what is seen.
//!
//! A table whose policies look at another is seen otherwise when that one is.

use std::collections::BTreeSet;

use super::{
    Plan,
    touched::{Touched, touched},
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, RelationName, Run, Sql},
    rls,
};

/// Which tables a plan may change the sight of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// These.
    Tables(Vec<RelationName>),
    /// Any: a function, a role or a block of code is in it.
    All,
}

impl Scope {
    /// What the statements of `plan` name.
    pub(super) fn of(plan: &Plan) -> Self {
        let statements = plan.steps.iter().map(|step| &step.job.statements);
        let mut tables = BTreeSet::new();
        for statements in statements {
            let Ok(statements) = statements else { return Self::All };
            for statement in statements {
                match touched(statement) {
                    Touched::Nothing => {}
                    Touched::Tables(names) => tables.extend(names),
                    Touched::Any => return Self::All,
                }
            }
        }
        Self::Tables(tables.into_iter().collect())
    }

    /// With all that is seen through them as the policies are now. Taken before a run it holds after it too: what leans on them only then has a policy that the run changed, and is named itself.
    pub(super) async fn widened(self, database: &Database, run: &Run) -> Result<Self, Problem> {
        let Self::Tables(mut tables) = self else { return Ok(self) };
        tables.extend(leaning(database, &tables, run).await?);
        Ok(Self::Tables(tables.into_iter().collect::<BTreeSet<_>>().into_iter().collect()))
    }

    /// Those that are there now.
    pub(super) async fn tables(
        &self,
        database: &Database,
        run: &Run,
    ) -> Result<Vec<RelationName>, Problem> {
        database.forget().await;
        let Self::Tables(names) = self else {
            let all = rls::tables_of_application(database, run).await?;
            return Ok(all.into_iter().map(|table| table.name).collect());
        };
        let mut there = Vec::new();
        for name in names {
            match database.relation(name, run).await {
                Ok(_) => there.push(name.clone()),
                Err(problem) if problem.kind == Kind::Missing => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(there)
    }
}

/// The tables whose policies look at one of `tables`, or at one that does; or call what may look anywhere.
pub(super) async fn leaning(
    database: &Database,
    tables: &[RelationName],
    run: &Run,
) -> Result<Vec<RelationName>, Problem> {
    let names: Vec<_> = tables.iter().map(|table| Some(table.quoted())).collect();
    let (before, after) = include_str!("sql/leaning.sql")
        .split_once("'{}'::pg_catalog.text[]")
        .expect("the file asks for the names in an array");
    let mut sql = Sql::new(before);
    sql.bind_list(&names, "pg_catalog.text[]").push(after);
    let rows = database.door.read(&Identity::Observer, &sql, run).await?.rows;
    let names = rows.into_iter().filter_map(|row| {
        let [schema, name] = <[Option<String>; 2]>::try_from(row).ok()?;
        Some(RelationName::new(schema?, name?))
    });
    Ok(names.collect())
}
