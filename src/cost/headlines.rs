//! What cost has to tell on Home: whose limits are over, and whose will be before their period ends.

use super::Limits;
use crate::{
    headline::{Amount, Asker, Counted, Lead, Line, Severity},
    list::{Ask, Filter, Operator, Page, Query, Term},
    question::Question as _,
};

/// How many limits are looked at.
const LOOKED_AT: usize = 1000;
/// In this column it is told how a limit stands, and how it will; by these words.
const OUTLOOK: &str = "outlook";
const OVER: &str = "over";
const WILL_BE: &str = "will be over";

/// The lines about limits; none where nobody knows of any. Everything is measured for them at once, or not at all where that takes long.
pub(crate) async fn headlines(asker: &Asker<'_>) -> Vec<Line> {
    let mapping = asker.database.mapping.as_ref();
    if mapping.is_none_or(|mapping| mapping.limits.is_empty()) {
        return Vec::new();
    }
    let over =
        Line::new("limits that are over", Severity::Wrong, Lead::is("limits", "state", OVER));
    let will = Lead::is("limits", OUTLOOK, WILL_BE);
    let will = Line::new("limits that will be over at this rate", Severity::Notice, will);
    let view = Limits { organization: asker.organization.map(str::to_owned), ..Limits::default() };
    let bad = Term::Compare {
        column: OUTLOOK.to_owned(),
        operator: Operator::Contains,
        value: OVER.to_owned(),
    };
    let query = Query { filter: Filter { terms: vec![bad] }, limit: LOOKED_AT, ..Query::default() };
    let (database, identity) = (asker.database, asker.identity);
    let looking = asker.soon(async |run| {
        Ask { view, query }.ask(std::sync::Arc::clone(database), identity.clone(), run).await
    });
    match looking.await {
        None => vec![over, will],
        Some(Ok(page)) => {
            vec![told(asker, over, &page, OVER), told(asker, will, &page, WILL_BE)]
        }
        Some(Err(problem)) => {
            vec![Line { count: Err(problem.clone()), ..over }, Line { count: Err(problem), ..will }]
        }
    }
}

/// `line` with how many limits of the page have that outlook; who acts as somebody knows of those that one sees.
fn told(asker: &Asker<'_>, line: Line, page: &Page, outlook: &str) -> Line {
    let is = |item: &&crate::list::Item| page.value(item, OUTLOOK) == Some(outlook);
    let rows = page.items.iter().filter(is).count() as u64;
    let amount = Amount { rows, more: !page.at_end };
    let acting = asker.identity.acting().is_some();
    let count = if acting { Counted::Visible(amount) } else { Counted::All(amount) };
    Line { count: Ok(count), ..line }
}
