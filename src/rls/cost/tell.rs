//! A bill as text.

use super::{Bill, Call};
use crate::text::clean_lines;

/// What is said where the other form took no less.
pub const NO_GAIN: &str =
    "the other form takes no less: it is not among what would make it cheaper";

/// What the policies cost, for a terminal or a file; harmless to both.
pub fn tell(bill: &Bill) -> String {
    let mut lines = vec![format!(
        "policies of {}.{} for {}, {}",
        bill.schema,
        bill.table,
        bill.user.as_deref().unwrap_or(&bill.role),
        bill.command
    )];
    let mut line = |depth: usize, text: &str| lines.push(format!("{}{text}", "  ".repeat(depth)));
    if let Some(free) = &bill.free {
        line(1, free);
    }
    for (what, each, all) in [
        ("as they are", bill.before_us, bill.before_ms()),
        ("in the other form", bill.after_us, bill.after_ms()),
    ] {
        if let (Some(each), Some(all)) = (each, all) {
            let rows = bill.rows;
            line(
                1,
                &format!(
                    "{what}: {each:.1} µs a row, ~{all:.0} ms for ~{rows} rows without an index"
                ),
            );
        }
    }
    if bill.gains_nothing() {
        line(1, NO_GAIN);
    }
    if bill.measured_rows > 0 {
        line(1, &format!("measured on {} of its rows, which were handed in", bill.measured_rows));
    }
    if let Some(problem) = &bill.problem {
        line(1, &format!("could not be measured: {problem}"));
    }
    for call in &bill.calls {
        line(0, "");
        line(1, &said(call));
        line(2, &format!("in policy {}, {}: {}", call.policy, call.clause, call.text));
        if let Some(place) = &call.place {
            line(2, &format!("in the plan: {place}"));
        }
        if let Some(problem) = &call.problem {
            line(2, &format!("could not be measured: {problem}"));
        }
        if let Some(rewritten) = &call.rewritten {
            line(2, &format!("called once as: {rewritten}"));
        }
    }
    for (title, plan) in [
        ("the plan of the statement", &bill.plan),
        ("over the rows that were handed in, as they are", &bill.before),
        ("over the same rows, in the other form", &bill.after),
        ("the statement with the other form beside the policies", &bill.beside),
        ("what would make it cheaper; nobody has run it", &bill.cures),
    ] {
        if !plan.is_empty() {
            line(0, "");
            line(0, title);
            for text in plan {
                line(1, text);
            }
        }
    }
    lines.push(String::new());
    clean_lines(&lines.join("\n")).into_owned()
}

/// A call in one line.
fn said(call: &Call) -> String {
    let took = call.microseconds.map(|took| format!(", {took:.1} µs a call")).unwrap_or_default();
    let volatile = if call.volatile { ", volatile" } else { "" };
    format!("{}: {}{took}{volatile}", call.function, call.evaluated.words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rls::Statement, text::is_harmless};

    #[test]
    fn what_policies_cost_harms_no_terminal() {
        let hostile = || "x\x1b]0;owned\x07".to_owned();
        let told = tell(&Bill {
            schema: hostile(),
            table: hostile(),
            command: Statement::Select,
            user: Some(hostile()),
            role: hostile(),
            free: None,
            rows: 0,
            measured_rows: 0,
            calls: Vec::new(),
            before_us: None,
            after_us: None,
            problem: Some(hostile()),
            plan: vec![hostile()],
            before: Vec::new(),
            after: Vec::new(),
            beside: Vec::new(),
            cures: vec![hostile()],
        });
        assert!(told.contains("␛]0;owned"), "{told}");
        assert!(told.chars().all(|c| c == '\n' || is_harmless(c)), "{told:?}");
    }
}
