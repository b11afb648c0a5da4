//! The list of departments, or of what the schema has in their place.

use super::{
    memberships::{equals, organization_name},
    part::{self, Concept},
};
use crate::{
    database::Database,
    list::{Column, Field, Kind, Select, Sort, View},
    mapping::{Department, Mapping},
    pg::{Problem, Run, Sql},
};

/// The departments of an organization, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departments {
    /// Only those of this organization.
    pub organization: Option<String>,
}

impl View for Departments {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let department =
            mapping.department.as_ref().ok_or_else(|| part::absent(mapping, "departments"))?;
        let concept = Concept::of(database, &department.source, run).await?;
        let mut from = part::from(&department.source);
        from.push(" CROSS JOIN LATERAL (SELECT ").checked(&department.id).push(" AS id, ");
        from.checked(&department.organization_id).push(" AS organization_id) k");
        let mut conditions = part::conditions(&department.source);
        if let Some(id) = &self.organization {
            let organizations = Concept::of(database, &mapping.organization.source, run).await?;
            conditions.push(equals(
                "k.organization_id",
                id,
                &organizations.type_name(&mapping.organization.id),
            ));
        }
        let mut fields = vec![
            concept.field(Column::new("id", Kind::Text).hidden(), &department.id),
            concept.field(
                Column::new("organization_id", Kind::Text).hidden(),
                &department.organization_id,
            ),
            concept.field(Column::new("name", Kind::Text).pinned(), &department.name),
            part::computed(
                Column::new("organization", Kind::Text).called(&mapping.organization.label.one),
                &organization_name(mapping, "k.organization_id"),
            ),
            of_people(
                Column::new("users", Kind::Number).called(&mapping.user.label.many),
                people(mapping),
            ),
            concept.field_or_null(
                Column::new("created_at", Kind::Time),
                department.created_at.as_ref(),
            ),
            of_people(Column::new("problem", Kind::Text).unsearched(), problem(mapping)),
        ];
        fields.extend(concept.extra(&department.extra));
        let order = concept
            .sorts_cheaply(&department.name)
            .then(|| Sort { column: "name".into(), descending: false });
        Ok(Select {
            fields,
            from,
            conditions,
            key: vec![concept.key(&department.id)],
            order,
            estimate: concept.estimate(&department.source).filter(|_| self.organization.is_none()),
        })
    }
}

/// Everyone in some department, one row each; nothing where the schema does not say.
pub(crate) fn people_in(mapping: &Mapping) -> Option<Sql> {
    let arms: Vec<Sql> = mapping
        .department_members
        .iter()
        .map(|member| {
            let mut arm = Sql::new("SELECT ");
            arm.checked(&member.user_id)
                .push(" AS user_id, ")
                .checked(&member.department_id)
                .push(" AS department_id, ");
            arm.append(&part::text_or_null(member.role.as_ref())).push(" AS role, ");
            arm.append(&part::text_or_null(member.permissions.as_ref())).push(" AS permissions ");
            arm.append(&part::from(&member.source))
                .push(" WHERE true")
                .append(&part::and_filter(&member.source));
            arm
        })
        .collect();
    (!arms.is_empty()).then(|| crate::pg::sql::join(&arms, " UNION ALL "))
}

/// The same, or that nobody wrote it down.
pub(super) fn recorded(mapping: &Mapping) -> Result<Sql, Problem> {
    let one = mapping.department.as_ref().map_or("department", |known| known.label.one.as_str());
    people_in(mapping)
        .ok_or_else(|| part::absent(mapping, &format!("record of who is in which {one}")))
}

/// The name of the department with the id `id`.
pub(crate) fn department_name(department: &Department, id: &'static str) -> Sql {
    let mut sql = Sql::new("(SELECT ");
    sql.append(&part::text_or_null(Some(&department.name)))
        .push(" ")
        .append(&part::from(&department.source));
    sql.push(" WHERE ").checked(&department.id).push(" = ").push(id).push(")");
    sql
}

/// A column about who is in a department, where the schema says that.
fn of_people(column: Column, value: Option<Sql>) -> Field {
    match value {
        Some(value) => part::computed(column, &value),
        None => part::lacking(column),
    }
}

fn people(mapping: &Mapping) -> Option<Sql> {
    let mut sql = Sql::new("(SELECT pg_catalog.count(DISTINCT d.user_id) FROM (");
    sql.append(&people_in(mapping)?).push(") d WHERE d.department_id = k.id)");
    Some(sql)
}

fn problem(mapping: &Mapping) -> Option<Sql> {
    let mut sql = Sql::new("CASE WHEN NOT EXISTS (SELECT FROM (");
    sql.append(&people_in(mapping)?)
        .push(") d WHERE d.department_id = k.id) THEN 'nobody in it' END");
    Some(sql)
}
