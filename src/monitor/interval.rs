//! What statements cost between two looks: the difference of what was counted, by the server's own clock.
//!
//! Counters that were reset or evicted meanwhile tell nothing about the time between, and then nothing is said.

use std::{collections::HashMap, sync::Arc};

use crate::list::{Column, Item, Kind, Page};

/// What was counted at the last look.
#[derive(Debug, Default)]
pub struct Intervals {
    seen: HashMap<Vec<String>, Count>,
}

/// What was counted of one statement, and when.
#[derive(Debug, Clone, PartialEq)]
struct Count {
    calls: f64,
    total: f64,
    at: f64,
    /// Since when it is counted.
    since: Option<String>,
}

/// The columns that are added.
const COLUMNS: [&str; 3] = ["calls/s", "ms/s", "mean_now"];

impl Intervals {
    /// Adds to `page` what happened since the look before.
    pub fn learn(&mut self, page: &mut Page) {
        let places = ["calls", "total_ms", "at", "since"].map(|name| page.column(name));
        let [Some(calls), Some(total), Some(at), Some(since)] = places else { return };
        let added = COLUMNS.map(|name| Column::new(name, Kind::Number).derived());
        // Before the text, which takes what room there is.
        let place = page.column("query").unwrap_or(page.columns.len());
        let mut columns = page.columns.to_vec();
        columns.splice(place..place, added);
        page.columns = Arc::from(columns);
        for item in &mut page.items {
            let number = |index: usize| item.cells[index].as_deref()?.parse::<f64>().ok();
            let now =
                number(calls).zip(number(total)).zip(number(at)).map(|((calls, total), at)| {
                    Count { calls, total, at, since: item.cells[since].clone() }
                });
            let before = match &now {
                Some(now) => self.seen.insert(item.position.key.clone(), now.clone()),
                None => None,
            };
            let told = match (before, now) {
                (Some(before), Some(now)) => between(&before, &now),
                _ => [None, None, None],
            };
            insert(item, place, told);
        }
    }
}

fn insert(item: &mut Item, place: usize, cells: [Option<f64>; 3]) {
    let cells = cells.map(|cell| cell.map(|number| format!("{number:.3}")));
    item.cells.splice(place..place, cells);
}

/// Calls a second, milliseconds a second and the mean time of those calls.
fn between(before: &Count, now: &Count) -> [Option<f64>; 3] {
    let (calls, total, passed) =
        (now.calls - before.calls, now.total - before.total, now.at - before.at);
    if before.since != now.since || calls < 0.0 || total < 0.0 || passed <= 0.0 {
        return [None, None, None];
    }
    let mean = (calls > 0.0).then(|| total / calls);
    [Some(calls / passed), Some(total / passed), mean]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Position;

    fn page(calls: &str, total: &str, at: &str, since: Option<&str>) -> Page {
        let columns = ["calls", "total_ms", "query", "at", "since"];
        let values = [Some(calls), Some(total), Some("select"), Some(at), since];
        Page {
            columns: columns.map(|name| Column::new(name, Kind::Number)).into(),
            items: vec![Item {
                position: Position { value: None, key: vec!["1".into()] },
                cells: values.map(|cell| cell.map(str::to_owned)).into(),
            }],
            at_start: true,
            at_end: true,
            estimate: None,
            sort: None,
            caveat: None,
        }
    }

    /// What is said after both looks.
    fn said(first: Page, second: Page) -> [Option<String>; 3] {
        let mut intervals = Intervals::default();
        let (mut first, mut second) = (first, second);
        intervals.learn(&mut first);
        assert_eq!(first.items[0].cells[2..5], [None, None, None]);
        intervals.learn(&mut second);
        COLUMNS.map(|name| second.value(&second.items[0], name).map(str::to_owned))
    }

    #[test]
    fn the_difference_is_told_by_the_second() {
        let two = said(page("10", "100", "50.0", None), page("14", "180", "52.0", None));
        assert_eq!(two, ["2.000", "40.000", "20.000"].map(|text| Some(text.to_owned())));
        let idle = said(page("10", "100", "50.0", None), page("10", "100", "52.0", None));
        assert_eq!(idle, [Some("0.000".to_owned()), Some("0.000".to_owned()), None]);
    }

    #[test]
    fn counters_that_began_anew_tell_nothing() {
        let nothing = [None, None, None];
        assert_eq!(said(page("10", "100", "1", None), page("4", "20", "2", None)), nothing);
        let reset = said(page("1", "1", "1", Some("a")), page("4", "20", "2", Some("b")));
        assert_eq!(reset, nothing);
    }
}
