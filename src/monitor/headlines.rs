//! What the server has to tell on Home: who holds whom up, and which transactions were left open.

use super::{Topic, Watch};
use crate::{
    headline::{Amount, Asker, Counted, Lead, Line, Severity},
    list::{Item, Operator, Page, Paged as _, Query},
};

/// How many sessions of a tree of locks are looked at.
const LOOKED_AT: usize = 1000;

/// The lines about sessions; as in their panes it is the operator's login that looks, whoever is acted as.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let blocked = Line::new("sessions that wait for another", Severity::Wrong, Lead::to("locks"));
    let left = Line::new(
        "transactions that are open for long",
        Severity::Notice,
        Lead::compare("transactions", "problem", Operator::NotEqual, "null"),
    );
    vec![
        looked(asker, blocked, Topic::Locks, waiting).await,
        looked(asker, left, Topic::Transactions, left_open).await,
    ]
}

/// `line` as what there is to see of `topic` tells it.
async fn looked(
    asker: &Asker<'_>,
    line: Line,
    topic: Topic,
    tell: impl Fn(Line, &Page) -> Line,
) -> Line {
    let Asker { database, identity, run, .. } = *asker;
    let query = Query { limit: LOOKED_AT, ..Query::default() };
    match Watch(topic).page(database, identity, run, &query).await {
        Ok(page) => tell(line, &page),
        Err(problem) => Line { count: Err(problem), ..line },
    }
}

/// How many sessions wait for another, and for which most of them.
fn waiting(line: Line, tree: &Page) -> Line {
    let number = |item: &Item, name| tree.value(item, name)?.parse::<u64>().ok();
    let waits = |item: &&Item| number(item, "depth").is_some_and(|depth| depth > 0);
    let rows = tree.items.iter().filter(waits).count() as u64;
    let first = tree.items.iter().filter(|item| !waits(item));
    let most = first.max_by_key(|item| number(item, "holds_up"));
    let what = match most.and_then(|item| tree.value(item, "pid").zip(number(item, "holds_up"))) {
        Some((pid, held)) if held == rows => format!("{}: {pid} holds them up", line.what),
        Some((pid, held)) => format!("{}: {pid} holds up {held} of them", line.what),
        None => line.what,
    };
    let count = Ok(Counted::All(Amount { rows, more: !tree.at_end }));
    Line { what, count, ..line }
}

/// How many transactions have a problem; who may not see what others do does not know that there is none.
fn left_open(line: Line, open: &Page) -> Line {
    let rows =
        open.items.iter().filter(|item| open.value(item, "problem").is_some()).count() as u64;
    let amount = Amount { rows, more: open.caveat.is_some() || !open.at_end };
    let known = rows > 0 || !amount.more;
    let count = Ok(if known { Counted::All(amount) } else { Counted::Unknown });
    Line { count, ..line }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        list::{Column, Kind, Position},
        pg::{Kind::Permission, Problem},
    };

    fn tree(rows: &[[&str; 3]]) -> Page {
        let columns: Arc<[Column]> =
            ["pid", "depth", "holds_up"].map(|name| Column::new(name, Kind::Number)).into();
        let item = |row: &[&str; 3]| Item {
            position: Position { value: None, key: vec![row[0].to_owned()] },
            cells: row.iter().map(|cell| Some((*cell).to_owned())).collect(),
        };
        Page {
            columns,
            items: rows.iter().map(item).collect(),
            at_start: true,
            at_end: true,
            estimate: None,
            sort: None,
            caveat: None,
        }
    }

    fn told(rows: &[[&str; 3]]) -> (String, String) {
        let line = Line::new("sessions wait", Severity::Wrong, Lead::to("locks"));
        let line = waiting(line, &tree(rows));
        let Ok(Counted::All(amount)) = line.count else { panic!("{line:?}") };
        (amount.to_string(), line.what)
    }

    #[test]
    fn what_is_hidden_is_not_called_absent() {
        let open = |problems: &[Option<&str>], caveat: bool| {
            let columns: Arc<[Column]> = [Column::new("problem", Kind::Text)].into();
            let item = |problem: Option<&str>| Item {
                position: Position { value: None, key: Vec::new() },
                cells: vec![problem.map(str::to_owned)],
            };
            let items = problems.iter().copied().map(item).collect();
            let caveat = caveat.then(|| Problem::new(Permission, "what others do is hidden"));
            let page = Page { columns, items, caveat, ..tree(&[]) };
            left_open(Line::new("open", Severity::Notice, Lead::to("transactions")), &page).count
        };
        let all = |rows, more| Ok(Counted::All(Amount { rows, more }));
        assert_eq!(open(&[], false), all(0, false));
        assert_eq!(open(&[None], false), all(0, false));
        assert_eq!(open(&[None], true), Ok(Counted::Unknown));
        assert_eq!(open(&[None, Some("idle"), Some("long")], false), all(2, false));
        assert_eq!(open(&[None, Some("idle")], true), all(1, true));
    }

    #[test]
    fn whoever_holds_up_most_is_named() {
        let own = |count: &str, what: &str| (count.to_owned(), what.to_owned());
        assert_eq!(told(&[]), own("0", "sessions wait"));
        let one = [["7", "0", "2"], ["8", "1", "1"], ["9", "2", "0"]];
        assert_eq!(told(&one), own("2", "sessions wait: 7 holds them up"));
        let two = [["3", "0", "1"], ["4", "1", "0"], one[0], one[1], one[2]];
        assert_eq!(told(&two), own("3", "sessions wait: 7 holds up 2 of them"));
    }
}
