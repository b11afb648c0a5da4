//! Where in a plan a function is called, and the plan's lines without figures.

use serde::Serialize;

use crate::{
    pg::{Problem, Sql, Trial},
    plan::{self, Node},
};

/// How often the plan of a statement calls a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evaluated {
    /// For each row that is looked at.
    PerRow,
    /// Once, or once for each scan of an index.
    Once,
    /// It stands nowhere: its text was put in its place, or its value was known beforehand.
    Inlined,
}

impl Evaluated {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PerRow => "for each row",
            Self::Once => "once",
            Self::Inlined => "not by itself: put in line, or known beforehand",
        }
    }
}

/// A plan, as far as calls are concerned.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// As people read it.
    pub(super) lines: Vec<String>,
    /// How long it ran, where it did.
    pub(super) milliseconds: f64,
    /// Conditions and lists of values: what they are, whether they are evaluated for each row, and their text.
    places: Vec<(String, bool, String)>,
}

/// Conditions that are evaluated once, or once for each scan of an index; all others for each row.
const ONCE: [&str; 4] = ["Recheck Cond", "Index Cond", "One-Time Filter", "TID Cond"];

/// The plan of `sql` as whoever the trial is for, without running it.
pub(super) async fn of(trial: &mut Trial<'_>, sql: &Sql) -> Result<Result<Plan, Problem>, Problem> {
    explain(trial, Sql::new("EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) "), sql).await
}

/// The same, and it runs.
pub(super) async fn run(
    trial: &mut Trial<'_>,
    sql: &Sql,
) -> Result<Result<Plan, Problem>, Problem> {
    let explain_it = "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY ON, FORMAT JSON) ";
    explain(trial, Sql::new(explain_it), sql).await
}

async fn explain(
    trial: &mut Trial<'_>,
    mut statement: Sql,
    sql: &Sql,
) -> Result<Result<Plan, Problem>, Problem> {
    statement.append(sql);
    let rows = match trial.act(&statement).await? {
        Ok(rows) => rows,
        Err(problem) => return Ok(Err(problem)),
    };
    let told = rows.scalar().and_then(Plan::read);
    told.map(Ok).ok_or_else(|| Problem::bug("the server told a plan in a way that is not known"))
}

impl Plan {
    fn read(text: &str) -> Option<Self> {
        let read = plan::Plan::read(text)?;
        let milliseconds = read.execution_ms.unwrap_or_default();
        let mut plan = Self { milliseconds, ..Self::default() };
        plan.node(&read.root, 0, false);
        Some(plan)
    }

    fn node(&mut self, node: &Node, depth: usize, once: bool) {
        let once = match node.relationship.as_deref() {
            Some("InitPlan") => true,
            Some("SubPlan") => false,
            _ => once,
        };
        let indent = "  ".repeat(depth);
        self.lines.push(format!("{indent}{}", node.title));
        let conditions = node.conditions.iter().map(|it| (it.name.as_str(), it.text.as_str()));
        let output = node.fact("Output").map(|text| ("Output", text));
        for (name, text) in conditions.chain(output) {
            if name != "Output" || once {
                self.lines.push(format!("{indent}  {name}: {text}"));
            }
            let each = !once && !ONCE.contains(&name);
            self.places.push((format!("{name} of {}", node.title), each, text.to_owned()));
        }
        for child in &node.nodes {
            self.node(child, depth + 1, once);
        }
    }

    /// How often the function is called, and where.
    pub(super) fn evaluates(&self, function: &str) -> (Evaluated, Option<String>) {
        let calls = |text: &str| mentions(text, function);
        let mut places = self.places.iter().filter(|(_, _, text)| calls(text));
        let each = places.clone().find(|(_, each, _)| *each);
        match each.or_else(|| places.next()) {
            Some((place, true, _)) => (Evaluated::PerRow, Some(place.clone())),
            Some((place, false, _)) => (Evaluated::Once, Some(place.clone())),
            None => (Evaluated::Inlined, None),
        }
    }
}

/// Whether `text` calls the function, which is named with its schema unless it is the server's own; the server leaves out a schema of the search path.
fn mentions(text: &str, function: &str) -> bool {
    let last = function.rsplit('.').next().unwrap_or(function);
    let quoted = format!("\"{last}\"(");
    let plain = format!("{last}(");
    text.contains(&quoted)
        || text
            .match_indices(&plain)
            .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "mails", "Output": ["id"],
        "Filter": "(app.slow() OR (box = $0))", "Plans": [{"Node Type": "Result",
        "Parent Relationship": "InitPlan", "Subplan Name": "InitPlan 1 (returns $0)", "Output": ["app.box()"]}]},
        "Execution Time": 2.5}]"#;

    #[test]
    fn what_stands_in_an_init_plan_is_evaluated_once() {
        let plan = Plan::read(PLAN).unwrap();
        assert_eq!(plan.evaluates("app.box").0, Evaluated::Once);
        let told = plan.evaluates("app.slow");
        assert_eq!(told, (Evaluated::PerRow, Some("Filter of Seq Scan on mails".to_owned())));
        assert_eq!(plan.evaluates("app.low").0, Evaluated::Inlined);
        assert!((plan.milliseconds - 2.5).abs() < f64::EPSILON);
        assert_eq!(plan.lines[0], "Seq Scan on mails");
    }
}
