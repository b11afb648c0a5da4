//! The list of policies, of all tables or of one.

use super::tables::known;
use crate::{
    database::Database,
    list::{Column, KeyPart, Kind, Select, Sort, TypeName, View},
    pg::{Problem, RelationName, Run, Sql},
};

/// The policies of `table`, or of all tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// The table, if only its policies are wanted.
    pub table: Option<RelationName>,
}

impl View for Policies {
    async fn select(&self, _database: &Database, _run: &Run) -> Result<Select, Problem> {
        let mut from = Sql::new("FROM (\n");
        from.push(include_str!("sql/policies.sql")).push(") t");
        let conditions = self.table.iter().map(|table| {
            let mut sql = Sql::new("t.schema = ");
            sql.bind(Some(&table.schema), "pg_catalog.text")
                .push(" AND t.\"table\" = ")
                .bind(Some(&table.name), "pg_catalog.text");
            sql
        });
        Ok(Select {
            fields: vec![
                known(Column::new("schema", Kind::Text), "t.schema", "text"),
                known(Column::new("table", Kind::Text).pinned(), "t.\"table\"", "text"),
                known(Column::new("policy", Kind::Text).pinned(), "t.policy", "text"),
                known(Column::new("command", Kind::Text), "t.command", "text"),
                known(Column::new("permissive", Kind::Boolean), "t.permissive", "bool"),
                known(Column::new("roles", Kind::Text), "t.roles", "text"),
                known(Column::new("using", Kind::Text), "t.\"using\"", "text"),
                known(Column::new("with_check", Kind::Text), "t.with_check", "text"),
                known(Column::new("in_force", Kind::Boolean), "t.in_force", "bool"),
            ],
            from,
            conditions: conditions.collect(),
            key: vec![KeyPart {
                value: Sql::new("t.oid"),
                type_name: TypeName::new("pg_catalog", "oid"),
            }],
            order: Some(Sort { column: "table".into(), descending: false }),
            estimate: None,
        })
    }
}
