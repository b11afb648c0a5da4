//! The list of organizations, under whatever name the schema has for them.

use super::{
    grants, memberships,
    part::{self, Concept},
};
use crate::{
    database::Database,
    list::{Column, Field, Kind, Select, Sort, View},
    mapping::Mapping,
    pg::{Problem, Run, Sql},
};

/// All organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organizations;

impl View for Organizations {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let organization = &mapping.organization;
        let concept = Concept::of(database, &organization.source, run).await?;
        let mut from = part::from_with_id(&organization.source, &organization.id);
        from.append(&admins(mapping)?);
        let mut fields = vec![
            concept.field(Column::new("id", Kind::Text).hidden(), &organization.id),
            concept.field(Column::new("name", Kind::Text).pinned(), &organization.name),
            part::computed(department_column(mapping), &departments(mapping)),
            part::computed(
                Column::new("users", Kind::Number).called(&mapping.user.label.many),
                &users(mapping)?,
            ),
            if mapping.grants.is_empty() {
                part::lacking(Column::new("admins", Kind::Number))
            } else {
                let admins = Sql::new("COALESCE(ad.admins, 0)");
                part::computed(Column::new("admins", Kind::Number), &admins)
            },
            concept.field_or_null(
                Column::new("created_at", Kind::Time),
                organization.created_at.as_ref(),
            ),
            concept.field_or_null(
                Column::new("deleted_at", Kind::Time),
                organization.deleted_at.as_ref(),
            ),
            problem(mapping),
        ];
        fields.extend(concept.extra(&organization.extra));
        let order = concept
            .sorts_cheaply(&organization.name)
            .then(|| Sort { column: "name".into(), descending: false });
        Ok(Select {
            fields,
            from,
            conditions: part::conditions(&organization.source),
            key: vec![concept.key(&organization.id)],
            order,
            estimate: concept.estimate(&organization.source),
        })
    }
}

/// `ad(organization_id, admins)`: how many users are admins of an organization, counted once for the whole list.
///
/// A grant that holds for an organization without saying for which one holds for those the user belongs to.
fn admins(mapping: &Mapping) -> Result<Sql, Problem> {
    let mut sql = Sql::default();
    if mapping.grants.is_empty() {
        return Ok(sql);
    }
    sql.push(" LEFT JOIN (SELECT COALESCE(g.scope_id, m.organization_id::pg_catalog.text) AS organization_id, pg_catalog.count(DISTINCT g.user_id) AS admins FROM (");
    sql.append(&grants::granted(mapping)?)
        .push(") g LEFT JOIN (")
        .append(&memberships::members(mapping)?);
    sql.push(") m ON g.scope_id IS NULL AND m.user_id = g.user_id WHERE g.scope_type = 'organization' AND g.role IN (NULL");
    for role in &mapping.admin_roles {
        sql.push(", ").bind(Some(role), "pg_catalog.text");
    }
    sql.push(") GROUP BY 1) ad ON ad.organization_id = k.id::pg_catalog.text");
    Ok(sql)
}

fn department_column(mapping: &Mapping) -> Column {
    let column = Column::new("departments", Kind::Number);
    match &mapping.department {
        Some(department) => column.called(&department.label.many),
        None => column.hidden(),
    }
}

fn departments(mapping: &Mapping) -> Sql {
    let Some(department) = &mapping.department else { return Sql::new("NULL") };
    let mut sql = Sql::new("(SELECT pg_catalog.count(*) ");
    sql.append(&part::from(&department.source))
        .push(" WHERE ")
        .checked(&department.organization_id)
        .push(" = k.id");
    sql.append(&part::and_filter(&department.source)).push(")");
    sql
}

fn users(mapping: &Mapping) -> Result<Sql, Problem> {
    let mut sql = Sql::new("(SELECT pg_catalog.count(DISTINCT m.user_id) FROM (");
    sql.append(&memberships::members(mapping)?).push(") m WHERE m.organization_id = k.id)");
    Ok(sql)
}

fn problem(mapping: &Mapping) -> Field {
    let mut sql = Sql::new("CASE");
    if let Some(deleted) = part::deleted(
        mapping.organization.deleted_at.as_ref(),
        mapping.organization.deleted.as_ref(),
    ) {
        sql.push(" WHEN ").append(&deleted).push(" THEN 'deleted'");
    }
    if !mapping.grants.is_empty() && !mapping.admin_roles.is_empty() {
        sql.push(" WHEN ad.admins IS NULL THEN 'no admin'");
    }
    sql.push(" ELSE NULL END");
    part::computed(Column::new("problem", Kind::Text).unsearched(), &sql)
}
