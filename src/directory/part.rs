//! The parts that the lists are built of: a concept's rows, its expressions as typed columns, and the sub-selects that tie concepts together.
//!
//! A concept's own rows are always `t`, as in the mapping; what ties them to others is `k`, so that a sub-select can use `t` again for its own rows.

use std::sync::Arc;

use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, TypeName},
    mapping::{Expression, Extra, Mapping, Source},
    pg::{Kind as Sort, Problem, Run, Sql, sql::join},
    tables::{Attribute, Relation, RelationKind},
};

/// What a missing concept answers.
pub(crate) fn absent(mapping: &Mapping, what: &str) -> Problem {
    Problem::new(Sort::Missing, format!("{} has no {what}", mapping.title))
        .hint(format!("the mapping `{}` names none", mapping.name))
}

/// The condition under which something counts as deleted, where the schema knows that.
pub(crate) fn deleted(at: Option<&Expression>, flag: Option<&Expression>) -> Option<Sql> {
    let mut sql = Sql::default();
    match (flag, at) {
        (Some(flag), _) => sql.checked(flag),
        (None, Some(at)) => sql.checked(at).push(" IS NOT NULL"),
        (None, None) => return None,
    };
    Some(sql)
}

/// `expression` as SQL.
pub(crate) fn sql(expression: &Expression) -> Sql {
    let mut sql = Sql::default();
    sql.checked(expression);
    sql
}

/// `expression`, or NULL where the schema lacks it, as text.
pub(crate) fn text_or_null(expression: Option<&Expression>) -> Sql {
    cast_or_null(expression, ")::pg_catalog.text", "NULL::pg_catalog.text")
}

/// `expression`, or NULL where the schema lacks it, as an instant.
pub(crate) fn time_or_null(expression: Option<&Expression>) -> Sql {
    cast_or_null(expression, ")::pg_catalog.timestamptz", "NULL::pg_catalog.timestamptz")
}

/// `expression`, or NULL where the schema lacks it, as true or false.
pub(crate) fn truth_or_null(expression: Option<&Expression>) -> Sql {
    cast_or_null(expression, ")::pg_catalog.bool", "NULL::pg_catalog.bool")
}

fn cast_or_null(expression: Option<&Expression>, cast: &'static str, null: &'static str) -> Sql {
    match expression {
        Some(expression) => {
            let mut sql = Sql::new("(");
            sql.checked(expression).push(cast);
            sql
        }
        None => Sql::new(null),
    }
}

/// `FROM relation t LEFT JOIN …`.
pub(crate) fn from(source: &Source) -> Sql {
    let mut sql = Sql::new("FROM ");
    sql.relation(&source.relation).push(" t");
    for join in &source.joins {
        sql.push(" LEFT JOIN ")
            .relation(&join.relation)
            .push(" ")
            .ident(&join.alias)
            .push(" ON ")
            .checked(&join.on);
    }
    sql
}

/// `FROM …` with `k(id)` beside it: what ties a row to other concepts.
pub(crate) fn from_with_id(source: &Source, id: &Expression) -> Sql {
    let mut sql = from(source);
    sql.push(" CROSS JOIN LATERAL (SELECT ").checked(id).push(" AS id) k");
    sql
}

/// The condition that makes a row of the relation one of the concept.
pub(crate) fn conditions(source: &Source) -> Vec<Sql> {
    source.filter.iter().map(sql).collect()
}

/// `… AND filter` for the end of a sub-select that has a WHERE.
pub(crate) fn and_filter(source: &Source) -> Sql {
    let mut tail = Sql::default();
    if let Some(filter) = &source.filter {
        tail.push(" AND ").checked(filter);
    }
    tail
}

/// Rows of a kind that stand in one of several sources.
pub(super) struct Arm {
    /// The columns, each with its name.
    pub(super) columns: Sql,
    /// `FROM …`.
    pub(super) from: Sql,
    /// Which of the rows count; all when absent.
    pub(super) condition: Option<Sql>,
}

/// All rows of `arms`.
///
/// PostgreSQL reads several in the order of their indexes only where none has a WHERE of its own; conditions stand around them all.
pub(super) fn union(arms: Vec<Arm>) -> Sql {
    let several = arms.len() > 1;
    let arms: Vec<_> = arms
        .into_iter()
        .map(|Arm { columns, from, condition }| {
            let mut sql = Sql::new("SELECT ");
            sql.append(&columns);
            let condition = condition.unwrap_or_else(|| Sql::new("true"));
            if several {
                sql.push(", ").append(&condition).push(" AS counts ").append(&from);
            } else {
                sql.push(" ").append(&from).push(" WHERE ").append(&condition);
            }
            sql
        })
        .collect();
    let mut sql = join(&arms, " UNION ALL ");
    if several {
        let mut all = Sql::new("SELECT * FROM (");
        all.append(&sql).push(") a WHERE a.counts");
        sql = all;
    }
    sql
}

