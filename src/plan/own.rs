//! What each step takes by itself: the server tells what it takes together with the steps below it.
//!
//! What a part of the statement takes that is evaluated elsewhere, a CTE or an `InitPlan`, is taken from the step that asks for its rows and not from the one
//! under which the server lists it. Times of helpers who work at once are those of the clock.

use std::collections::HashMap;

use super::node::{Node, Own, Plan};

/// What a step takes with all below: cost, milliseconds, and blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Whole {
    cost: Option<f64>,
    figures: [Option<f64>; 4],
}

/// Fills in what each step takes by itself.
pub(super) fn fill(plan: &mut Plan) {
    let mut wholes = HashMap::new();
    measure(&plan.root, 1.0, &mut wholes);
    let asked = who_asks(&plan.root);
    let whole = wholes.get(&plan.root.number).copied().unwrap_or_default();
    let total = if plan.root.measure.is_some() { whole.figures[0] } else { whole.cost };
    plan.root.walk_mut(&mut |node| fill_one(node, &wholes, &asked, total));
}

/// What each step takes with all below; `processes` work on it at once.
fn measure(node: &Node, processes: f64, wholes: &mut HashMap<usize, Whole>) {
    let loops = node.measure.map_or(0.0, |it| it.loops);
    let time = node.measure.and_then(|it| it.total_ms).map(|each| each * loops / processes);
    let blocks = |names: [&str; 3]| {
        names.iter().filter_map(|name| node.number_of(name)).reduce(|all, one| all + one)
    };
    let figures = [
        time,
        blocks(["Shared Hit Blocks", "Local Hit Blocks", ""]),
        blocks(["Shared Read Blocks", "Local Read Blocks", ""]),
        blocks(["Temp Read Blocks", "Temp Written Blocks", ""]),
    ];
    wholes.insert(node.number, Whole { cost: node.estimate.map(|it| it.total_cost), figures });
    let below = node.workers.and_then(|it| it.launched).map_or(processes, |it| it + 1.0);
    for child in &node.nodes {
        // What is evaluated once is evaluated by the one who leads.
        let once = child.relationship.as_deref() == Some("InitPlan");
        measure(child, if once { 1.0 } else { below }, wholes);
    }
}

/// For each part that is evaluated elsewhere: the steps that ask for its rows.
fn who_asks(root: &Node) -> HashMap<usize, Vec<usize>> {
    let mut parts = Vec::new();
    let mut all = Vec::new();
    root.walk(&mut |node| {
        all.push(node);
        if node.relationship.as_deref() == Some("InitPlan") {
            parts.push(node);
        }
    });
    let mut asked = HashMap::new();
    for part in parts {
        let names = names(part.part.as_deref().unwrap_or_default());
        let asks = |node: &&&Node| {
            let cte = node.kind == "CTE Scan" && node.part_name() == part.cte_name();
            let texts = node.conditions.iter().map(|it| it.text.as_str());
            let texts = texts.chain(node.fact("Output"));
            let mut texts = texts.filter(|text| names.iter().any(|name| holds(text, name)));
            node.number != part.number && (cte || texts.next().is_some())
        };
        let who: Vec<usize> = all.iter().filter(asks).map(|node| node.number).collect();
        if part.cte_name().is_some() {
            asked.insert(part.number, who);
        } else if let Some(deepest) = who.last() {
            // It is evaluated by the first that needs it, which is the furthest from the root.
            asked.insert(part.number, vec![*deepest]);
        }
    }
    asked
}

/// How an `InitPlan` is called where its value stands: `$0` before PostgreSQL 18 and `(InitPlan 1)` since 17.
fn names(part: &str) -> Vec<String> {
    let stem = part.split(" (").next().unwrap_or_default();
    let returns = part.split_once("(returns ").map_or("", |(_, rest)| rest.trim_end_matches(')'));
    let returns = returns.split(',').map(str::trim).filter(|name| !name.is_empty());
    let stem = (!stem.is_empty()).then(|| format!("({stem})"));
    returns.map(str::to_owned).chain(stem).collect()
}

/// Whether `name` stands in `text` and does not go on there.
fn holds(text: &str, name: &str) -> bool {
    text.match_indices(name)
        .any(|(at, _)| !text[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

impl Node {
    /// The CTE that it is.
    fn cte_name(&self) -> Option<&str> {
        self.part.as_deref()?.strip_prefix("CTE ")
    }

    /// The CTE that it reads.
    fn part_name(&self) -> Option<&str> {
        self.title.rsplit_once(" on ").map(|(_, name)| name)
    }
}

fn fill_one(
    node: &mut Node,
    wholes: &HashMap<usize, Whole>,
    asked: &HashMap<usize, Vec<usize>>,
    total: Option<f64>,
) {
    let Some(whole) = wholes.get(&node.number).copied() else { return };
    let below = node.nodes.iter().filter(|child| !asked.contains_key(&child.number));
    let mut taken: Vec<(Whole, f64)> =
        below.filter_map(|child| Some((*wholes.get(&child.number)?, 1.0))).collect();
    for (part, who) in asked.iter().filter(|(_, who)| who.contains(&node.number)) {
        let Some(part) = wholes.get(part) else { continue };
        taken.push((*part, share(node.number, who, wholes)));
    }
    let own = |pick: &dyn Fn(&Whole) -> Option<f64>| {
        let all = pick(&whole)?;
        let others: f64 = taken.iter().filter_map(|(it, share)| Some(pick(it)? * share)).sum();
        Some((all - others).max(0.0))
    };
    let cost = own(&|whole| whole.cost);
    let figure = |at: usize| own(&|whole: &Whole| whole.figures[at]);
    let ms = figure(0);
    let mine = if node.measure.is_some() { ms } else { cost };
    let share = mine.zip(total).filter(|(_, total)| *total > 0.0);
    node.own = Own {
        cost,
        ms,
        share: share.map(|(mine, total)| (mine / total).min(1.0)),
        hit: figure(1),
        read: figure(2),
        temp: figure(3),
    };
}

/// Which share of a part falls to one of those who ask for its rows: by what they take.
fn share(number: usize, who: &[usize], wholes: &HashMap<usize, Whole>) -> f64 {
    let time = |number: &usize| wholes.get(number).and_then(|it| it.figures[0]).unwrap_or_default();
    let all: f64 = who.iter().map(time).sum();
    if all > 0.0 {
        return time(&number) / all;
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody asks for rows a billion times")]
    let each = 1.0 / who.len().max(1) as f64;
    each
}
