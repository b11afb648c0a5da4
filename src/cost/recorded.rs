//! The limits that a schema records, from every source, each with the period in which it holds and what was measured in that.
//!
//! A limit of a day or a month holds in the one that its row names, or in the running one where it names none. What is measured is one pass over the records
//! of all periods that matter, grouped by whom they belong to, whatever the number of limits.

use chrono::{DateTime, Utc};

use super::source::{Sources, Window};
use crate::{
    database::Database,
    directory::part::{self, Concept},
    list::{Column, Kind, TypeName},
    mapping::{self, Expression},
    pg::{Problem, Run, Sql, sql::join},
};

/// The sort of limit that says from which share on others are near.
const THRESHOLD: &str = "'alert_threshold'";
/// The share from which on a limit is near where nobody said.
const NEAR: u64 = 80;

/// What is recorded about limits.
pub(super) struct Recorded<'a> {
    pub(super) sources: &'a Sources<'a>,
    limits: Vec<(&'a mapping::Limit, Concept)>,
    /// When it is.
    at: Option<DateTime<Utc>>,
    /// Whether limits of periods that are over are meant too.
    past: bool,
}

impl<'a> Recorded<'a> {
    pub(super) async fn of(
        database: &'a Database,
        sources: &'a Sources<'a>,
        (at, past): (Option<DateTime<Utc>>, bool),
        run: &Run,
    ) -> Result<Self, Problem> {
        let mapping = database.mapping()?;
        if mapping.limits.is_empty() {
            return Err(part::absent(mapping, "limits"));
        }
        database.know(mapping.limits.iter().map(|limit| &limit.source.relation), run).await?;
        let mut limits = Vec::new();
        for limit in &mapping.limits {
            limits.push((limit, Concept::of(database, &limit.source, run).await?));
        }
        Ok(Self { sources, limits, at, past })
    }

    /// Now, by the clocks of the schema's zone.
    fn now(&self) -> Sql {
        let mut sql = Sql::new("(");
        match self.at {
            Some(at) => sql.bind(Some(&at.to_rfc3339()), "pg_catalog.timestamptz"),
            None => sql.push("pg_catalog.now()"),
        };
        sql.push(" AT TIME ZONE ").bind(Some(self.sources.zone()), "pg_catalog.text").push(")");
        sql
    }

    /// All limits with what was measured: `n`, `id`, `recorded_in`, `scope_type`, `scope_id`, `name`, `organization`, `limit_type`, `most`, `stored`,
    /// `measured`, `near`, `begins`, `ends`, `now`, `quantity`.
    pub(super) fn measured(&self) -> Sql {
        let mut sql = Sql::new("WITH recorded AS MATERIALIZED (");
        sql.append(&self.recorded()).push("), thresholds AS (SELECT r.scope_type, r.scope_id, pg_catalog.min(r.most) AS percent FROM recorded r WHERE r.limit_type = ");
        sql.push(THRESHOLD).push(" GROUP BY r.scope_type, r.scope_id), dated AS MATERIALIZED (SELECT r.*, p.begins, p.ends, ");
        sql.append(&self.now()).push(" AS now FROM recorded r CROSS JOIN LATERAL (SELECT b.begins, CASE r.length WHEN 'day' THEN b.begins + interval '1 day' WHEN 'month' THEN b.begins + interval '1 month' END AS ends FROM (SELECT COALESCE(CASE WHEN r.length IS NOT NULL THEN r.since END, pg_catalog.date_trunc(r.length, ");
        sql.append(&self.now()).push(")) AS begins) b) p WHERE r.limit_type <> ").push(THRESHOLD);
        if !self.past {
            sql.push(" AND (p.ends IS NULL OR p.begins <= ").append(&self.now());
            sql.push(" AND p.ends > ").append(&self.now()).push(")");
        }
        sql.push("), spans AS (SELECT DISTINCT d.begins, d.ends FROM dated d WHERE d.length IS NOT NULL), consumed AS (");
        sql.append(&self.consumed()).push(") SELECT d.*, ");
        sql.append(&self.found())
            .push(" AS measured, COALESCE(o.percent, w.percent, ")
            .number(NEAR);
        sql.push(") AS near FROM dated d LEFT JOIN consumed c ON c.begins = d.begins AND c.ends = d.ends AND c.scope_type = d.scope_type AND c.scope_id = d.scope_id ");
        sql.push("LEFT JOIN thresholds o ON o.scope_type = d.scope_type AND o.scope_id = d.scope_id LEFT JOIN thresholds w ON w.scope_type = 'organization' AND w.scope_id = d.organization");
        sql
    }

