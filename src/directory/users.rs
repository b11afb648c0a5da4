//! The list of users, with their organization, roles, departments and state.

use super::{
    departments::{people_in, recorded},
    grants::{self, Types, belongs},
    memberships::{self, equals, organization_name},
    part::{self, Concept},
};
use crate::{
    database::Database,
    list::{Column, Field, Kind, Select, Sort, TypeName, View},
    mapping::{Mapping, User},
    pg::{Problem, Run, Sql},
};

/// The users of an organization or a department, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Users {
    /// Only those of this organization.
    pub organization: Option<String>,
    /// Only those in this department.
    pub department: Option<String>,
    /// Only the one with this id.
    pub id: Option<String>,
}

impl View for Users {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let mapping = database.mapping()?;
        let user = &mapping.user;
        let types = Types::of(database, mapping, run).await?;
        let concept = Concept::of(database, &user.source, run).await?;
        let mut fields = vec![
            concept.field(Column::new("id", Kind::Text).hidden(), &user.id),
            organization_id(mapping, &concept)?,
            concept.field_or_null(Column::new("email", Kind::Text).pinned(), user.email.as_ref()),
            concept.field_or_null(Column::new("name", Kind::Text), user.name.as_ref()),
            Field::computed(Column::new("state", Kind::Text).unsearched(), &state(user)),
            Field::computed(
                Column::new("organization", Kind::Text)
                    .called(&mapping.organization.label.one)
                    .unsearched(),
                &organization(mapping)?,
            ),
            Field::computed(Column::new("roles", Kind::Json), &roles(mapping, &types)?),
            Field::computed(department_column(mapping), &departments(mapping)),
            concept.field_or_null(
                Column::new("last_login_at", Kind::Time),
                user.last_login_at.as_ref(),
            ),
            Field {
                print: Some(problem(mapping, Look::Few)?),
                ..Field::computed(
                    Column::new("problem", Kind::Text).unsearched(),
                    &problem(mapping, Look::All)?,
                )
            },
            concept.field_or_null(
                Column::new("created_at", Kind::Time).hidden(),
                user.created_at.as_ref(),
            ),
        ];
        fields.extend(concept.extra(&user.extra));
        let named = if user.email.is_some() {
            ("email", user.email.as_ref())
        } else {
            ("name", user.name.as_ref())
        };
        let order = named
            .1
            .filter(|expression| concept.sorts_cheaply(expression))
            .map(|_| Sort { column: named.0.into(), descending: false });
        Ok(Select {
            fields,
            from: part::from_with_id(&user.source, &user.id),
            conditions: self.conditions(mapping, &concept, &types)?,
            key: vec![concept.key(&user.id)],
            order,
            estimate: concept.estimate(&user.source).filter(|_| *self == Self::default()),
        })
    }
}

impl Users {
    fn conditions(
        &self,
        mapping: &Mapping,
        concept: &Concept,
        types: &Types,
    ) -> Result<Vec<Sql>, Problem> {
        let mut conditions = part::conditions(&mapping.user.source);
        if let Some(id) = &self.organization {
            conditions.push(match &mapping.user.organization_id {
                Some(organization) => {
                    let mut sql = part::sql(organization);
                    sql.push(" = ").bind_as(Some(id), &types.organization);
                    sql
                }
                None => belongs(mapping, "k.id", id, &types.organization)?,
            });
        }
        if let Some(id) = &self.department {
            let people = recorded(mapping)?;
            let type_name =
                types.department().unwrap_or_else(|| TypeName::new("pg_catalog", "text"));
            let mut sql = Sql::new("EXISTS (SELECT FROM (");
            sql.append(&people)
                .push(") d WHERE d.user_id = k.id AND d.department_id = ")
                .bind_as(Some(id), &type_name)
                .push(")");
            conditions.push(sql);
        }
        if let Some(id) = &self.id {
            conditions.push(equals("k.id", id, &concept.type_name(&mapping.user.id)));
        }
        Ok(conditions)
    }
}

/// The one organization of a user; of several, the default one, else the first.
fn organization_id(mapping: &Mapping, concept: &Concept) -> Result<Field, Problem> {
    let column = Column::new("organization_id", Kind::Text).hidden();
    if let Some(organization) = &mapping.user.organization_id {
        return Ok(concept.field(column, organization));
    }
    let mut sql = Sql::new("(SELECT m.organization_id FROM (");
    sql.append(&memberships::members(mapping)?).push(FIRST_MEMBERSHIP).push(")");
    Ok(Field::computed(column, &sql))
}

/// Which membership counts where only one can be shown.
const FIRST_MEMBERSHIP: &str = ") m WHERE m.user_id = k.id ORDER BY m.active DESC NULLS LAST, m.is_default DESC NULLS LAST, m.joined_at, m.organization_id LIMIT 1";

