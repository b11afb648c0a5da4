//! The foreign keys of a table: where its columns point.

use std::sync::Arc;

use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run, Sql},
    question::Question,
};

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The table that points.
    pub from: RelationName,
    /// The columns that point, in order.
    pub columns: Vec<String>,
    /// The table that is pointed to.
    pub target: RelationName,
    /// The columns that are pointed to, in the same order.
    pub target_columns: Vec<String>,
}

/// Which foreign keys leave from or arrive at `table`?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKeys {
    /// The table.
    pub table: RelationName,
}

impl Question for ForeignKeys {
    type Answer = Vec<ForeignKey>;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<ForeignKey>, Problem> {
        let mut sql = Sql::new(
            "SELECT f.schema::text, f.relation::text, f.columns::text, f.target_schema::text, f.target::text, f.target_columns::text FROM (\n",
        );
        sql.push(include_str!("sql/foreign_keys.sql")).push(") f WHERE (f.schema = ");
        sql.bind(Some(&self.table.schema), "pg_catalog.name")
            .push(" AND f.relation = ")
            .bind(Some(&self.table.name), "pg_catalog.name");
        sql.push(") OR (f.target_schema = ").bind(Some(&self.table.schema), "pg_catalog.name");
        sql.push(" AND f.target = ")
            .bind(Some(&self.table.name), "pg_catalog.name")
            .push(") ORDER BY f.schema, f.relation, f.name");
        let rows = database.door.read(&Identity::Observer, &sql, &run).await?.rows;
        Ok(rows.iter().filter_map(|row| key(row)).collect())
    }
}

fn key(row: &[Option<String>]) -> Option<ForeignKey> {
    let text = |index: usize| row.get(index)?.clone();
    let names = |index: usize| serde_json::from_str::<Vec<String>>(&text(index)?).ok();
    Some(ForeignKey {
        from: RelationName::new(text(0)?, text(1)?),
        columns: names(2)?,
        target: RelationName::new(text(3)?, text(4)?),
        target_columns: names(5)?,
    })
}
