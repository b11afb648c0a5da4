//! What is wrong with the row security of a database: what its catalogs tell, and what comes out when somebody tries.
//!
//! Each rule over the catalogs is a query of its own that runs as it stands in psql and returns what is concerned, what is wrong with it, a statement that
//! shows it again, and what mends it. None of these runs a function or reads a row of the application; that is left to [`Tries`], which act as somebody.

mod constant;
mod finding;
mod logic;
mod suspect;
mod tried;

pub use self::{
    constant::CONSTANT,
    finding::{Finding, Findings},
    suspect::{
        Reached, Reaches, SUSPECTED, Suspect, Suspects, Suspicion, findings as findings_of_suspects,
    },
    tried::{Outcome, TRIED, Tried, Tries, findings as findings_of_tries},
};

use crate::{
    database::Database,
    list::{Column, Field, KeyPart, Kind, Select, Sort, TypeName, View},
    pg::{Problem, Run, Sql},
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody sees or may do what they should not, or cannot do what they should.
    Wrong,
    /// It will be wrong in a case that is likely.
    Warning,
    /// It costs time or does nothing.
    Notice,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Wrong, Self::Warning, Self::Notice];

    /// The word on screen and in scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wrong => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// One thing that is looked for.
#[derive(Debug)]
pub struct Rule {
    /// Its name in scripts.
    pub code: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// The query: `object`, `detail`, `evidence`, `cure`.
    pub sql: &'static str,
}

macro_rules! rule {
    ($severity:ident, $code:literal) => {
        Rule {
            code: $code,
            severity: Severity::$severity,
            sql: include_str!(concat!("sql/", $code, ".sql")),
        }
    };
}

/// All rules, the worst first.
pub const RULES: &[Rule] = &[
    rule!(Wrong, "table-without-policy"),
    rule!(Wrong, "table-without-row-security"),
    rule!(Wrong, "policies-without-row-security"),
    rule!(Wrong, "only-restrictive-policies"),
    rule!(Wrong, "privilege-column-may-be-changed"),
    rule!(Wrong, "definer-function-search-path"),
    rule!(Wrong, "view-as-its-owner"),
    rule!(Wrong, "materialized-view-of-protected-rows"),
    rule!(Wrong, "partition-around-policies"),
    rule!(Wrong, "policy-always-true"),
    rule!(Wrong, "login-can-bypass"),
    rule!(Wrong, "trigger-copies-secrets"),
    rule!(Warning, "command-without-policy"),
    rule!(Warning, "policy-without-expression"),
    rule!(Warning, "setting-raises"),
    rule!(Warning, "function-setting-raises"),
    rule!(Warning, "privilege-beside-policies"),
    rule!(Warning, "owner-not-forced"),
    rule!(Warning, "soft-delete-not-in-policies"),
    rule!(Warning, "update-moves-out-of-sight"),
    rule!(Warning, "reference-across-tenants"),
    rule!(Warning, "password-readable"),
    rule!(Warning, "policy-function-as-caller"),
    rule!(Warning, "trigger-writes-as-caller"),
    rule!(Warning, "function-ignores-expiry"),
    rule!(Warning, "session-user-in-policy"),
    rule!(Warning, "leakproof-function"),
    rule!(Notice, "volatile-function-in-policy"),
    rule!(Notice, "function-for-each-row"),
    rule!(Notice, "policy-column-without-index"),
    rule!(Notice, "owner-cannot-hand-over"),
    rule!(Notice, "redundant-policy"),
    rule!(Notice, "policy-for-unused-role"),
    rule!(Notice, "policy-role-without-privilege"),
];

/// The findings of all rules, as a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lints;

impl View for Lints {
    async fn select(&self, database: &Database, run: &Run) -> Result<Select, Problem> {
        let text = |name: &str| Column::new(name, Kind::Text);
        let known = |column: Column, value: &'static str, type_name: &str| {
            Field::typed(column, Sql::new(value), TypeName::new("pg_catalog", type_name), false)
        };
        let key = ["t.code", "t.object", "t.detail"].map(|value| KeyPart {
            value: Sql::new(value),
            type_name: TypeName::new("pg_catalog", "text"),
        });
        Ok(Select {
            fields: vec![
                known(Column::new("rank", Kind::Number).hidden(), "t.rank", "int4"),
                known(text("severity"), "t.severity", "text"),
                known(text("object").pinned(), "t.object", "text"),
                known(text("detail"), "t.detail", "text"),
                known(text("code"), "t.code", "text"),
                known(text("cure"), "t.cure", "text"),
                known(text("evidence"), "t.evidence", "text"),
            ],
            from: findings(&constant::findings(database, run).await?),
            conditions: Vec::new(),
            key: key.into(),
            order: Some(Sort { column: "rank".into(), descending: false }),
            estimate: None,
        })
    }
}

/// All rules as one relation `t`, and `worked_out` beside what they find.
fn findings(worked_out: &[Finding]) -> Sql {
    let mut sql = Sql::new("FROM (");
    let place = |severity: Severity, place: usize| severity as u64 * 1_000 + place as u64;
    for (at, rule) in RULES.iter().enumerate() {
        if at > 0 {
            sql.push("\nUNION ALL\n");
        }
        sql.push("SELECT ").number(place(rule.severity, at)).push(" AS rank, ");
        sql.bind(Some(rule.severity.word()), "pg_catalog.text").push(" AS severity, ");
        sql.bind(Some(rule.code), "pg_catalog.text").push(" AS code, f.* FROM (\n");
        sql.push(rule.sql).push(") f");
    }
    for finding in worked_out {
        sql.push("\nUNION ALL\nSELECT ").number(place(finding.rank, RULES.len()));
        let Finding { severity, code, object, detail, evidence, cure, .. } = finding;
        for value in [severity, code.as_str(), object, detail, evidence, cure] {
            sql.push(", ").bind(Some(value), "pg_catalog.text");
        }
    }
    sql.push(") t");
    sql
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_rule_has_a_name_of_its_own_and_the_worst_come_first() {
        let codes: HashSet<_> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        assert!(RULES.is_sorted_by_key(|rule| rule.severity));
    }
}