/// The relation of a concept, and its expressions as typed columns.
pub(crate) struct Concept {
    relation: Arc<Relation>,
    zone: String,
}

impl Concept {
    pub(crate) async fn of(
        database: &Database,
        source: &Source,
        run: &Run,
    ) -> Result<Self, Problem> {
        let relation = database.relation(&source.relation, run).await?;
        let zone = database.mapping()?.zone.clone();
        Ok(Self { relation, zone })
    }

    fn attribute(&self, expression: &Expression) -> Option<&Attribute> {
        self.relation.attribute(expression.plain_column()?)
    }

    /// A column worth `expression`; a plain column keeps its own type, so that an index on it serves.
    pub(crate) fn field(&self, column: Column, expression: &Expression) -> Field {
        let Some(attribute) = self.attribute(expression) else {
            return Field::computed(column, &sql(expression));
        };
        let mut field =
            Field::typed(column, sql(expression), attribute.base.clone(), !attribute.not_null);
        field.long = attribute.is_long();
        if attribute.base == TypeName::new("pg_catalog", "timestamp") {
            // Read in the schema's zone; sorting stays on the column itself.
            let mut print = Sql::new("(");
            print
                .checked(expression)
                .push(" AT TIME ZONE ")
                .bind(Some(&self.zone), "pg_catalog.text")
                .push(")::pg_catalog.text");
            field.print = Some(print);
            field.zone = Some(self.zone.clone());
        }
        field
    }

    /// A column worth `expression` where the schema has it, otherwise NULL, and not shown.
    pub(crate) fn field_or_null(&self, column: Column, expression: Option<&Expression>) -> Field {
        match expression {
            Some(expression) => self.field(column, expression),
            None => lacking(column),
        }
    }

    /// The extra columns worth showing, their kinds as the catalog tells.
    pub(crate) fn extra(&self, extra: &[Extra]) -> Vec<Field> {
        extra
            .iter()
            .map(|Extra { name, expression }| {
                let kind = self.attribute(expression).map_or(Kind::Text, Attribute::kind);
                self.field(Column::new(name, kind).hidden().unsearched(), expression)
            })
            .collect()
    }

    /// The type of `expression`; text where it is no plain column.
    pub(crate) fn type_name(&self, expression: &Expression) -> TypeName {
        self.attribute(expression)
            .map_or_else(|| TypeName::new("pg_catalog", "text"), |attribute| attribute.base.clone())
    }

    /// `expression` as the key of a list.
    pub(crate) fn key(&self, expression: &Expression) -> KeyPart {
        match self.attribute(expression) {
            Some(attribute) => {
                KeyPart { value: sql(expression), type_name: attribute.base.clone() }
            }
            None => KeyPart {
                value: text_or_null(Some(expression)),
                type_name: TypeName::new("pg_catalog", "text"),
            },
        }
    }

    /// How many rows the planner believes `source` has; nobody knows where it is only a part of a relation.
    pub(crate) fn estimate(&self, source: &Source) -> Option<u64> {
        self.relation.estimate.filter(|_| source.filter.is_none())
    }

    /// Whether an index leads with `expression`.
    pub(crate) fn is_indexed(&self, expression: &Expression) -> bool {
        self.attribute(expression).is_some_and(|attribute| attribute.indexed)
    }

    /// Whether its rows are stored by this server, each with the transaction that wrote it.
    pub(crate) fn is_stored(&self) -> bool {
        matches!(self.relation.kind, RelationKind::Table | RelationKind::Partitioned)
    }

    /// Whether sorting the whole list by `expression` is cheap: an index leads with it, or the table is small.
    pub(crate) fn sorts_cheaply(&self, expression: &Expression) -> bool {
        const SMALL: u64 = 20_000;
        self.relation.estimate.is_some_and(|rows| rows < SMALL)
            || self.attribute(expression).is_some_and(|attribute| attribute.indexed)
    }
}

/// A column of which the schema knows nothing: not shown, and NULL for programs.
pub(super) fn lacking(column: Column) -> Field {
    Field::computed(column.hidden(), &Sql::new("NULL"))
}

/// A column that no expression of the mapping stands behind.
pub(crate) fn computed(column: Column, value: &Sql) -> Field {
    Field::computed(column, value)
}
