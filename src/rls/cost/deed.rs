//! What is done with a table, as a statement that is only planned, and the policies that it consults.

use crate::{
    pg::{Deparsed, Problem, Sql},
    rls::{
        catalog::{Catalog, Policy, Table},
        gate::{Failing, Set, Statement},
    },
};

/// The commands whose policies are measured.
pub const COMMANDS: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];

/// One of [`COMMANDS`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    pub(super) statement: Statement,
}

/// A condition of a policy that a statement consults.
#[derive(Debug, Clone, Copy)]
pub(super) struct Consulted<'a> {
    pub(super) policy: &'a Policy,
    pub(super) text: &'a Deparsed,
    set: Set,
    /// Whether it is asked of rows that are there, which the plan of the statement shows; else of rows as they become.
    pub(super) filters: bool,
}

impl Consulted<'_> {
    /// Which of the policy's conditions it is; a missing WITH CHECK is its USING.
    pub(super) const fn clause(&self) -> &'static str {
        if self.set.checks() && !self.policy.falls_back(self.set) { "WITH CHECK" } else { "USING" }
    }
}

impl Deed {
    /// To do `statement`.
    pub(super) fn of(statement: Statement) -> Result<Self, Problem> {
        if COMMANDS.contains(&statement) {
            return Ok(Self { statement });
        }
        let names = COMMANDS.map(Statement::name).join(", ");
        Err(Problem::usage(format!("the cost of policies is not measured for: {statement}"))
            .hint(format!("one of: {names}")))
    }

    /// The statement, with a condition of its own where one is given and it has a place for one. It reads a column, as statements do that mean certain rows.
    pub(super) fn real(self, table: &Table, condition: Option<&Sql>) -> Sql {
        let column = table.writable(|rights| rights.update && rights.select);
        let mut sql = Sql::default();
        let column = column.first().map(|it| it.name.as_str()).unwrap_or_default();
        let deletes = self.statement == Statement::Delete;
        if self.statement == Statement::Insert {
            sql.push("INSERT INTO ").relation(&table.name).push(" DEFAULT VALUES");
            return sql;
        } else if self.statement == Statement::Update {
            sql.push("UPDATE ").relation(&table.name).push(" SET ").ident(column);
            sql.push(" = ").ident(column);
        } else if deletes {
            sql.push("DELETE FROM ").relation(&table.name).push(" WHERE ").ident(column);
            sql.push("::pg_catalog.text IS DISTINCT FROM ''");
        } else {
            sql.push("SELECT * FROM ").relation(&table.name);
        }
        if let Some(condition) = condition {
            sql.push(if deletes { " AND " } else { " WHERE " });
            sql.append(condition);
        }
        sql
    }

    /// The conditions that it consults, each once.
    pub(super) fn consulted(self, catalog: &Catalog) -> Vec<Consulted<'_>> {
        let mut found: Vec<Consulted<'_>> = Vec::new();
        for gate in self.statement.gates() {
            let filters = gate.failing == Failing::Filters;
            for (policy, text) in catalog.combination(gate.set).policies() {
                let known = |it: &Consulted<'_>| it.policy.name == policy.name && it.text == text;
                if !found.iter().any(known) {
                    found.push(Consulted { policy, text, set: gate.set, filters });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_commands_are_refused_with_those_that_are_measured() {
        let problem = Deed::of(Statement::MergeUpdate).unwrap_err();
        assert_eq!(problem.hint.unwrap(), "one of: select, insert, update, delete");
        assert!(COMMANDS.into_iter().all(|it| Deed::of(it).is_ok()));
    }
}
