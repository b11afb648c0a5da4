//! A bill as text.

use super::{Bill, Call};

/// What is said where the other form took no less.
pub const NO_GAIN: &str =
    "the other form takes no less: it is not among what would make it cheaper";

/// What the policies cost, for a terminal or a file.
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
    lines.join("\n")
}

/// A call in one line.
fn said(call: &Call) -> String {
    let took = call.microseconds.map(|took| format!(", {took:.1} µs a call")).unwrap_or_default();
    let volatile = if call.volatile { ", volatile" } else { "" };
    format!("{}: {}{took}{volatile}", call.function, call.evaluated.words())
}
