//! Figures as people read them: what was measured, beside what, the ratio, the goal, and whether it is met.

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// So many times what stands beside it at most.
    Ratio(f64),
    /// So much at most.
    Most(f64),
    /// Nothing; it is only shown.
    Shown,
}

/// Prints the head of a table.
pub(super) fn head(other: &str) {
    println!("{:<52} {:>13} {other:>13} {:>9}   {:<14}", "MEASURE", "PURVIEW", "RATIO", "GOAL");
}

/// Prints one measure, in `unit`.
pub(super) fn line(what: &str, unit: &str, found: f64, other: f64, goal: Goal) {
    let ratio = found / other;
    let (said, met) = match goal {
        Goal::Ratio(most) if most < 1.0 => (format!("<= 1/{:.0} x", 1.0 / most), ratio <= most),
        Goal::Ratio(most) => (format!("<= {most} x"), ratio <= most),
        Goal::Most(most) => (format!("<= {most:.0} {unit}"), found <= most),
        Goal::Shown => (String::new(), true),
    };
    let verdict = match (said.is_empty(), met) {
        (true, _) => "",
        (false, true) => "ok",
        (false, false) => "OVER",
    };
    let ratio = if ratio < 0.1 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2}") };
    let shown = |value: f64| format!("{value:.1} {unit}");
    println!(
        "{what:<52} {:>13} {:>13} {ratio:>9}   {said:<14} {verdict}",
        shown(found),
        shown(other)
    );
}
