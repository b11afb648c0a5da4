//! The list of limits: how much may be consumed, how much was, and whether that is too much.
//!
//! What was measured is told beside what the schema itself keeps: the two may disagree, and the state follows what was measured.

use chrono::{DateTime, Utc};

use super::{recorded::Recorded, source::Sources};
use crate::{
    database::Database,
    directory::{department_name, members, organization_name, part, people_in, user_label},
    list::{Column, Field, KeyPart, Kind, Select, Sort, TypeName, View},
    mapping::Mapping,
    pg::{Problem, Run, Sql},
};

/// Limits that hold now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Only those of this organization and of what belongs to it.
    pub organization: Option<String>,
    /// Only those that hold for somebody: their own, their departments', their organizations'.
    pub user: Option<String>,
    /// Only those that hold for this department: its own and its organization's.
    pub department: Option<String>,
    /// Those of periods that are over too.
    pub past: bool,
    /// When it is; by the server's clock where absent.
    pub at: Option<DateTime<Utc>>,
}

impl View for Limits {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let sources = Sources::or_none(database, run).await?;
        let recorded = Recorded::of(database, &sources, (self.at, self.past), run).await?;
        let mut from = Sql::new(
            "FROM (SELECT l.*, s.share, s.forecast, s.state, pg_catalog.row_number() OVER (PARTITION BY l.limit_type ORDER BY CASE l.scope_type WHEN 'user' THEN 1 WHEN 'department' THEN 2 WHEN 'organization' THEN 3 ELSE 0 END, l.most, l.n, l.id) AS nth FROM (",
        );
        from.append(&recorded.measured()).push(") l CROSS JOIN LATERAL (");
        from.push(include_str!("sql/state.sql")).push(") s");
        if let Some(condition) = self.condition(&sources)? {
            from.push(" WHERE ").append(&condition);
        }
        from.push(") k CROSS JOIN LATERAL (SELECT ");
        from.append(&ids(&sources)).push(") i");
        Ok(Select {
            fields: self.fields(&sources),
            from,
            conditions: Vec::new(),
            key: vec![
                KeyPart { value: Sql::new("k.n"), type_name: TypeName::new("pg_catalog", "int4") },
                KeyPart { value: Sql::new("k.id"), type_name: TypeName::new("pg_catalog", "text") },
            ],
            order: Some(Sort { column: "urgency".into(), descending: true }),
            estimate: None,
        })
    }
}

impl Limits {
    /// Whether only those are meant that hold for one thing: then one of each sort comes before the others.
    const fn is_of_one(&self) -> bool {
        self.user.is_some() || self.department.is_some()
    }

    /// Which limits are meant, of all that are recorded.
    fn condition(&self, sources: &Sources<'_>) -> Result<Option<Sql>, Problem> {
        let text = |sql: &mut Sql, id: &str| {
            sql.bind(Some(id), "pg_catalog.text");
        };
        let mapping = sources.mapping;
        let mut conditions = Vec::new();
        if let Some(id) = &self.organization {
            let mut sql = Sql::new("l.organization = ");
            text(&mut sql, id);
            conditions.push(sql);
        }
        if let Some(id) = &self.department {
            let mut sql = Sql::new("(l.scope_type = 'department' AND l.scope_id = ");
            text(&mut sql, id);
            if let (Some(department), Some(type_name)) =
                (&mapping.department, sources.types.department())
            {
                sql.push(" OR l.scope_type = 'organization' AND l.scope_id IN (SELECT ");
                sql.append(&part::text_or_null(Some(&department.organization_id))).push(" ");
                sql.append(&part::from(&department.source)).push(" WHERE ").checked(&department.id);
                sql.push(" = ").bind_as(Some(id), &type_name).push(")");
            }
            sql.push(")");
            conditions.push(sql);
        }
        if let Some(id) = &self.user {
            conditions.push(of_user(mapping, id, sources)?);
        }
        let joined = crate::pg::sql::join(&conditions, " AND ");
        Ok((!conditions.is_empty()).then_some(joined))
    }

