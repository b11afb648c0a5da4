//! The sources of usage as one relation: the columns that every source has, NULL where this one knows nothing.
//!
//! Days are those of the schema's zone. A source is only read within the span that is asked for, by conditions that an index on its time serves.

use super::{Dimension, Span};
use crate::{
    database::Database,
    directory::{
        Types, department_name, organization_name,
        part::{self, Concept, absent},
        user_label,
    },
    list::{Column, Field, Kind, Select, TypeName},
    mapping::{Expression, Mapping, Usage},
    pg::{Problem, RelationName, Run, Sql, sql::join},
};

/// What a source may know of a record.
type Known = fn(&Usage) -> Option<&Expression>;

/// The sources of usage in one database.
pub(super) struct Sources<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) types: Types,
    all: Vec<(&'a Usage, Concept)>,
}

/// Between which instants records are looked at; each is SQL for a time with zone.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    pub(super) from: Option<Sql>,
    pub(super) to: Option<Sql>,
}

impl<'a> Sources<'a> {
    /// What is known about usage; that nothing is recorded is a problem.
    pub(super) async fn of(database: &'a Database, run: &Run) -> Result<Self, Problem> {
        let mapping = database.mapping()?;
        if mapping.usages.is_empty() {
            return Err(absent(mapping, "record of usage"));
        }
        Self::or_none(database, run).await
    }

    /// The same where it does not matter that nothing is recorded.
    pub(super) async fn or_none(database: &'a Database, run: &Run) -> Result<Self, Problem> {
        let mapping = database.mapping()?;
        let usages = mapping.usages.iter().map(|usage| &usage.source.relation);
        database.know(usages.chain(Types::relations(mapping)), run).await?;
        let mut all = Vec::new();
        for usage in &mapping.usages {
            all.push((usage, Concept::of(database, &usage.source, run).await?));
        }
        Ok(Self { mapping, types: Types::of(database, mapping, run).await?, all })
    }

    /// Whether any source knows this of a record.
    pub(super) fn know(&self, of: Known) -> bool {
        self.all.iter().any(|(usage, _)| of(usage).is_some())
    }