    /// What the sources of limits say.
    fn recorded(&self) -> Sql {
        let arms: Vec<_> = (0..)
            .zip(&self.limits)
            .map(|(n, (limit, concept))| self.arm(n, limit, concept))
            .collect();
        let mut sql = Sql::new(
            "SELECT a.*, CASE WHEN a.limit_type LIKE 'daily%' THEN 'day' WHEN a.limit_type LIKE 'monthly%' THEN 'month' END AS length, CASE WHEN a.limit_type LIKE '%token%' THEN 'tokens' WHEN a.limit_type LIKE '%cost%' OR a.limit_type LIKE '%budget%' THEN 'money' END AS quantity, ",
        );
        sql.append(&self.organization()).push(" AS organization FROM (");
        sql.append(&join(&arms, " UNION ALL ")).push(") a CROSS JOIN LATERAL (SELECT ");
        sql.append(&typed_as("a.scope_type = 'user'", "a.scope_id", &self.sources.types.user))
            .push(" AS user_id, ");
        let department = self.sources.types.department();
        match &department {
            Some(department) => {
                sql.append(&typed_as("a.scope_type = 'department'", "a.scope_id", department))
            }
            None => sql.push("NULL::pg_catalog.text"),
        };
        sql.push(" AS department_id) i");
        sql
    }

    fn arm(&self, n: u64, limit: &mapping::Limit, concept: &Concept) -> Sql {
        let text = |value: Option<&Expression>| part::text_or_null(value);
        let mut sql = Sql::new("SELECT ");
        sql.number(n).push("::pg_catalog.int4 AS n, ");
        sql.append(&text(Some(&limit.id))).push(" AS id, ");
        sql.bind(Some(&limit.source.relation.to_string()), "pg_catalog.text")
            .push(" AS recorded_in, ");
        sql.append(&text(Some(&limit.scope_type))).push(" AS scope_type, ");
        sql.append(&text(Some(&limit.scope_id))).push(" AS scope_id, ");
        sql.append(&text(limit.scope.as_ref())).push(" AS name, ");
        sql.append(&text(limit.organization_id.as_ref())).push(" AS owner, ");
        sql.append(&text(Some(&limit.limit_type))).push(" AS limit_type, (");
        sql.checked(&limit.limit).push(")::pg_catalog.numeric AS most, ");
        sql.append(&number(limit.stored.as_ref())).push(" AS stored, ");
        match &limit.period_start {
            Some(start) => {
                let at = concept.field(Column::new("at", Kind::Time), start);
                sql.append(&super::source::local(&at, self.sources.zone()));
            }
            None => {
                sql.push("NULL::pg_catalog.timestamp");
            }
        }
        sql.push(" AS since, ").append(&number(self.own(limit))).push(" AS own ");
        sql.append(&part::from(&limit.source));
        if let Some(filter) = &limit.source.filter {
            sql.push(" WHERE ").checked(filter);
        }
        sql
    }

