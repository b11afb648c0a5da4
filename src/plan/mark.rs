//! What is worth a look at a step of a plan.

use serde::Serialize;

use super::node::{Node, Plan};

/// What is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// No other step takes as long by itself.
    Slowest,
    /// No other step costs as much by itself.
    Costliest,
    /// Ten times more rows came than were expected, or more.
    MoreRows,
    /// Ten times fewer rows came than were expected, or fewer.
    FewerRows,
    /// Of the rows that it looked at, its conditions removed more than nine of ten.
    Discards,
    /// What it sorts or gathers did not fit in memory.
    Spills,
    /// It remembered pages and not rows, for want of memory.
    Lossy,
    /// Its index would do without the table if the table were vacuumed.
    Visits,
    /// It never ran.
    Never,
    /// Fewer helped than were wanted.
    ShortHanded,
}

impl Mark {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Slowest => "slowest",
            Self::Costliest => "costliest",
            Self::MoreRows => "more rows than expected",
            Self::FewerRows => "fewer rows than expected",
            Self::Discards => "discards most rows",
            Self::Spills => "did not fit in memory",
            Self::Lossy => "lossy: work_mem is short",
            Self::Visits => "looks into the table: vacuum",
            Self::Never => "never ran",
            Self::ShortHanded => "fewer workers than wanted",
        }
    }

    /// Whether it says that something is wrong, and not only where to look first.
    pub const fn warns(self) -> bool {
        !matches!(self, Self::Slowest | Self::Costliest | Self::Never)
    }
}

/// An estimate is off from here.
const OFF: f64 = 10.0;
/// Conditions remove most rows from this share on.
const MOST: f64 = 0.9;
/// Of fewer rows nothing can be said.
const FEW: f64 = 10.0;

/// Marks the steps.
pub(super) fn fill(plan: &mut Plan) {
    let slowest = largest(&plan.root, |node| node.own.ms);
    let costliest = largest(&plan.root, |node| node.own.cost);
    plan.root.walk_mut(&mut |node| {
        let first = [(slowest, Mark::Slowest), (costliest, Mark::Costliest)];
        let first = first.into_iter().filter(|(at, _)| *at == Some(node.number));
        node.marks = first.map(|(_, mark)| mark).chain(of(node)).collect();
    });
}

/// The step for which a figure is largest.
fn largest(root: &Node, figure: impl Fn(&Node) -> Option<f64>) -> Option<usize> {
    let mut best: Option<(f64, usize)> = None;
    root.walk(&mut |node| {
        if let Some(value) = figure(node).filter(|value| *value > 0.0)
            && best.is_none_or(|(most, _)| value > most)
        {
            best = Some((value, node.number));
        }
    });
    best.map(|(_, number)| number)
}

fn of(node: &Node) -> Vec<Mark> {
    if node.never_ran() {
        return vec![Mark::Never];
    }
    let some = |name: &str| node.number_of(name).is_some_and(|value| value > 0.0);
    let looked_at = node.removed.zip(node.measure);
    let discards = looked_at.is_some_and(|(removed, measure)| {
        let all = removed + measure.rows * measure.loops;
        removed >= FEW && removed > MOST * all
    });
    let short = node.workers.and_then(|it| Some(it.launched? < it.planned)).unwrap_or(false);
    let spills = node.fact("Sort Space Type") == Some("Disk")
        || node.number_of("Hash Batches").is_some_and(|batches| batches > 1.0)
        || some("Disk Usage");
    let misjudged = node.misjudged().unwrap_or(1.0);
    [
        (misjudged >= OFF, Mark::MoreRows),
        (misjudged <= 1.0 / OFF, Mark::FewerRows),
        (discards, Mark::Discards),
        (spills, Mark::Spills),
        (some("Lossy Heap Blocks"), Mark::Lossy),
        (some("Heap Fetches"), Mark::Visits),
        (short, Mark::ShortHanded),
    ]
    .into_iter()
    .filter_map(|(holds, mark)| holds.then_some(mark))
    .collect()
}
