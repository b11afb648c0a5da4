//! A plan as lines: figures to the left, the tree to the right, conditions below their steps.

use super::{
    Mark,
    node::{Condition, Node, Piece, Plan},
};

/// A line of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<'a> {
    /// The step to which it belongs.
    pub node: &'a Node,
    /// The way to it from the root: the place of each step among those of the one above.
    pub path: Vec<u16>,
    /// The condition that stands there; the step itself where there is none.
    pub condition: Option<&'a Condition>,
    /// The part of the condition that stands there, where it has several.
    pub piece: Option<&'a Piece>,
}

impl Line<'_> {
    /// The figures of a step, under the [`heading`]; blanks on the line of a condition.
    pub fn figures(&self) -> String {
        if self.condition.is_some() {
            return " ".repeat(WIDTH);
        }
        let node = self.node;
        let own = if node.measure.is_some() { node.own.ms } else { node.own.cost };
        let own = own.map(short).unwrap_or_default();
        let share = node.own.share.map(|share| format!("{:.0}", share * 100.0)).unwrap_or_default();
        let (rows, off) = match (node.measure, node.estimate) {
            (Some(measure), _) => {
                let rows = short_rows(measure.rows * measure.loops);
                (rows, node.misjudged().map(factor).unwrap_or_default())
            }
            (None, Some(estimate)) => (short_rows(estimate.rows), String::new()),
            (None, None) => (String::new(), String::new()),
        };
        format!("{own:>7} {share:>4} {rows:>7} {off:>6}")
    }

    /// What stands to the right of them, without its indent.
    pub fn text(&self) -> String {
        let Some(condition) = self.condition else { return self.node.title.clone() };
        let (text, policy) = match self.piece {
            Some(piece) => (&piece.text, piece.policy),
            None => (&condition.text, false),
        };
        let policy = if policy { ", policy" } else { "" };
        format!("{}{policy}: {text}", condition.name)
    }

    /// How far it is indented.
    pub fn indent(&self) -> usize {
        2 * self.path.len() + if self.condition.is_some() { 2 } else { 0 }
    }

    /// Whether a policy put there what stands there.
    pub fn is_policy(&self) -> bool {
        match (self.condition, self.piece) {
            (Some(_), piece) => self.node.policy || piece.is_some_and(|piece| piece.policy),
            (None, _) => self.node.policy,
        }
    }

    /// What is worth a look.
    pub fn marks(&self) -> &[Mark] {
        if self.condition.is_some() { &[] } else { &self.node.marks }
    }
}

/// How wide the figures are.
const WIDTH: usize = 27;

/// What stands above the figures.
pub fn heading(plan: &Plan) -> String {
    let own = if plan.ran() { "own ms" } else { "cost" };
    let (rows, off) = if plan.ran() { ("rows", "x est.") } else { ("~rows", "") };
    format!("{own:>7} {:>4} {rows:>7} {off:>6}", "%")
}

/// The lines of a plan; of a step that is not `open` nothing that stands below it.
pub fn lines<'a>(plan: &'a Plan, open: &dyn Fn(&Node, &[u16]) -> bool) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    write(&plan.root, &[], open, &mut lines);
    lines
}

fn write<'a>(
    node: &'a Node,
    path: &[u16],
    open: &dyn Fn(&Node, &[u16]) -> bool,
    lines: &mut Vec<Line<'a>>,
) {
    let line = |condition, piece| Line { node, path: path.to_vec(), condition, piece };
    lines.push(line(None, None));
    if !open(node, path) {
        return;
    }
    for condition in &node.conditions {
        if condition.pieces.is_empty() {
            lines.push(line(Some(condition), None));
        }
        lines.extend(condition.pieces.iter().map(|piece| line(Some(condition), Some(piece))));
    }
    for (at, child) in node.nodes.iter().enumerate() {
        let mut below = path.to_vec();
        below.push(u16::try_from(at).unwrap_or(u16::MAX));
        write(child, &below, open, lines);
    }
}