    /// What the row of a limit on itself cost, where it is a record of usage too: a booking and its budget.
    fn own(&self, limit: &mapping::Limit) -> Option<&'a Expression> {
        let same = |usage: &&'a mapping::Usage| {
            usage.source.relation == limit.source.relation
                && usage.source.joins.is_empty()
                && usage.id.text() == limit.scope_id.text()
        };
        self.sources.each().map(|(usage, _)| *usage).find(same)?.money.as_ref()
    }

    /// To which organization the scope belongs, as text.
    fn organization(&self) -> Sql {
        let mapping = self.sources.mapping;
        let mut sql =
            Sql::new("COALESCE(a.owner, CASE a.scope_type WHEN 'organization' THEN a.scope_id");
        if let Some(department) = &mapping.department {
            sql.push(" WHEN 'department' THEN (SELECT ");
            sql.append(&part::text_or_null(Some(&department.organization_id))).push(" ");
            sql.append(&part::from(&department.source)).push(" WHERE ").checked(&department.id);
            sql.push(" = i.department_id)");
        }
        if let Some(own) = &mapping.user.organization_id {
            sql.push(" WHEN 'user' THEN (SELECT ").append(&part::text_or_null(Some(own))).push(" ");
            sql.append(&part::from(&mapping.user.source)).push(" WHERE ").checked(&mapping.user.id);
            sql.push(" = i.user_id)");
        }
        sql.push(" END)");
        sql
    }

    /// What was consumed in each of `spans`, by whom it belongs to.
    fn consumed(&self) -> Sql {
        let edge = |of: &'static str| {
            let mut sql = Sql::new("(SELECT ");
            sql.push(of).push(" FROM spans s) AT TIME ZONE ");
            sql.bind(Some(self.sources.zone()), "pg_catalog.text");
            sql
        };
        let window = Window {
            from: Some(edge("pg_catalog.min(s.begins)")),
            to: Some(edge("pg_catalog.max(s.ends)")),
        };
        let mut sql = Sql::new(
            "SELECT g.begins, g.ends, CASE WHEN g.is_organization = 0 THEN 'organization' WHEN g.is_department = 0 THEN 'department' ELSE 'user' END AS scope_type, COALESCE(g.organization_id::pg_catalog.text, g.department_id::pg_catalog.text, g.user_id::pg_catalog.text) AS scope_id, g.tokens, CASE WHEN g.one_currency THEN g.money END AS money FROM (SELECT s.begins, s.ends, u.organization_id, u.department_id, u.user_id, GROUPING(u.organization_id) AS is_organization, GROUPING(u.department_id) AS is_department, pg_catalog.sum(u.tokens_total) AS tokens, pg_catalog.sum(u.money) AS money, pg_catalog.min(u.currency) IS NOT DISTINCT FROM pg_catalog.max(u.currency) AS one_currency FROM spans s JOIN ",
        );
        if self.sources.names().next().is_none() {
            return Sql::new(
                "SELECT s.begins, s.ends, NULL::pg_catalog.text AS scope_type, NULL::pg_catalog.text AS scope_id, NULL::pg_catalog.numeric AS tokens, NULL::pg_catalog.numeric AS money FROM spans s WHERE false",
            );
        }
        sql.append(&self.sources.records(&window, &[]));
        sql.push(" ON u.at >= s.begins AND u.at < s.ends GROUP BY s.begins, s.ends, GROUPING SETS ((u.organization_id), (u.department_id), (u.user_id))) g");
        sql
    }

    /// What was measured for a limit: nothing where nothing was consumed, and unknown where the schema does not record it.
    fn found(&self) -> Sql {
        let sources = self.sources;
        let mut sql = Sql::new("CASE WHEN d.own IS NOT NULL THEN d.own");
        let scopes = [
            ("'organization'", sources.know(|it| it.organization_id.as_ref())),
            ("'department'", sources.know(|it| it.department_id.as_ref())),
            ("'user'", sources.know(|it| it.user_id.as_ref())),
        ];
        let known: Vec<_> =
            scopes.iter().filter(|(_, known)| *known).map(|(name, _)| Sql::new(name)).collect();
        if !known.is_empty() {
            sql.push(" WHEN d.length IS NULL OR d.scope_type NOT IN (")
                .append(&join(&known, ", "))
                .push(") THEN NULL");
            if sources.know(|it| it.tokens_total.as_ref()) {
                sql.push(" WHEN d.quantity = 'tokens' THEN COALESCE(c.tokens, 0)");
            }
            if sources.know(|it| it.money.as_ref()) {
                // A sum over several currencies is not known rather than wrong.
                sql.push(" WHEN d.quantity = 'money' THEN CASE WHEN c.scope_id IS NULL THEN 0 ELSE c.money END");
            }
        }
        sql.push(" END");
        sql
    }
}

/// The id that `text` is as what it is where `when` holds; what cannot be one is none.
pub(super) fn typed_as(when: &'static str, text: &'static str, type_name: &TypeName) -> Sql {
    let mut sql = Sql::new("CASE WHEN ");
    sql.push(when);
    if type_name.schema == "pg_catalog" && type_name.name == "uuid" {
        sql.push(" AND ").push(text);
        sql.push(" ~ '^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$'");
    }
    sql.push(" THEN ").push(text).push("::").relation(type_name).push(" END");
    sql
}

/// A number, or none.
fn number(value: Option<&Expression>) -> Sql {
    let Some(value) = value else { return Sql::new("NULL::pg_catalog.numeric") };
    let mut sql = Sql::new("(");
    sql.checked(value).push(")::pg_catalog.numeric");
    sql
}
