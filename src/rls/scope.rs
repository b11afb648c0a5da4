//! Which tables a question about a whole database concerns.

use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run, Sql},
};

/// A table of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guarded {
    pub(crate) name: RelationName,
    /// Whether row security is on.
    pub(crate) row_security: bool,
}

/// The tables of the application, by name; those of extensions and the partitions of others are left out.
pub(crate) async fn tables(database: &Database, run: &Run) -> Result<Vec<Guarded>, Problem> {
    let mut sql = Sql::new("SELECT t.schema, t.relation, t.row_security::text FROM (\n");
    sql.push(include_str!("sql/table.sql")).push(
        ") t WHERE t.kind IN ('r', 'p') AND t.partition_of IS NULL AND t.oid >= 16384 AND t.schema !~ '^pg_' AND t.relation <> '_sqlx_migrations' \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e') \
         ORDER BY t.schema, t.relation",
    );
    let rows = database.door.read(&Identity::Observer, &sql, run).await?.rows;
    let tables = rows.into_iter().filter_map(|row| {
        let [schema, name, on] = <[Option<String>; 3]>::try_from(row).ok()?;
        Some(Guarded {
            name: RelationName::new(schema?, name?),
            row_security: on.as_deref() == Some("true"),
        })
    });
    Ok(tables.collect())
}
