//! The histories that a database has, found by the shapes of their tables whatever those are called.
//!
//! It is looked at and nothing is made: a login that may only read can ask.

use std::collections::BTreeMap;

use super::Tool;
use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Row, Run, Sql},
};

/// A table that a tool keeps its history in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose it is.
    pub tool: Tool,
    /// The table.
    pub table: RelationName,
    /// Its columns.
    pub(super) columns: Vec<String>,
    /// Why it cannot be read whole, if so.
    pub hidden: Option<Problem>,
}

impl Found {
    /// Every history of the database, those of schema `public` first.
    pub(super) async fn all(database: &Database, run: &Run) -> Result<Vec<Self>, Problem> {
        let question = Sql::new(include_str!("sql/tables.sql"));
        let rows = database.door.read(&Identity::Observer, &question, run).await?;
        let login = &database.door.probe().login;
        Ok(rows.rows.iter().filter_map(|row| Self::of(row, login)).collect())
    }

    /// The history that a table is, if it is one.
    fn of(row: &Row, login: &str) -> Option<Self> {
        let [schema, name, columns, readable, guarded] = row.as_slice() else { return None };
        let columns: BTreeMap<&str, &str> =
            columns.as_deref()?.split(',').filter_map(|it| it.split_once(' ')).collect();
        let fits = |tool: &Tool| {
            columns.len() <= tool.widest()
                && tool.shape().iter().all(|(name, types)| {
                    columns.get(name).is_some_and(|found| types.contains(found))
                })
        };
        let tool = Tool::ALL.into_iter().find(fits)?;
        let table = RelationName::new(schema.as_deref()?, name.as_deref()?);
        let hidden = if readable.as_deref() != Some("true") {
            Some(unreadable(&table, login))
        } else if guarded.as_deref() == Some("true") {
            Some(guarded_by_policies(&table))
        } else {
            None
        };
        Some(Self {
            tool,
            table,
            columns: columns.keys().map(|it| (*it).to_owned()).collect(),
            hidden,
        })
    }

    /// Whether the table has a column of that name.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|it| it == column)
    }
}

fn unreadable(table: &RelationName, login: &str) -> Problem {
    let mut grant = Sql::new("grant select on ");
    grant.relation(table).push(" to ").ident(login);
    Problem::new(
        crate::pg::Kind::Permission,
        format!("the history of migrations is hidden from `{login}` by its grants: {table}"),
    )
    .hint(grant.render().0)
}

fn guarded_by_policies(table: &RelationName) -> Problem {
    Problem::new(
        crate::pg::Kind::Permission,
        format!("the history of migrations is hidden by row security: {table}"),
    )
    .hint("look as its owner, or as a login with BYPASSRLS")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &str) -> Option<Tool> {
        let row = ["s", "t", columns, "true", "false"].map(|it| Some(it.to_owned()));
        Found::of(&row.to_vec(), "me").map(|found| found.tool)
    }

    #[test]
    fn a_history_is_known_by_its_columns_and_a_stranger_is_not_taken_for_one() {
        let sqlx = "version int8,description text,installed_on timestamptz,success bool,checksum bytea,execution_time int8";
        assert_eq!(of(sqlx), Some(Tool::Sqlx));
        assert_eq!(of(&sqlx.replace("bytea", "text")), None);
        let prisma = "id varchar,checksum varchar,finished_at timestamptz,migration_name varchar,logs text,rolled_back_at timestamptz,started_at timestamptz,applied_steps_count int4";
        assert_eq!(of(prisma), Some(Tool::Prisma));
        assert_eq!(of("id int4,hash text,created_at int8"), Some(Tool::Drizzle));
        assert_eq!(
            of("id int4,hash text,created_at int8,name text,applied_at timestamptz"),
            Some(Tool::Drizzle)
        );
        assert_eq!(of("id int4,hash text,created_at timestamptz"), None);
        assert_eq!(of("id int4,hash text,created_at int8,owner text,size int8,path text"), None);
        assert_eq!(of("version text,statements _text,name text"), Some(Tool::Supabase));
        assert_eq!(
            of("version text,statements _text,name text,created_by text,idempotency_key text"),
            Some(Tool::Supabase)
        );
        assert_eq!(of("version varchar"), None);
    }
}
