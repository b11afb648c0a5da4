//! Where a concept's rows come from: one relation, what is joined to it, and which of its rows count.
//!
//! Joins are outer joins on a key of the joined relation, so that they never change how many rows there are.

use super::{
    Expression,
    page::Fields,
    part::{self, Part},
};
use crate::pg::{RelationName, Sql};

/// The alias of the relation itself in every expression.
pub const ROW: &str = "t";

/// Where a concept's rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The relation, known to the expressions as `t`.
    pub relation: RelationName,
    /// What is joined to it, in order.
    pub joins: Vec<Join>,
    /// Which of its rows count; all where absent.
    pub filter: Option<Expression>,
    /// The line of the file that names the relation.
    pub line: usize,
}

/// A relation joined to a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The relation.
    pub relation: RelationName,
    /// Its alias in the expressions.
    pub alias: String,
    /// The condition, over `t`, the joins before this one and this one.
    pub on: Expression,
}

impl Source {
    /// ` FROM "schema"."table" t LEFT JOIN …`; the filter is not part of it.
    pub fn from_clause(&self) -> Sql {
        let mut sql = Sql::new(" FROM ");
        sql.relation(&self.relation).push(" t");
        self.push_joins(&mut sql);
        sql
    }

    /// Adds ` LEFT JOIN …` for each join.
    pub(super) fn push_joins(&self, sql: &mut Sql) {
        for join in &self.joins {
            sql.push(" LEFT JOIN ").relation(&join.relation).push(" ").ident(&join.alias);
            sql.push(" ON ").checked(&join.on);
        }
    }

    /// Every relation that it reads, the same perhaps more than once.
    pub(crate) fn relations(&self) -> impl Iterator<Item = &RelationName> {
        std::iter::once(&self.relation).chain(self.joins.iter().map(|join| &join.relation))
    }

    /// The relation behind `alias`.
    pub fn relation_of(&self, alias: &str) -> Option<&RelationName> {
        if alias == ROW {
            return Some(&self.relation);
        }
        self.joins.iter().find(|join| join.alias == alias).map(|join| &join.relation)
    }

    /// Reads `relation`, `joins` and `filter`, and makes the joins' aliases known to what is read after it.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let relation = RelationName::read(fields, "relation");
        let line = fields.get("relation").map_or(0, |item| fields.line_of(item));
        let joins: Vec<_> = fields
            .items("joins")
            .into_iter()
            .map(|item| {
                let join = fields.table(item, format!("{}.joins", fields.title()))?;
                let outcome = Join::read(&join);
                join.refuse_the_rest();
                if let Some(outcome) = &outcome {
                    fields.know_alias(&outcome.alias);
                }
                outcome
            })
            .collect();
        let filter = Option::<Expression>::read(fields, "filter");
        let joins = joins.into_iter().collect::<Option<_>>();
        Some(Self { relation: relation?, joins: joins?, filter: filter?, line })
    }
}

impl Join {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let relation = RelationName::read(fields, "relation");
        let item = fields.need("alias")?;
        let taken = fields.aliases();
        let alias = fields.parsed(item, "alias", |text| {
            let word = text.starts_with(|first: char| first.is_ascii_lowercase())
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            match word {
                true if taken.iter().any(|known| known == text) => {
                    Err(format!("already taken: {text}"))
                }
                true => Ok(text.to_owned()),
                false => Err(format!("not a plain lower-case word: {text}")),
            }
        });
        if let Some(alias) = &alias {
            fields.know_alias(alias);
        }
        let on = fields.need("on").and_then(|item| part::expression(fields, item, "on"));
        Some(Self { relation: relation?, alias: alias?, on: on? })
    }
}
