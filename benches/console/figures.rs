//! Figures as people read them: a measure, what both programs took, the ratio, the goal, and whether it is met.

use std::time::Duration;

/// What is wanted of a measure.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// So many times the yardstick at most.
    Ratio(f64),
    /// So much at most, whatever the yardstick takes.
    Most(f64),
    /// Nothing; it is only shown.
    Shown,
}

/// In what a measure is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    Milliseconds,
    Bytes,
    Megabytes,
    Count,
    Seconds,
}

/// Prints the head of the table.
pub(super) fn head() {
    println!(
        "{:<58} {:>11} {:>11} {:>7}   {:<22} ",
        "MEASURE", "PURVIEW", "FLOOR", "RATIO", "GOAL"
    );
}

/// Prints one measure.
pub(super) fn line(what: &str, unit: Unit, purview: f64, floor: Option<f64>, goals: &[Goal]) {
    let ratio = floor.filter(|floor| *floor > 0.0).map(|floor| purview / floor);
    let met = |goal: &Goal| match goal {
        Goal::Ratio(most) => ratio.is_none_or(|ratio| ratio <= *most),
        Goal::Most(most) => purview <= *most,
        Goal::Shown => true,
    };
    let said = goals.iter().filter_map(|goal| match goal {
        Goal::Ratio(most) => Some(format!("<= {most} x")),
        Goal::Most(most) => Some(format!("<= {}", shown(unit, *most))),
        Goal::Shown => None,
    });
    let said = said.collect::<Vec<_>>().join(", ");
    let verdict = match (said.is_empty(), goals.iter().all(met)) {
        (true, _) => "",
        (false, true) => "ok",
        (false, false) => "OVER",
    };
    println!(
        "{what:<58} {:>11} {:>11} {:>7}   {said:<22} {verdict}",
        shown(unit, purview),
        floor.map_or_else(String::new, |floor| shown(unit, floor)),
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
    );
}

/// Prints what could not be measured.
pub(super) fn unmeasured(what: &str, why: &str) {
    println!("{what:<58} not measured: {why}");
}

fn shown(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Milliseconds => format!("{value:.2} ms"),
        Unit::Bytes => format!("{value:.0} B"),
        Unit::Megabytes => format!("{value:.1} MB"),
        Unit::Count => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        Unit::Seconds => format!("{value:.1} s"),
    }
}

/// Many values of one measure.
#[derive(Debug, Clone, Default)]
pub(super) struct Series(Vec<f64>);

impl Series {
    pub(super) fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(super) fn time(&mut self, took: Duration) {
        self.add(took.as_secs_f64() * 1000.0);
    }

    pub(super) fn median(&self) -> f64 {
        self.at(50)
    }

    pub(super) fn p95(&self) -> f64 {
        self.at(95)
    }

    pub(super) fn most(&self) -> f64 {
        self.at(100)
    }

    fn at(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or(f64::NAN)
    }
}
