//! The list of memberships: which user belongs to which organization, as what.

use super::part::{self, Arm, Concept};
use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, Select, Sort, TypeName, View},
    mapping::{Mapping, Membership},
    pg::{Problem, Run, Sql},
};

/// The memberships of an organization or of a user, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    /// Only those of this organization.
    pub organization: Option<String>,
    /// Only those of this user.
    pub user: Option<String>,
}

impl View for Memberships {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let users = Concept::of(database, &mapping.user.source, run).await?;
        let organizations = Concept::of(database, &mapping.organization.source, run).await?;
        let mut from = Sql::new("FROM (");
        from.append(&members(mapping)?).push(") k");
        let mut conditions = Vec::new();
        if let Some(id) = &self.organization {
            conditions.push(equals(
                "k.organization_id",
                id,
                &organizations.type_name(&mapping.organization.id),
            ));
        }
        if let Some(id) = &self.user {
            conditions.push(equals("k.user_id", id, &users.type_name(&mapping.user.id)));
        }
        let plain = |name: &str, kind, value: &'static str, known: bool| {
            let column = Column::new(name, kind);
            Field::computed(if known { column } else { column.hidden() }, &Sql::new(value))
        };
        let known = |of: fn(&Membership) -> bool| mapping.memberships.iter().any(of);
        let joined = known(|member| member.joined_at.is_some())
            || (mapping.memberships.is_empty() && mapping.user.created_at.is_some());
        Ok(Select {
            fields: vec![
                user_id(users.type_name(&mapping.user.id)),
                Field::computed(
                    Column::new("user", Kind::Text).called(&mapping.user.label.one).pinned(),
                    &user_label(mapping, "k.user_id"),
                ),
                Field::computed(
                    Column::new("organization_id", Kind::Text).hidden(),
                    &Sql::new("k.organization_id"),
                ),
                Field::computed(
                    Column::new("organization", Kind::Text).called(&mapping.organization.label.one),
                    &organization_name(mapping, "k.organization_id"),
                ),
                plain("role", Kind::Text, "k.role", known(|member| member.role.is_some())),
                plain("status", Kind::Text, "k.status", known(|member| member.status.is_some())),
                plain(
                    "is_default",
                    Kind::Boolean,
                    "k.is_default",
                    known(|member| member.is_default.is_some()),
                ),
                plain("joined_at", Kind::Time, "k.joined_at", joined),
                Field::computed(
                    Column::new("permissions", Kind::Json).hidden(),
                    &Sql::new("k.permissions"),
                ),
            ],
            from,
            conditions,
            key: place(),
            order: Some(by_user()),
            estimate: None,
        })
    }
}

/// The user's id, in its own type, so that an index on it serves.
pub(super) fn user_id(type_name: TypeName) -> Field {
    let column = Column::new("user_id", Kind::Text).hidden();
    Field::typed(column, Sql::new("k.user_id"), type_name, true)
}

/// Together what belongs to one user: the only order for which most schemas have an index.
pub(super) fn by_user() -> Sort {
    Sort { column: "user_id".into(), descending: false }
}

/// What identifies a row of a union of sources: which source, and where in it.
pub(super) fn place() -> Vec<KeyPart> {
    let part = |value: &'static str, type_name: &str| KeyPart {
        value: Sql::new(value),
        type_name: TypeName::new("pg_catalog", type_name),
    };
    vec![part("k.source", "int4"), part("k.place_table", "oid"), part("k.place", "tid")]
}

/// `column = id`, the id read as the type that the column has.
pub(crate) fn equals(column: &'static str, id: &str, type_name: &TypeName) -> Sql {
    let mut sql = Sql::new(column);
    sql.push(" = ").bind_as(Some(id), type_name);
    sql
}

/// All memberships, one row each. Ids keep their own types, so that indexes on them serve.
pub(crate) fn members(mapping: &Mapping) -> Result<Sql, Problem> {
    let mut arms = Vec::new();
    if mapping.memberships.is_empty() {
        let Some(organization) = &mapping.user.organization_id else {
            return Err(part::absent(mapping, "memberships"));
        };
        let mut columns = Sql::new("0 AS source, t.tableoid AS place_table, t.ctid AS place, ");
        columns
            .checked(&mapping.user.id)
            .push(" AS user_id, ")
            .checked(organization)
            .push(" AS organization_id, ");
        columns.push("NULL::pg_catalog.text AS role, NULL::pg_catalog.text AS status, NULL::pg_catalog.bool AS active, NULL::pg_catalog.bool AS is_default, ");
        columns
            .append(&part::time_or_null(mapping.user.created_at.as_ref()))
            .push(" AS joined_at, NULL::pg_catalog.text AS permissions");
        let mut belongs = part::sql(organization);
        belongs.push(" IS NOT NULL").append(&part::and_filter(&mapping.user.source));
        let from = part::from(&mapping.user.source);
        arms.push(Arm { columns, from, condition: Some(belongs) });
    }
    for (index, member) in mapping.memberships.iter().enumerate() {
        let mut columns = Sql::default();
        columns
            .number(index as u64)
            .push("::pg_catalog.int4 AS source, t.tableoid AS place_table, t.ctid AS place, ");
        columns
            .checked(&member.user_id)
            .push(" AS user_id, ")
            .checked(&member.organization_id)
            .push(" AS organization_id, ");
        columns.append(&part::text_or_null(member.role.as_ref())).push(" AS role, ");
        columns.append(&part::text_or_null(member.status.as_ref())).push(" AS status, ");
        columns.append(&part::truth_or_null(member.active.as_ref())).push(" AS active, ");
        columns.append(&part::truth_or_null(member.is_default.as_ref())).push(" AS is_default, ");
        columns.append(&part::time_or_null(member.joined_at.as_ref())).push(" AS joined_at, ");
        columns.append(&part::text_or_null(member.permissions.as_ref())).push(" AS permissions");
        let condition = member.source.filter.as_ref().map(part::sql);
        arms.push(Arm { columns, from: part::from(&member.source), condition });
    }
    Ok(part::union(arms))
}

/// What people call the user with the id `id`: the e-mail address, else the name, else the id.
pub(crate) fn user_label(mapping: &Mapping, id: &'static str) -> Sql {
    let user = &mapping.user;
    let mut sql = Sql::new("(SELECT COALESCE(");
    sql.append(&part::text_or_null(user.email.as_ref()))
        .push(", ")
        .append(&part::text_or_null(user.name.as_ref()))
        .push(", ");
    sql.append(&part::text_or_null(Some(&user.id))).push(") ").append(&part::from(&user.source));
    sql.push(" WHERE ").checked(&user.id).push(" = ").push(id).push(")");
    sql
}

/// The name of the organization with the id `id`.
pub(crate) fn organization_name(mapping: &Mapping, id: &'static str) -> Sql {
    let organization = &mapping.organization;
    let mut sql = Sql::new("(SELECT ");
    sql.append(&part::text_or_null(Some(&organization.name)))
        .push(" ")
        .append(&part::from(&organization.source));
    sql.push(" WHERE ").checked(&organization.id).push(" = ").push(id).push(")");
    sql
}
