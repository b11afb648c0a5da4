//! A plan and its steps.

use serde::Serialize;

use super::Mark;

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// How long it took to plan, in milliseconds, where it ran.
    pub planning_ms: Option<f64>,
    /// How long it ran, in milliseconds, where it did.
    pub execution_ms: Option<f64>,
    /// What else the server says of the whole: settings, triggers, compilation.
    pub facts: Vec<Fact>,
    /// The last step, from which the rows come.
    pub root: Node,
}

/// Something that the server says, under its own name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Its place in the plan, from 1, as one reads it.
    pub number: usize,
    /// What sort of step, in the server's word.
    pub kind: String,
    /// What it is to the step above.
    pub relationship: Option<String>,
    /// The part of the statement that it is, where it is one: `InitPlan 1`, `CTE x`.
    pub part: Option<String>,
    /// All of that in a line.
    pub title: String,
    /// What it reads or changes.
    pub relation: Option<Relation>,
    /// By which index.
    pub index: Option<String>,
    /// What was expected.
    pub estimate: Option<Estimate>,
    /// What came of it; absent where it did not run.
    pub measure: Option<Measure>,
    /// What it takes by itself, without the steps below.
    pub own: Own,
    /// How many rows its conditions removed, in all.
    pub removed: Option<f64>,
    /// How many helped.
    pub workers: Option<Workers>,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// Whether the whole of it stands in a policy.
    pub policy: bool,
    /// What is worth a look.
    pub marks: Vec<Mark>,
    /// What else the server says of it.
    pub facts: Vec<Fact>,
    /// The steps whose rows it takes.
    pub nodes: Vec<Self>,
}

/// What a step reads or changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Relation {
    /// Its schema, where the server says.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is called in the statement.
    pub alias: String,
}

/// What was expected of a step, in the server's units of cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Before the first row.
    pub startup_cost: f64,
    /// For all rows, with the steps below.
    pub total_cost: f64,
    /// Rows each time.
    pub rows: f64,
    /// Bytes of a row.
    pub width: f64,
}

/// What came of a step; times and rows are those of one time, on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// Until the first row, in milliseconds.
    pub startup_ms: Option<f64>,
    /// Until the last, with the steps below.
    pub total_ms: Option<f64>,
    /// Rows.
    pub rows: f64,
    /// How often; never where it is 0.
    pub loops: f64,
}

/// What a step takes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Own {
    /// In the server's units of cost.
    pub cost: Option<f64>,
    /// In milliseconds by the clock, all times together.
    pub ms: Option<f64>,
    /// Which share of the whole statement's time that is; of its cost where it did not run.
    pub share: Option<f64>,
    /// Blocks that were in memory.
    pub hit: Option<f64>,
    /// Blocks that were not.
    pub read: Option<f64>,
    /// Blocks of files for what did not fit in memory, read and written.
    pub temp: Option<f64>,
}

/// How many helped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Workers {
    /// How many were wanted.
    pub planned: f64,
    /// How many there were.
    pub launched: Option<f64>,
}

/// A condition of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// What sort of condition, in the server's word.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it consists of, where somebody found that out.
    pub pieces: Vec<Piece>,
}

/// A part of a condition, of which all have to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether a policy put it there.
    pub policy: bool,
}

impl Plan {
    /// The plan that the server printed as JSON.
    pub fn read(text: &str) -> Option<Self> {
        super::read::plan(text)
    }

    /// All steps, as one reads them.
    pub fn nodes(&self) -> Vec<&Node> {
        let mut all = Vec::new();
        self.root.walk(&mut |node| all.push(node));
        all
    }

    /// Whether it ran.
    pub fn ran(&self) -> bool {
        self.root.measure.is_some()
    }
}

impl Node {
    /// Looks at this step and at all below, as one reads them.
    pub fn walk<'a>(&'a self, look: &mut dyn FnMut(&'a Self)) {
        look(self);
        for node in &self.nodes {
            node.walk(look);
        }
    }

    /// The same, to change them.
    pub fn walk_mut(&mut self, change: &mut dyn FnMut(&mut Self)) {
        change(self);
        for node in &mut self.nodes {
            node.walk_mut(change);
        }
    }

    /// What the server says under a name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
    }

    /// The same as a number.
    pub fn number_of(&self, name: &str) -> Option<f64> {
        self.fact(name)?.parse().ok()
    }

    /// Whether it ran at least once; unknown where the plan did not run.
    pub fn never_ran(&self) -> bool {
        self.measure.is_some_and(|measure| measure.loops <= 0.0)
    }

    /// How many times more rows came than were expected, less than 1 where fewer came.
    pub fn misjudged(&self) -> Option<f64> {
        let (estimate, measure) = (self.estimate?, self.measure?);
        // Below one row both are as good as one: nothing can be made of it.
        (measure.loops > 0.0).then(|| measure.rows.max(1.0) / estimate.rows.max(1.0))
    }

    /// Whether a part of one of its conditions comes from a policy.
    pub fn is_filtered_by_policy(&self) -> bool {
        self.policy || self.conditions.iter().flat_map(|it| &it.pieces).any(|piece| piece.policy)
    }
}
