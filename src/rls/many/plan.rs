//! How formulas are asked for many: taken apart into facts about who asks and what is left, which looks at the row alone; or not, and why not.

use std::collections::BTreeMap;

use super::{
    Formula,
    parts::{Form, Part, Taken},
    signature::Fact,
};
use crate::{
    pg::{Deparsed, Sql},
    rls::{
        catalog::{Function, Policy, Table},
        expression::token::tokens,
    },
};

/// Built-in functions whose value depends on who asks.
const OF_WHO: [&str; 6] = [
    "current_setting",
    "set_config",
    "pg_has_role",
    "row_security_active",
    "current_query",
    "pg_backend_pid",
];

/// Words in the text of a function that make it depend on more than its arguments, whatever it claims to be.
const BEYOND_ARGUMENTS: [&str; 6] =
    ["current_setting", "current_user", "session_user", "current_role", "from", "execute"];

/// Tables with more pages than these are not read as a whole for each identity.
const SMALL: i64 = 2_000;

/// Formulas taken apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    taken: BTreeMap<String, Taken>,
    /// All facts, each once.
    pub(crate) facts: Vec<Fact>,
    /// Why identities for which all facts are the same may still see other rows, where they may.
    pub(crate) each: Option<String>,
}

impl Plan {
    /// Takes `formulas` apart, which are made of `policies` of `table`.
    pub(crate) fn of(table: &Table, formulas: &[&Formula], policies: &[Policy]) -> Self {
        let columns: Vec<String> = table.attributes.iter().map(|it| it.name.clone()).collect();
        let mut plan = Self::default();
        for text in formulas.iter().flat_map(|formula| formula.expressions()) {
            let taken = Taken::of(text, &table.name.name, &columns, is_small(policies, text));
            for part in &taken.parts {
                let fact = fact(part);
                if !plan.facts.contains(&fact) {
                    plan.facts.push(fact);
                }
            }
            if taken.correlated {
                plan.each = Some(
                    "a sub-select looks at the row: each identity is asked by itself".to_owned(),
                );
            }
            plan.taken.insert(text.as_str().to_owned(), taken);
        }
        let texts = formulas.iter().flat_map(|formula| formula.expressions());
        let mut functions =
            texts.flat_map(|text| policies.iter().flat_map(move |it| it.functions_of(text)));
        if let Some(function) = functions.find(|function| plan.depends(function)) {
            plan.each = Some(format!(
                "`{}` is called for each row and may depend on who asks: each identity is asked by itself",
                function.name
            ));
        }
        plan
    }

    /// Whether `function` may be called with a value of the row and depend on who asks.
    fn depends(&self, function: &Function) -> bool {
        let name = function.name.rsplit('.').next().unwrap_or(&function.name);
        let outside = self.taken.values().any(|taken| taken.calls.contains(name));
        let within = self.taken.values().any(|taken| taken.called_within.contains(name));
        if !function.own {
            let of_who = OF_WHO.contains(&name) || name.starts_with("has_");
            return outside && of_who;
        }
        // What no name stands for is called by an operator or a cast, who knows where.
        if !outside && within {
            return false;
        }
        let source = function.source.as_deref().unwrap_or_default();
        let beyond = tokens(source)
            .iter()
            .any(|token| BEYOND_ARGUMENTS.iter().any(|word| token.is_word(word)));
        !function.immutable || beyond
    }

    /// `text` with each fact in it written by `write`; nothing for one that stays as it is.
    pub(crate) fn write(&self, text: &Deparsed, write: &impl Fn(&Fact) -> Option<Sql>) -> Sql {
        let Some(taken) = self.taken.get(text.as_str()) else {
            let mut sql = Sql::new("(");
            sql.deparsed(text).push(")");
            return sql;
        };
        taken.write(text, |part| {
            let mut sql = Sql::default();
            if let Some(value) = write(&fact(part)) {
                match (part.form, &part.outer) {
                    (Form::Exists, Some(outer)) => {
                        // A value that is not there is in no list, and EXISTS is never NULL.
                        sql.push("COALESCE((").deparsed(outer).push(") = ANY (").append(&value);
                        sql.push("), false)");
                    }
                    (Form::In, _) => {
                        sql.push("= ANY (").append(&value).push(")");
                    }
                    _ => {
                        sql.push("(").append(&value).push(")");
                    }
                }
            } else {
                sql.deparsed(&text.part(part.range.clone()));
            }
            sql
        })
    }
}

/// Whether all that the policy reads is small, so that it may be read as a whole for each identity.
fn is_small(policies: &[Policy], text: &Deparsed) -> bool {
    let mut of = policies.iter().filter(|policy| {
        [&policy.using, &policy.with_check].iter().any(|it| it.as_ref() == Some(text))
    });
    let Some(policy) = of.next() else { return false };
    policy.reads.iter().all(|read| read.plain && read.pages <= SMALL)
}

fn fact(part: &Part) -> Fact {
    Fact::of(&part.text, part.form)
}
