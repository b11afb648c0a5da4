//! How formulas are asked for many: taken apart into facts about who asks and what is left, which looks at the row alone; or not, and why not.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Formula,
    look::Look,
    looked::Column,
    names::Names,
    parts::{Form, Part, Taken, Ways},
    signature::Fact,
};
use crate::{
    pg::{Deparsed, Sql, sql::join},
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
    /// What is looked for in other tables.
    looks: Vec<Behind>,
    /// All facts, each once.
    pub(crate) facts: Vec<Fact>,
    /// Why identities for which all facts are the same may still see other rows, where they may.
    pub(crate) each: Option<String>,
}

/// What is behind a look for a row of another table.
#[derive(Debug, Clone)]
struct Behind {
    look: Look,
    /// What the policies there ask, if they count, taken apart.
    formula: Option<(Formula, Plan)>,
}

impl Plan {
    /// Takes `formulas` apart, which are made of `policies` of `table`; what `looks` are about is looked for in rows that are already there.
    pub(crate) fn of(
        table: &Table,
        formulas: &[&Formula],
        policies: &[Policy],
        looks: &[Look],
    ) -> Self {
        let columns: Vec<String> = table.attributes.iter().map(|it| it.name.clone()).collect();
        let queries: Vec<&str> = looks.iter().map(|look| look.query.as_str()).collect();
        let mut plan = Self::default();
        for text in formulas.iter().flat_map(|formula| formula.expressions()) {
            let ways = Ways { lists: is_small(policies, text), looks: &queries };
            plan.take(text, Taken::reading(text, &[&table.name.name], &columns, ways));
        }
        // What no formula looks for is left aside.
        let meant = |at: usize| {
            let parts = plan.taken.values().flat_map(|taken| &taken.parts);
            parts.filter_map(|part| part.look).any(|look| look == at)
        };
        let meant: Vec<bool> = (0..looks.len()).map(meant).collect();
        for (look, meant) in looks.iter().zip(meant) {
            plan.behind(look, &table.name.name, meant);
        }
        let texts = || formulas.iter().flat_map(|formula| formula.expressions());
        if let Some(policy) =
            policies.iter().find(|it| it.whole_row && texts().any(|text| it.says(text)))
        {
            // What stands for a row there has columns beside it that are none of the table's.
            plan.each = Some(format!(
                "policy `{}` reads the row as a whole: each identity is asked by itself",
                policy.name
            ));
        }
        let mut functions =
            texts().flat_map(|text| policies.iter().flat_map(move |it| it.functions_of(text)));
        if let Some(function) = functions.find(|function| plan.depends(function)) {
            plan.each = Some(format!(
                "`{}` is called for each row and may depend on who asks: each identity is asked by itself",
                function.name
            ));
        }
        plan
    }

    /// Keeps a text that was taken apart, with its facts.
    fn take(&mut self, text: &Deparsed, taken: Taken) {
        for part in taken.parts.iter().filter(|part| part.form != Form::Look) {
            self.add(fact(part));
        }
        if taken.correlated {
            self.each =
                Some("a sub-select looks at the row: each identity is asked by itself".to_owned());
        }
        self.taken.insert(text.as_str().to_owned(), taken);
    }

    fn add(&mut self, fact: Fact) {
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }

    /// Takes apart what is behind a look, if it is `meant`; `relation` is what the row is called that leads there.
    fn behind(&mut self, look: &Look, relation: &str, meant: bool) {
        if !meant {
            self.looks.push(Behind { look: look.clone(), formula: None });
            return;
        }
        if let Some(rest) = &look.rest {
            let names = [&*look.keyed.alias, relation];
            self.take(rest, Taken::reading(rest, &names, &[], Ways::default()));
        }
        let formula = look.formula().map(|formula| {
            let catalog = &look.catalog;
            let plan = Self::of(&catalog.table, &[&formula], &catalog.policies, &look.deeper);
            plan.facts.iter().for_each(|fact| self.add(fact.clone()));
            self.each = self.each.take().or_else(|| plan.each.clone());
            (formula, plan)
        });
        self.looks.push(Behind { look: look.clone(), formula });
    }

    /// The numbers of the looks that are meant, and of those behind them.
    pub(crate) fn asked(&self) -> BTreeSet<usize> {
        let meant = |at: usize| {
            let parts = self.taken.values().flat_map(|taken| &taken.parts);
            parts.filter_map(|part| part.look).any(|look| look == at)
        };
        let mut asked = BTreeSet::new();
        for (_, behind) in self.looks.iter().enumerate().filter(|(at, _)| meant(*at)) {
            asked.insert(behind.look.number);
            asked.extend(behind.formula.iter().flat_map(|(_, plan)| plan.asked()));
        }
        asked
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

    /// `text` with each fact in it written by `write`; nothing for one that stays as it is. Rows of other tables are in what `names` calls so.
    pub(crate) fn write(
        &self,
        names: &Names,
        text: &Deparsed,
        write: &impl Fn(&Fact) -> Option<Sql>,
    ) -> Sql {
        let Some(taken) = self.taken.get(text.as_str()) else {
            let mut sql = Sql::new("(");
            sql.deparsed(text).push(")");
            return sql;
        };
        taken.write(text, |part| {
            if let Some(behind) = part.look.and_then(|at| self.looks.get(at)) {
                return self.look(names, behind, write);
            }
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

    /// Whether there is the row that is looked for, and it is seen.
    fn look(
        &self,
        names: &Names,
        Behind { look, formula }: &Behind,
        write: &impl Fn(&Fact) -> Option<Sql>,
    ) -> Sql {
        let told = |column: &Column| {
            let mut sql = told_of(names);
            sql.push(".").ident(&column.name(names));
            sql
        };
        let there = names.sql("there");
        let mut values = vec![told(&Column::There(look.number))];
        values[0].push(" AS ").append(&there);
        values.extend(look.columns.iter().map(|name| {
            let mut sql = told(&Column::Of(look.number, name.clone()));
            sql.push(" AS ").ident(name);
            sql
        }));
        let mut alias = Sql::default();
        alias.ident(&look.keyed.alias);
        let mut sql = Sql::new("(EXISTS (SELECT FROM (SELECT ");
        sql.append(&join(&values, ", ")).push(") AS ").append(&alias).push(" WHERE ");
        sql.append(&alias).push(".").append(&there);
        let rest = look.rest.as_ref().map(|rest| self.write(names, rest, write));
        let seen = formula.as_ref().map(|(formula, plan)| {
            // The policies there name columns without saying of what, or by the name of their own table.
            let mut seen = Sql::new("EXISTS (SELECT FROM (SELECT ");
            seen.append(&alias).push(".*) AS ").ident(&look.catalog.table.name.name);
            seen.push(" WHERE ");
            seen.append(&formula.condition(&|text| plan.write(names, text, write))).push(")");
            seen
        });
        match (seen, rest) {
            // What is asked besides is asked of a row that is seen.
            (Some(seen), Some(rest)) => {
                sql.push(" AND CASE WHEN ").append(&seen).push(" THEN ").append(&rest);
                sql.push(" ELSE false END");
            }
            (Some(only), None) | (None, Some(only)) => {
                sql.push(" AND ").append(&only);
            }
            (None, None) => {}
        }
        sql.push("))");
        sql
    }
}

/// The alias under which rows that lead to others tell of them.
pub(crate) fn told_of(names: &Names) -> Sql {
    names.sql("looked")
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
