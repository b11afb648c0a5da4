//! The list of grants: who has which role, and where it holds.

use super::{
    memberships::{self, equals},
    part::{self, Arm, Concept},
};
use crate::{
    database::Database,
    list::{Column, Field, Kind, Select, TypeName, View},
    mapping::Mapping,
    pg::{Problem, RelationName, Run, Sql},
};

/// The grants of a user, of a role or within an organization, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Only those of users of this organization.
    pub organization: Option<String>,
    /// Only those of this user.
    pub user: Option<String>,
    /// Only those of this role.
    pub role: Option<String>,
}

impl View for Grants {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let types = Types::of(database, mapping, run).await?;
        let mut from = Sql::new("FROM (");
        from.append(&granted(mapping)?).push(") k");
        let mut conditions = Vec::new();
        if let Some(id) = &self.organization {
            conditions.push(belongs(mapping, "k.user_id", id, &types.organization)?);
        }
        if let Some(id) = &self.user {
            conditions.push(equals("k.user_id", id, &types.user));
        }
        if let Some(role) = &self.role {
            conditions.push(equals("k.role", role, &TypeName::new("pg_catalog", "text")));
        }
        let plain = |name: &str, kind, value: &'static str| {
            Field::computed(Column::new(name, kind), &Sql::new(value))
        };
        Ok(Select {
            fields: vec![
                memberships::user_id(types.user.clone()),
                Field::computed(
                    Column::new("user", Kind::Text).called(&mapping.user.label.one).pinned(),
                    &memberships::user_label(mapping, "k.user_id"),
                ),
                plain("role", Kind::Text, "k.role"),
                plain("scope_type", Kind::Text, "k.scope_type"),
                Field::computed(
                    Column::new("scope_id", Kind::Text).hidden(),
                    &Sql::new("k.scope_id"),
                ),
                Field::computed(
                    Column::new("scope", Kind::Text),
                    &types.scope_name(mapping, "k.user_id", "k.scope_type", "k.scope_id"),
                ),
                plain("granted_at", Kind::Time, "k.granted_at"),
            ],
            from,
            conditions,
            key: memberships::place(),
            order: Some(memberships::by_user()),
            estimate: None,
        })
    }
}

/// The types of the ids, by which ids kept as text are looked up.
pub(crate) struct Types {
    pub(crate) user: TypeName,
    pub(crate) organization: TypeName,
    department: Option<TypeName>,
}

impl Types {
    /// The relations of which the types are.
    pub(crate) fn relations(mapping: &Mapping) -> impl Iterator<Item = &RelationName> {
        let (user, organization) = (&mapping.user.source, &mapping.organization.source);
        let department = mapping.department.iter().map(|department| &department.source);
        [user, organization].into_iter().chain(department).map(|source| &source.relation)
    }

    pub(crate) async fn of(
        database: &Database,
        mapping: &Mapping,
        run: &Run,
    ) -> Result<Self, Problem> {
        database.know(Self::relations(mapping), run).await?;
        let user =
            Concept::of(database, &mapping.user.source, run).await?.type_name(&mapping.user.id);
        let organization = Concept::of(database, &mapping.organization.source, run)
            .await?
            .type_name(&mapping.organization.id);
        let department = match &mapping.department {
            Some(department) => Some(
                Concept::of(database, &department.source, run).await?.type_name(&department.id),
            ),
            None => None,
        };
        Ok(Self { user, organization, department })
    }

    /// The type of a department's id.
    pub(crate) fn department(&self) -> Option<TypeName> {
        self.department.clone()
    }

    /// What people call the place where a grant holds, its row having the alias of which `user_id`, `scope_type` and `scope_id` are columns.
    ///
    /// A grant for an organization that does not say for which one holds for the user's own, where there is one.
    pub(crate) fn scope_name(
        &self,
        mapping: &Mapping,
        user_id: &'static str,
        scope_type: &'static str,
        scope_id: &'static str,
    ) -> Sql {
        let mut sql = Sql::new("CASE ");
        sql.push(scope_type).push(" WHEN 'organization' THEN (SELECT ");
        let organization = &mapping.organization;
        sql.append(&part::text_or_null(Some(&organization.name)))
            .push(" ")
            .append(&part::from(&organization.source))
            .push(" WHERE ");
        sql.checked(&organization.id).push(" = COALESCE(").push(scope_id).push("::");
        sql.relation(&self.organization);
        if let Some(own) = &mapping.user.organization_id {
            sql.push(", (SELECT ").checked(own).push(" ").append(&part::from(&mapping.user.source));
            sql.push(" WHERE ").checked(&mapping.user.id).push(" = ").push(user_id).push(")");
        }
        sql.push("))");
        if let (Some(department), Some(type_name)) = (&mapping.department, &self.department) {
            sql.push(" WHEN 'department' THEN (SELECT ")
                .append(&part::text_or_null(Some(&department.name)))
                .push(" ");
            sql.append(&part::from(&department.source))
                .push(" WHERE ")
                .checked(&department.id)
                .push(" = ");
            sql.push(scope_id).push("::").relation(type_name).push(")");
        }
        sql.push(" END");
        sql
    }
}

/// All grants, one row each; the place where one holds is text, since sources may have different types for it.
pub(super) fn granted(mapping: &Mapping) -> Result<Sql, Problem> {
    if mapping.grants.is_empty() {
        return Err(part::absent(mapping, "grants"));
    }
    let arms = mapping.grants.iter().enumerate().map(|(index, grant)| {
        let mut columns = Sql::default();
        columns
            .number(index as u64)
            .push("::pg_catalog.int4 AS source, t.tableoid AS place_table, t.ctid AS place, ");
        columns
            .checked(&grant.user_id)
            .push(" AS user_id, ")
            .append(&part::text_or_null(Some(&grant.role)))
            .push(" AS role, ");
        columns.append(&part::text_or_null(Some(&grant.scope_type))).push(" AS scope_type, ");
        columns.append(&part::text_or_null(grant.scope_id.as_ref())).push(" AS scope_id, ");
        columns.append(&part::time_or_null(grant.granted_at.as_ref())).push(" AS granted_at");
        let condition = grant.source.filter.as_ref().map(part::sql);
        Arm { columns, from: part::from(&grant.source), condition }
    });
    Ok(part::union(arms.collect()))
}

/// The user `user` belongs to the organization `id`.
pub(super) fn belongs(
    mapping: &Mapping,
    user: &'static str,
    id: &str,
    type_name: &TypeName,
) -> Result<Sql, Problem> {
    let mut sql = Sql::new("EXISTS (SELECT FROM (");
    sql.append(&memberships::members(mapping)?)
        .push(") m WHERE m.user_id = ")
        .push(user)
        .push(" AND m.organization_id = ");
    sql.bind_as(Some(id), type_name).push(")");
    Ok(sql)
}
