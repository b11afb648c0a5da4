//! What a row has to pass under a statement, with every gate of it taken together.

use crate::{
    pg::{Deparsed, Sql, sql::join},
    rls::{
        catalog::{Catalog, Combination},
        gate::{Failing, Set, Statement},
    },
};

/// What a row has to pass: first all that filter, then all that check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Formula {
    /// Those by which a row that does not pass is as if it were not there.
    pub(crate) filters: Vec<Hurdle>,
    /// Those by which it is refused; they are looked at only for rows that come so far.
    pub(crate) checks: Vec<Hurdle>,
}

/// What one set of policies asks of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Hurdle {
    /// All of them have to be true: the restrictive policies.
    pub(crate) all: Vec<Deparsed>,
    /// One of them has to be: the permissive policies. Without any, nothing passes.
    pub(crate) any: Vec<Deparsed>,
}

impl Hurdle {
    pub(crate) fn of(combination: &Combination<'_>) -> Self {
        let texts = |of: &[(&_, &Deparsed)]| of.iter().map(|(_, text)| (*text).clone()).collect();
        Self { all: texts(&combination.restrictive), any: texts(&combination.permissive) }
    }

    fn expressions(&self) -> impl Iterator<Item = &Deparsed> {
        self.all.iter().chain(&self.any)
    }

    fn any(&self, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        if self.any.is_empty() {
            return Sql::new("false");
        }
        let mut sql = Sql::new("(");
        let parts: Vec<Sql> = self.any.iter().map(write).collect();
        sql.append(&join(&parts, " OR ")).push(")");
        sql
    }
}

impl Formula {
    /// What the policies of `catalog` ask of a row that stays as it is under `statement`.
    pub(crate) fn of(catalog: &Catalog, statement: Statement) -> Self {
        Self::with(statement, |set| Hurdle::of(&catalog.combination(set)))
    }

    /// The same where `hurdle` says what a set of policies asks.
    pub(crate) fn with(statement: Statement, hurdle: impl Fn(Set) -> Hurdle) -> Self {
        let mut formula = Self::default();
        for gate in statement.gates() {
            let hurdle = hurdle(gate.set);
            // The row is the same before and after: what it passed once it passes again.
            if formula.filters.contains(&hurdle) || formula.checks.contains(&hurdle) {
                continue;
            }
            match gate.failing {
                Failing::Filters => formula.filters.push(hurdle),
                Failing::Refuses => formula.checks.push(hurdle),
            }
        }
        formula
    }

    /// What one set of policies asks, as a filter.
    pub(crate) fn filter(hurdle: Hurdle) -> Self {
        Self { filters: vec![hurdle], checks: Vec::new() }
    }

    fn hurdles(&self) -> impl Iterator<Item = &Hurdle> {
        self.filters.iter().chain(&self.checks)
    }

    /// Whether nothing can pass because nothing lets it.
    pub(crate) fn denies_all(&self) -> bool {
        self.hurdles().any(|hurdle| hurdle.any.is_empty())
    }

    /// All expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Deparsed> {
        self.hurdles().flat_map(Hurdle::expressions)
    }

    /// The filters as one condition, each expression written by `write`; nothing where there are none.
    ///
    /// Each part stands in a CASE that the planner removes, so that it makes no joins of sub-queries, as it makes none of those of policies.
    pub(crate) fn filtering(&self, write: &impl Fn(&Deparsed) -> Sql) -> Option<Sql> {
        let parts = self.filters.iter().flat_map(|hurdle| {
            if hurdle.any.is_empty() {
                return vec![Sql::new("false")];
            }
            let all = hurdle.all.iter().map(write);
            all.chain([hurdle.any(write)]).map(|part| kept_together(&part)).collect()
        });
        let parts: Vec<Sql> = parts.collect();
        (!parts.is_empty()).then(|| join(&parts, " AND "))
    }

    /// The checks as one condition, evaluated one after the other as the server does.
    pub(crate) fn checking(&self, write: &impl Fn(&Deparsed) -> Sql) -> Option<Sql> {
        let parts = self.checks.iter().flat_map(|hurdle| {
            if hurdle.any.is_empty() {
                return vec![Sql::new("false")];
            }
            std::iter::once(hurdle.any(write)).chain(hurdle.all.iter().map(write)).collect()
        });
        let mut condition: Option<Sql> = None;
        for part in parts.collect::<Vec<_>>().iter().rev() {
            let mut sql = Sql::new("CASE WHEN ");
            sql.append(part).push(" THEN ");
            match &condition {
                Some(next) => sql.append(next),
                None => sql.push("true"),
            };
            sql.push(" ELSE false END");
            condition = Some(sql);
        }
        condition
    }

    /// All of it as one condition, the filters evaluated first.
    pub(crate) fn condition(&self, write: &impl Fn(&Deparsed) -> Sql) -> Sql {
        match (self.filtering(write), self.checking(write)) {
            (None, None) => Sql::new("true"),
            (Some(only), None) | (None, Some(only)) => only,
            (Some(filters), Some(checks)) => {
                let mut sql = Sql::new("CASE WHEN ");
                sql.append(&filters).push(" THEN ").append(&checks).push(" ELSE false END");
                sql
            }
        }
    }
}

fn kept_together(part: &Sql) -> Sql {
    let mut sql = Sql::new("CASE WHEN true THEN ");
    sql.append(part).push(" END");
    sql
}
