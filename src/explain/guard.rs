//! The tables of a plan whose row security applies, and what the server makes of their policies alone: the plan of reading, or changing, all of the table.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    database::Database,
    pg::{Desk, Identity, Problem, RelationName, Run, Sql},
    plan::{Node, Plan},
};

/// A table whose row security applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guarded {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// The policies that apply.
    pub policies: Vec<Rule>,
    /// What of them was found in the plan.
    pub found: Found,
    /// What the server says where they could not be looked at alone.
    pub problem: Option<String>,
}

/// A policy that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The letter of its command, `*` for all.
    pub command: char,
    /// Whether it lets rows pass, instead of holding back what others let pass.
    pub permissive: bool,
    /// USING.
    pub using: Option<String>,
}

/// What of the policies was found in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Every condition that they make.
    All,
    /// Some; the rest was merged with others, or moved.
    Some,
    /// None as it stands: what is the statement's own cannot be told from what is not.
    None,
    /// They make no condition: every row passes.
    Open,
    /// They could not be looked at alone.
    Unknown,
}

impl Found {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "all of their conditions stand in the plan",
            Self::Some => {
                "some of their conditions stand in the plan; the rest was merged with others, or moved"
            }
            Self::None => {
                "none of their conditions stands in the plan as it is: which come from them cannot be told"
            }
            Self::Open => "they let every row pass",
            Self::Unknown => "which conditions come from them could not be found out",
        }
    }
}

/// A table whose row security applies, under examination.
#[derive(Debug)]
pub(super) struct Guard {
    name: RelationName,
    /// What the statement does with it.
    operation: Operation,
    /// A column that can be written to itself.
    writable: Option<String>,
    policies: Vec<Rule>,
    /// The plan of the policies alone, or why there is none.
    pub(super) alone: Result<Plan, Problem>,
    pub(super) found: Found,
}

/// What a statement does with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Reads,
    Updates,
    Deletes,
}

/// Those of a plan for `role`.
pub(super) async fn of(
    plan: &Plan,
    role: &str,
    database: &Database,
    run: &Run,
) -> Result<Vec<Guard>, Problem> {
    let scanned: BTreeSet<String> =
        plan.nodes().into_iter().filter_map(name).map(|it| it.quoted()).collect();
    let scanned: Vec<_> = scanned.into_iter().map(Some).collect();
    let mut sql =
        Sql::new("SELECT DISTINCT t.schema, t.\"table\", t.writable, t.policies FROM (\n");
    sql.push(include_str!("sql/guarded.sql")).push(") t WHERE t.role = ");
    sql.bind(Some(role), "pg_catalog.text").push(" AND t.scanned = ANY (");
    sql.bind_list(&scanned, "pg_catalog.text[]").push(") ORDER BY 1, 2");
    let rows = database.door.read(&Identity::Observer, &sql, run).await?;
    rows.rows
        .into_iter()
        .map(|row| {
            let [Some(schema), Some(table), writable, Some(policies)] = row.as_slice() else {
                return Err(Problem::bug("the catalog told of a table in a way that is not known"));
            };
            let name = RelationName::new(schema.as_str(), table.as_str());
            let policies: Vec<Rule> = serde_json::from_str(policies)
                .map_err(|error| Problem::bug(format!("a policy could not be read: {error}")))?;
            let operation = operation(plan, &name);
            let concerns = |rule: &Rule| operation.concerns(rule.command);
            Ok(Guard {
                operation,
                writable: writable.clone(),
                policies: policies.into_iter().filter(concerns).collect(),
                alone: Err(Problem::bug("nobody looked yet")),
                found: Found::Unknown,
                name,
            })
        })
        .collect()
}

/// What a step reads or changes, with its schema.
pub(super) fn name(node: &Node) -> Option<RelationName> {
    let relation = node.relation.as_ref()?;
    Some(RelationName::new(relation.schema.as_deref()?, relation.name.as_str()))
}

/// What the plan does with a table.
fn operation(plan: &Plan, table: &RelationName) -> Operation {
    let changes = |node: &&Node| node.kind == "ModifyTable" && name(node).as_ref() == Some(table);
    match plan.nodes().into_iter().find(changes).and_then(|node| node.fact("Operation")) {
        Some("Update") => Operation::Updates,
        Some("Delete") => Operation::Deletes,
        _ => Operation::Reads,
    }
}

impl Operation {
    /// Whether policies for a command decide on the rows that it meets.
    const fn concerns(self, command: char) -> bool {
        matches!((self, command), (_, '*' | 'r') | (Self::Updates, 'w') | (Self::Deletes, 'd'))
    }
}

impl Guard {
    /// Asks for the plan of the policies alone.
    pub(super) async fn look(&mut self, desk: &mut Desk<'_>) -> Result<(), Problem> {
        let said = desk.ask(&self.statement()).await?;
        self.alone = said.and_then(|rows| {
            let unknown = || Problem::bug("the server told a plan in a way that is not known");
            rows.scalar().and_then(Plan::read).ok_or_else(unknown)
        });
        Ok(())
    }

    fn statement(&self) -> Sql {
        let mut sql = Sql::new("EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ");
        match (self.operation, &self.writable) {
            (Operation::Updates, Some(column)) => sql
                .push("UPDATE ")
                .relation(&self.name)
                .push(" SET ")
                .ident(column)
                .push(" = ")
                .ident(column),
            (Operation::Deletes, _) => sql.push("DELETE FROM ").relation(&self.name),
            (Operation::Reads | Operation::Updates, _) => {
                sql.push("SELECT FROM ").relation(&self.name)
            }
        };
        sql
    }

    /// What is told of it.
    pub(super) fn told(self) -> Guarded {
        Guarded {
            schema: self.name.schema,
            table: self.name.name,
            policies: self.policies,
            found: self.found,
            problem: self.alone.err().map(|problem| problem.to_string()),
        }
    }
}
