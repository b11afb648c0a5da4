//! The list of roles of the application, and how many users have each.

use super::{grants, part};
use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, Select, Sort, TypeName, View},
    mapping::{Mapping, Role},
    pg::{Problem, Run, Sql},
};

/// All roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles;

impl View for Roles {
    async fn select(&self, database: &Database, _run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let mut from = Sql::new("FROM (");
        from.append(&roles(mapping)?).push(") k");
        let counted = !mapping.grants.is_empty();
        if counted {
            from.push(
                " LEFT JOIN (SELECT g.role, pg_catalog.count(DISTINCT g.user_id) AS users FROM (",
            );
            from.append(&grants::granted(mapping)?)
                .push(") g GROUP BY g.role) u ON u.role = k.name");
        }
        let text = || TypeName::new("pg_catalog", "text");
        let plain = |name: &str, kind, value: &'static str| {
            Field::computed(Column::new(name, kind), &Sql::new(value))
        };
        Ok(Select {
            fields: vec![
                Field::typed(
                    Column::new("name", Kind::Text).pinned(),
                    Sql::new("k.name"),
                    text(),
                    false,
                ),
                Field::computed(
                    Column::new("users", Kind::Number).called(&mapping.user.label.many),
                    &Sql::new(if counted { "COALESCE(u.users, 0)" } else { "NULL" }),
                ),
                plain("description", Kind::Text, "k.description"),
                plain("permissions", Kind::Json, "k.permissions"),
            ],
            from,
            conditions: Vec::new(),
            key: vec![KeyPart { value: Sql::new("k.name"), type_name: text() }],
            order: Some(Sort { column: "name".into(), descending: false }),
            estimate: None,
        })
    }
}

/// The roles that stand in a table with their permissions.
pub(super) fn with_permissions(mapping: &Mapping) -> Option<Sql> {
    let written = |role: &Role| matches!(role, Role::Table(table) if table.permissions.is_some());
    mapping.roles.iter().any(written).then(|| roles(mapping).ok()).flatten()
}

fn roles(mapping: &Mapping) -> Result<Sql, Problem> {
    let mut arms = Vec::new();
    for role in &mapping.roles {
        match role {
            Role::Table(table) => {
                let mut arm = Sql::new("SELECT ");
                arm.append(&part::text_or_null(Some(&table.name))).push(" AS name, ");
                arm.append(&part::text_or_null(table.description.as_ref()))
                    .push(" AS description, ");
                arm.append(&part::text_or_null(table.permissions.as_ref()))
                    .push(" AS permissions ");
                arm.append(&part::from(&table.source))
                    .push(" WHERE true")
                    .append(&part::and_filter(&table.source));
                arms.push(arm);
            }
            Role::Fixed(values) => arms.extend(values.iter().map(|value| {
                let mut arm = Sql::new("SELECT ");
                arm.bind(Some(&value.name), "pg_catalog.text").push(" AS name, ");
                arm.bind(value.description.as_deref(), "pg_catalog.text")
                    .push(" AS description, NULL::pg_catalog.text AS permissions");
                arm
            })),
        }
    }
    if arms.is_empty() {
        return Err(part::absent(mapping, "roles"));
    }
    Ok(crate::pg::sql::join(&arms, " UNION ALL "))
}
