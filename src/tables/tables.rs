//! The list of tables and views: size, row security, policies, and what is wrong with them.

use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, Select, Sort, TypeName, View},
    pg::{Problem, Run, Sql},
};

/// All tables and views of the database, those of extensions and partitions left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables;

impl View for Tables {
    async fn select(&self, _database: &Database, _run: &Run) -> Result<Select, Problem> {
        let mut from = Sql::new("FROM (\n");
        from.push(include_str!("sql/tables.sql")).push(") t");
        Ok(Select {
            fields: vec![
                known(Column::new("schema", Kind::Text).pinned(), "t.schema", "text"),
                known(Column::new("table", Kind::Text).pinned(), "t.\"table\"", "text"),
                known(Column::new("kind", Kind::Text).unsearched(), "t.kind", "text"),
                known(Column::new("rows_estimate", Kind::Number), "t.rows_estimate", "int8"),
                known(Column::new("bytes", Kind::Bytes), "t.bytes", "int8"),
                known(Column::new("rls", Kind::Text).unsearched(), "t.rls", "text"),
                known(Column::new("policies", Kind::Number), "t.policies", "int8"),
                known(Column::new("commands", Kind::Text).unsearched(), "t.commands", "text"),
                known(Column::new("rights", Kind::Text).unsearched(), "t.rights", "text"),
                known(Column::new("problem", Kind::Text).unsearched(), "t.problem", "text"),
                known(Column::new("owner", Kind::Text).unsearched(), "t.owner", "text"),
                known(
                    Column::new("comment", Kind::Text).hidden().unsearched(),
                    "t.comment",
                    "text",
                ),
            ],
            from,
            conditions: Vec::new(),
            key: vec![KeyPart {
                value: Sql::new("t.oid"),
                type_name: TypeName::new("pg_catalog", "oid"),
            }],
            order: Some(Sort { column: "table".into(), descending: false }),
            estimate: None,
        })
    }
}

/// A column whose type this program's own SQL fixes.
pub(super) fn known(column: Column, value: &'static str, type_name: &'static str) -> Field {
    Field::typed(column, Sql::new(value), TypeName::new("pg_catalog", type_name), true)
}