/// A plan as text.
pub fn tell(plan: &Plan) -> String {
    let mut told = vec![heading(plan)];
    for line in lines(plan, &|_, _| true) {
        let indent = " ".repeat(line.indent());
        let mut text = format!("{} {indent}{}", line.figures(), line.text());
        if line.is_policy() && line.condition.is_none() {
            text.push_str("  [policy]");
        }
        for mark in line.marks() {
            text.extend(["  [", mark.words(), "]"]);
        }
        told.push(text.trim_end().to_owned());
    }
    told.join("\n")
}

/// All that is known of a step, in lines of a name and a value.
pub fn details(node: &Node) -> Vec<(String, String)> {
    let mut told = vec![("step".to_owned(), node.title.clone())];
    let mut add = |name: &str, value: Option<String>| {
        told.extend(value.map(|value| (name.to_owned(), value)));
    };
    let marks: Vec<_> = node.marks.iter().map(|mark| mark.words()).collect();
    add("worth a look", Some(marks.join(", ")).filter(|marks| !marks.is_empty()));
    add("from a policy", node.policy.then(|| "all of it".to_owned()));
    if let Some(measure) = node.measure {
        add("time by itself", node.own.ms.map(|ms| format!("{} ms", short(ms))));
        add(
            "time with the steps below",
            measure.total_ms.map(|ms| format!("{} ms each time", short(ms))),
        );
        add(
            "rows",
            Some(format!(
                "{} each time, {} times",
                short_rows(measure.rows),
                short_rows(measure.loops)
            )),
        );
    }
    if let Some(estimate) = node.estimate {
        add(
            "rows expected",
            Some(format!(
                "{} each time, of {:.0} bytes",
                short_rows(estimate.rows),
                estimate.width
            )),
        );
        add("cost", Some(format!("{:.2}..{:.2}", estimate.startup_cost, estimate.total_cost)));
    }
    add("cost by itself", node.own.cost.map(short));
    add("removed by conditions", node.removed.map(|rows| format!("{} rows", short_rows(rows))));
    let blocks = [
        ("found in memory", node.own.hit),
        ("not found in memory", node.own.read),
        ("in temporary files", node.own.temp),
    ];
    for (name, count) in blocks {
        let count = count.filter(|count| *count > 0.0);
        add(name, count.map(|count| format!("{} blocks by itself", short_rows(count))));
    }
    if let Some(workers) = node.workers {
        let launched = workers.launched.map(|it| format!("{it:.0} of ")).unwrap_or_default();
        add("workers", Some(format!("{launched}{:.0}", workers.planned)));
    }
    for condition in &node.conditions {
        if condition.pieces.is_empty() {
            add(&condition.name, Some(condition.text.clone()));
        }
        for piece in &condition.pieces {
            let name = if piece.policy {
                format!("{}, policy", condition.name)
            } else {
                condition.name.clone()
            };
            add(&name, Some(piece.text.clone()));
        }
    }
    for fact in &node.facts {
        if !matches!(fact.value.as_str(), "" | "0" | "false") {
            add(&fact.name, Some(fact.value.clone()));
        }
    }
    told
}

/// A figure in at most seven cells.
pub fn short(value: f64) -> String {
    const UNITS: [&str; 5] = ["", "k", "M", "G", "T"];
    if !value.is_finite() {
        return "?".to_owned();
    }
    let mut value = value.max(0.0);
    let mut unit = 0;
    while value >= 10_000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value >= 1_000_000.0 {
        return format!("{value:.0e}");
    }
    let places = match value {
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.places$}{}", UNITS[unit])
}

/// Rows: whole ones without a fraction.
fn short_rows(rows: f64) -> String {
    if rows.fract() == 0.0 && (0.0..10_000.0).contains(&rows) {
        format!("{rows:.0}")
    } else {
        short(rows)
    }
}

/// How many times more came than were expected: `12x`, and `1/12` where fewer came. Nothing where that is as good as right.
pub fn factor(factor: f64) -> String {
    match factor {
        factor if !factor.is_finite() || factor <= 0.0 => String::new(),
        factor if factor >= 1.5 => format!("{}x", whole(factor)),
        factor if factor <= 1.0 / 1.5 => format!("1/{}", whole(1.0 / factor)),
        _ => String::new(),
    }
}

fn whole(factor: f64) -> String {
    if factor < 9.95 { format!("{factor:.1}") } else { short(factor.round()).replace(".0", "") }
}