    fn fields(&self, sources: &Sources<'_>) -> Vec<Field> {
        let text = |name: &str| Column::new(name, Kind::Text);
        let field = |column: Column, value: &'static str| Field::computed(column, &Sql::new(value));
        let mapping = sources.mapping;
        let stored = mapping.limits.iter().any(|it| it.stored.is_some());
        let mut stored_column = Column::new("stored", Kind::Decimal);
        stored_column.hidden = !stored;
        let mut binds = Column::new("binds", Kind::Boolean);
        binds.hidden = !self.is_of_one();
        vec![
            Field::computed(text("scope").pinned(), &scope(mapping)),
            field(text("limit_type"), "k.limit_type"),
            field(text("state"), "k.state"),
            field(
                Column::new("limit", Kind::Decimal),
                "CASE WHEN k.quantity = 'tokens' THEN pg_catalog.trim_scale(k.most) ELSE k.most END",
            ),
            field(Column::new("measured", Kind::Decimal), "k.measured"),
            field(
                stored_column,
                "CASE WHEN k.quantity = 'tokens' THEN pg_catalog.trim_scale(k.stored) ELSE k.stored END",
            ),
            field(Column::new("share", Kind::Number), "k.share"),
            field(Column::new("forecast", Kind::Decimal), "k.forecast"),
            field(
                text("outlook").unsearched(),
                "CASE WHEN k.state = 'over' THEN 'over' WHEN k.forecast > k.most THEN 'will be over' WHEN k.forecast IS NOT NULL THEN 'ok' END",
            ),
            field(binds, if self.is_of_one() { "k.nth = 1" } else { "NULL" }),
            field(text("scope_type"), "k.scope_type"),
            field(text("recorded_in").unsearched(), "k.recorded_in"),
            field(
                text("period").unsearched().hidden(),
                "CASE WHEN k.length IS NOT NULL THEN pg_catalog.to_char(k.begins, 'YYYY-MM-DD') END",
            ),
            field(Column::new("near", Kind::Number).hidden(), "k.near"),
            Field::computed(
                text("organization").called(&mapping.organization.label.one).hidden().unsearched(),
                &organization_name(mapping, "i.organization_id"),
            ),
            field(text("scope_id").hidden().unsearched(), "k.scope_id"),
            field(text("organization_id").hidden().unsearched(), "k.organization"),
            field(text("id").hidden().unsearched(), "k.id"),
            field(
                Column::new("urgency", Kind::Decimal).hidden(),
                "CASE WHEN k.ends <= k.now THEN -2 ELSE COALESCE(k.share, -1) END",
            ),
        ]
    }
}

/// What holds for the user `id`.
fn of_user(mapping: &Mapping, id: &str, sources: &Sources<'_>) -> Result<Sql, Problem> {
    let user = &sources.types.user;
    let mut sql = Sql::new("(l.scope_type = 'user' AND l.scope_id = ");
    sql.bind(Some(id), "pg_catalog.text");
    if let Some(people) = people_in(mapping) {
        sql.push(" OR l.scope_type = 'department' AND l.scope_id IN (SELECT d.department_id::pg_catalog.text FROM (");
        sql.append(&people).push(") d WHERE d.user_id = ").bind_as(Some(id), user).push(")");
    }
    sql.push(" OR l.scope_type = 'organization' AND l.scope_id IN (SELECT m.organization_id::pg_catalog.text FROM (");
    sql.append(&members(mapping)?)
        .push(") m WHERE m.user_id = ")
        .bind_as(Some(id), user)
        .push("))");
    Ok(sql)
}

/// The ids of what a limit is of, each as what it is.
fn ids(sources: &Sources<'_>) -> Sql {
    let mut sql = Sql::default();
    sql.append(&super::recorded::typed_as(
        "k.scope_type = 'user'",
        "k.scope_id",
        &sources.types.user,
    ));
    sql.push(" AS user_id, ");
    match sources.types.department() {
        Some(department) => sql.append(&super::recorded::typed_as(
            "k.scope_type = 'department'",
            "k.scope_id",
            &department,
        )),
        None => sql.push("NULL::pg_catalog.text"),
    };
    sql.push(" AS department_id, ");
    sql.append(&super::recorded::typed_as("true", "k.organization", &sources.types.organization));
    sql.push(" AS organization_id");
    sql
}

/// What people call what a limit is of.
fn scope(mapping: &Mapping) -> Sql {
    let mut sql = Sql::new("COALESCE(k.name, CASE k.scope_type WHEN 'user' THEN ");
    sql.append(&user_label(mapping, "i.user_id"));
    if let Some(department) = &mapping.department {
        sql.push(" WHEN 'department' THEN ")
            .append(&department_name(department, "i.department_id"));
    }
    sql.push(" WHEN 'organization' THEN ").append(&organization_name(mapping, "i.organization_id"));
    sql.push(" END, k.scope_id)");
    sql
}