    /// The names of the sources.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.all.iter().map(|(usage, _)| usage.name.as_str())
    }

    /// Each source with what the catalog says of it.
    pub(super) fn each(&self) -> impl Iterator<Item = &(&'a Usage, Concept)> {
        self.all.iter()
    }

    /// What is wrong with telling usage apart by `dimension`, if the schema does not record it.
    pub(super) fn refuse(&self, dimension: Dimension) -> Result<(), Problem> {
        let known = match dimension {
            Dimension::Organization => self.know(|it| it.organization_id.as_ref()),
            Dimension::Department => self.know(|it| it.department_id.as_ref()),
            Dimension::User => self.know(|it| it.user_id.as_ref()),
            Dimension::Model => self.know(|it| it.model.as_ref()),
            Dimension::Operation => self.know(|it| it.operation.as_ref()),
            Dimension::Record => true,
        };
        if known {
            return Ok(());
        }
        let word = match dimension {
            Dimension::Department => {
                self.mapping.department.as_ref().map_or("department", |it| it.label.one.as_str())
            }
            Dimension::Organization => self.mapping.organization.label.one.as_str(),
            Dimension::User => self.mapping.user.label.one.as_str(),
            Dimension::Model | Dimension::Operation | Dimension::Record => dimension.name(),
        };
        Err(absent(self.mapping, &format!("{word} in its records of usage")))
    }

    /// Whether any source has times without a zone.
    pub(super) fn are_unzoned(&self) -> bool {
        let at = |(usage, concept): &(&Usage, Concept)| {
            concept.field(Column::new("at", Kind::Time), &usage.at).zone.is_some()
        };
        self.all.iter().any(at)
    }

    /// The zone whose days are meant.
    pub(super) fn zone(&self) -> &'a str {
        &self.mapping.zone
    }

    /// The instants between which the days of `span` lie.
    pub(super) fn window(&self, span: Option<Span>) -> Window {
        let midnight = |day: chrono::NaiveDate| {
            let mut sql = Sql::default();
            sql.bind(Some(&day.to_string()), "pg_catalog.timestamp");
            sql.push(" AT TIME ZONE ").bind(Some(self.zone()), "pg_catalog.text");
            sql
        };
        Window {
            from: span.map(|span| midnight(span.from)),
            to: span.map(|span| midnight(span.to)),
        }
    }

    /// All records within `window` that fulfil `conditions`, which are about `u`: `(SELECT …) u`.
    pub(super) fn records(&self, window: &Window, conditions: &[Sql]) -> Sql {
        let arms: Vec<_> =
            self.all.iter().map(|(usage, concept)| self.arm(usage, concept, window)).collect();
        let mut sql = Sql::new("(");
        sql.append(&join(&arms, " UNION ALL ")).push(") u");
        if !conditions.is_empty() {
            sql.push(" WHERE ").append(&join(conditions, " AND "));
        }
        sql
    }

    fn arm(&self, usage: &Usage, concept: &Concept, window: &Window) -> Sql {
        let at = concept.field(Column::new("at", Kind::Time), &usage.at);
        let mut sql = Sql::new("SELECT ");
        sql.append(&local(&at, self.zone())).push(" AS at, ");
        let text = TypeName::new("pg_catalog", "text");
        let number = TypeName::new("pg_catalog", "numeric");
        let department = self.types.department().unwrap_or_else(|| text.clone());
        let mut plain = |value: Option<&Expression>, name: &'static str, type_name: &TypeName| {
            sql.append(&or_null(value, type_name)).push(" AS ").push(name).push(", ");
        };
        plain(usage.organization_id.as_ref(), "organization_id", &self.types.organization);
        plain(usage.department_id.as_ref(), "department_id", &department);
        plain(usage.user_id.as_ref(), "user_id", &self.types.user);
        plain(usage.tokens_in.as_ref(), "tokens_in", &number);
        plain(usage.tokens_out.as_ref(), "tokens_out", &number);
        plain(usage.tokens_total.as_ref(), "tokens_total", &number);
        plain(usage.money.as_ref(), "money", &number);
        plain(usage.units.as_ref(), "units", &number);
        plain(usage.worth.as_ref(), "worth", &number);
        for (value, name) in [
            (&usage.model, " AS model, "),
            (&usage.operation, " AS operation, "),
            (&usage.currency, " AS currency, "),
            (&usage.unit, " AS unit, "),
        ] {
            sql.append(&part::text_or_null(value.as_ref())).push(name);
        }
        sql.bind(Some(&usage.name), "pg_catalog.text").push(" AS source ");
        sql.append(&part::from(&usage.source));
        let conditions = within(usage, &at, window);
        if !conditions.is_empty() {
            sql.push(" WHERE ").append(&join(&conditions, " AND "));
        }
        sql
    }

    /// What a filter may limit records by, before anything is summed.
    pub(super) fn limits(&self) -> Select {
        let text = |name: &str| Column::new(name, Kind::Text);
        let department =
            self.types.department().unwrap_or_else(|| TypeName::new("pg_catalog", "text"));
        let typed = |name: &str, value: &'static str, type_name: TypeName| {
            Field::typed(text(name), Sql::new(value), type_name, true)
        };
        let mut fields = vec![
            typed("organization_id", "u.organization_id", self.types.organization.clone()),
            typed("department_id", "u.department_id", department),
            typed("user_id", "u.user_id", self.types.user.clone()),
            Field::computed(
                text("organization"),
                &organization_name(self.mapping, "u.organization_id"),
            ),
            Field::computed(text("user"), &user_label(self.mapping, "u.user_id")),
        ];
        if let Some(department) = &self.mapping.department {
            let name = department_name(department, "u.department_id");
            fields.push(Field::computed(text("department"), &name));
        }
        for (name, value) in [
            ("model", "u.model"),
            ("operation", "u.operation"),
            ("source", "u.source"),
            ("currency", "u.currency"),
            ("unit", "u.unit"),
        ] {
            fields.push(Field::computed(text(name), &Sql::new(value)));
        }
        let (from, conditions, key) = (Sql::default(), Vec::new(), Vec::new());
        Select { fields, from, conditions, key, order: None, estimate: None }
    }
}

/// The conditions under which a record of `usage` counts and lies within `window`; `at` is its time.
pub(super) fn within(usage: &Usage, at: &Field, window: &Window) -> Vec<Sql> {
    let mut conditions = part::conditions(&usage.source);
    for (bound, symbol) in [(&window.from, " >= "), (&window.to, " < ")] {
        let Some(bound) = bound else { continue };
        let mut sql = at.value.clone();
        sql.push(symbol).append(&at.instant(bound));
        conditions.push(sql);
    }
    conditions
}

/// The time as the clocks of `zone` tell it; a time without a zone is already that.
pub(super) fn local(at: &Field, zone: &str) -> Sql {
    let mut sql = Sql::new("(");
    sql.append(&at.value);
    let is = |name: &str| at.type_name == RelationName::new("pg_catalog", name);
    if at.zone.is_some() || is("date") {
        sql.push(")::pg_catalog.timestamp");
    } else {
        sql.push(" AT TIME ZONE ").bind(Some(zone), "pg_catalog.text").push(")");
    }
    sql
}

/// A value, or a NULL of `type_name`.
fn or_null(value: Option<&Expression>, type_name: &TypeName) -> Sql {
    if let Some(value) = value {
        return part::sql(value);
    }
    let mut sql = Sql::new("NULL::");
    sql.relation(type_name);
    sql
}