/// The names of a user's organizations; several are joined, the first one first.
fn organization(mapping: &Mapping) -> Result<Sql, Problem> {
    if let Some(organization) = &mapping.user.organization_id {
        let mut sql = Sql::new("(SELECT ");
        sql.append(&organization_name(mapping, "h.id"))
            .push(" FROM (SELECT ")
            .checked(organization)
            .push(" AS id) h)");
        return Ok(sql);
    }
    let mut sql = Sql::new(
        "(SELECT pg_catalog.string_agg(h.name, ', ' ORDER BY h.active DESC NULLS LAST, h.is_default DESC NULLS LAST, h.joined_at, h.name) FROM (SELECT ",
    );
    sql.append(&organization_name(mapping, "m.organization_id"))
        .push(" AS name, m.active, m.is_default, m.joined_at FROM (");
    sql.append(&memberships::members(mapping)?).push(") m WHERE m.user_id = k.id) h)");
    Ok(sql)
}

/// The user's grants as `[{"role": …, "scope": …}]`.
fn roles(mapping: &Mapping, types: &Types) -> Result<Sql, Problem> {
    if mapping.grants.is_empty() {
        return Ok(Sql::new("NULL"));
    }
    let mut sql = Sql::new(
        "COALESCE((SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', g.role, 'scope', ",
    );
    sql.append(&types.scope_name(mapping, "g.user_id", "g.scope_type", "g.scope_id"))
        .push(") ORDER BY g.role, g.scope_id) FROM (");
    sql.append(&grants::granted(mapping)?)
        .push(") g WHERE g.user_id = k.id), '[]'::pg_catalog.jsonb)");
    Ok(sql)
}

fn department_column(mapping: &Mapping) -> Column {
    let column = Column::new("departments", Kind::Json);
    let column = match &mapping.department {
        Some(department) => column.called(&department.label.many),
        None => column,
    };
    if mapping.department_members.is_empty() { column.hidden() } else { column }
}

/// The names of the departments that the user is in.
fn departments(mapping: &Mapping) -> Sql {
    let (Some(department), Some(people)) = (&mapping.department, people_in(mapping)) else {
        return Sql::new("NULL");
    };
    let mut sql = Sql::new("COALESCE((SELECT pg_catalog.jsonb_agg(DISTINCT n.name) FROM (");
    sql.append(&people)
        .push(") d CROSS JOIN LATERAL (SELECT ")
        .append(&part::text_or_null(Some(&department.name)))
        .push(" AS name ");
    sql.append(&part::from(&department.source))
        .push(" WHERE ")
        .checked(&department.id)
        .push(" = d.department_id) n WHERE d.user_id = k.id), '[]'::pg_catalog.jsonb)");
    sql
}

fn state(user: &User) -> Sql {
    let mut sql = Sql::new("CASE");
    if let Some(deleted) = part::deleted(user.deleted_at.as_ref(), user.deleted.as_ref()) {
        sql.push(" WHEN ").append(&deleted).push(" THEN 'deleted'");
    }
    if let Some(locked) = &user.locked {
        sql.push(" WHEN ").checked(locked).push(" THEN 'locked'");
    }
    sql.push(" WHEN false THEN NULL ELSE 'active' END");
    sql
}

/// What is wrong with a user, the worst first.
fn problem(mapping: &Mapping, look: Look) -> Result<Sql, Problem> {
    let user = &mapping.user;
    let members = memberships::members(mapping)?;
    let mut sql = Sql::new("CASE");
    if let Some(deleted) = part::deleted(user.deleted_at.as_ref(), user.deleted.as_ref()) {
        sql.push(" WHEN ")
            .append(&deleted)
            .push(" THEN CASE WHEN ")
            .append(&look.finds(&members, "m.user_id = k.id AND m.active IS NOT FALSE"))
            .push(" THEN 'deleted, access left' END");
    }
    if let Some(locked) = &user.locked {
        sql.push(" WHEN ").checked(locked).push(" THEN 'locked'");
    }
    sql.push(" WHEN NOT ")
        .append(&look.finds(&members, "m.user_id = k.id"))
        .push(" THEN 'in no organization' WHEN ")
        .append(&look.finds(&members, "m.user_id = k.id AND m.active IS FALSE"))
        .push(" THEN 'a membership is not active'");
    // A substitute (a pipeline, an executive) is nothing that everybody has to be in.
    if let (Some(department), Some(people)) = (&mapping.department, people_in(mapping))
        && department.label.one == "department"
    {
        sql.push(" WHEN NOT ")
            .append(&look.finds(&people, "m.user_id = k.id"))
            .push(" THEN 'in no department'");
    }
    sql.push(" END");
    Ok(sql)
}

/// For how many users something is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// For those of a page, one by one: the planner, which does not know how few they are, would read the whole table first.
    Few,
    /// For all of them, as the planner likes.
    All,
}

impl Look {
    /// Whether `rows`, called `m`, has one that fulfils `condition`.
    fn finds(self, rows: &Sql, condition: &'static str) -> Sql {
        let (begin, end) = match self {
            Self::Few => ("((SELECT true FROM (", " LIMIT 1) IS TRUE)"),
            Self::All => ("(EXISTS (SELECT FROM (", "))"),
        };
        let mut sql = Sql::new(begin);
        sql.append(rows).push(") m WHERE ").push(condition).push(end);
        sql
    }
}
