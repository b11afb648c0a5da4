//! The list under the bars: what is told apart, how it came about, and where it leads down.

use bigdecimal::BigDecimal;

use crate::{
    address::View,
    cost::{Dimension, Per, Quantity, Span, TREND, Usage, sparkline},
    list::{Ask, Column, Filter, Item, Kind, Operator, Page, Query, Term},
    tui::{
        ask::AnyQuestion,
        facts::Facts,
        panes::list::{Listing, Record},
        place::Place,
        stage::Stage,
    },
};

/// A row's line of small bars has no more than this many.
const BARS: usize = 16;

/// The list of usage.
#[derive(Debug)]
pub(super) struct UsageList {
    pub(super) by: Dimension,
    pub(super) per: Per,
    pub(super) span: Span,
}

impl Listing for UsageList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let trend = (self.by != Dimension::Record).then_some(self.per);
        let organization = place.address.organization.clone();
        let view =
            Usage { by: vec![self.by], per: None, span: Some(self.span), organization, trend };
        Box::new(Ask { view, query })
    }

    fn title(&self, _place: &Place, stage: &Stage<'_>) -> String {
        let by = match self.by {
            Dimension::Organization => stage.name(View::Organization),
            Dimension::Department => stage.name(View::Department),
            Dimension::User => stage.name(View::User),
            Dimension::Model | Dimension::Operation | Dimension::Record => {
                self.by.name().to_owned()
            }
        };
        format!("usage by {by}, {}", self.span)
    }

    fn enter(&self, place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place> {
        down(self, place, row, facts)
    }

    fn user(&self, row: Record<'_>) -> Option<String> {
        row.get("user_id").map(str::to_owned)
    }

    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let id = row.get("user_id").or_else(|| row.get("organization_id"))?;
        Some(crate::tui::panes::down::history(id, &row.label()))
    }

    fn learn(&mut self, page: &mut Page) {
        draw_trends(page);
    }

    fn is_drawn(&self, column: &Column) -> bool {
        column.name == TREND
    }

    fn hides_given(&self) -> bool {
        true
    }

    fn empty(&self, stage: &Stage<'_>) -> String {
        let said = format!("nothing was consumed in {}; ( goes back in time, ) forth", self.span);
        match stage.identity.acting() {
            None => said,
            Some(acting) => {
                format!("{} sees nothing that was consumed in {}", acting.label(), self.span)
            }
        }
    }
}

/// One level down from a row: what it is made of, by the next thing that the schema records.
fn down(list: &UsageList, place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place> {
    let next = next(list.by, facts)?;
    let mut to = place.clone();
    to.address.cut.by = Some(next);
    to.address.cut.per = Some(list.per);
    to.address.cut.set_span(list.span);
    to.address.sort = None;
    let name = match list.by {
        Dimension::Organization => "organization",
        Dimension::Department => "department",
        Dimension::User => "user",
        Dimension::Model | Dimension::Operation | Dimension::Record => list.by.key(),
    };
    let id = row.get(list.by.key());
    to.label = Some(row.get(name).or(id).map_or_else(|| format!("no {}", list.by), str::to_owned));
    let mut filter = Filter::parse(&place.address.filter).unwrap_or_default();
    let mut only = |column: &str, value: Option<&str>| {
        let (column, operator) = (column.to_owned(), Operator::Equal);
        let value = value.unwrap_or("null").to_owned();
        let term = Term::Compare { column, operator, value };
        if !filter.terms.contains(&term) {
            filter.terms.push(term);
        }
    };
    match (list.by, id) {
        (Dimension::Organization, Some(id)) => to.address.organization = Some(id.to_owned()),
        (by, id) => only(by.key(), id),
    }
    let told = |name: &str| row.columns.iter().any(|column| column.name == name && !column.hidden);
    if told("source") {
        only("source", row.get("source"));
        if told("unit") {
            only("unit", row.get("unit"));
        }
    }
    to.address.filter = filter.to_string();
    Some(to)
}

/// What comes below `by`, of what the schema records; records by themselves come last.
pub(super) fn next(by: Dimension, facts: Option<&Facts>) -> Option<Dimension> {
    Dimension::ALL.into_iter().find(|it| *it > by && is_known(*it, facts))
}

/// The one after `by`, and after the last one the first.
pub(super) fn turned(by: Dimension, facts: Option<&Facts>) -> Dimension {
    let first = Dimension::ALL.into_iter().find(|it| is_known(*it, facts));
    next(by, facts).or(first).unwrap_or(by)
}

/// Whether the schema records it; each record by itself is always there.
pub(super) fn is_known(dimension: Dimension, facts: Option<&Facts>) -> bool {
    facts.is_none_or(|facts| facts.dimensions.contains(&dimension))
        || dimension == Dimension::Record
}

/// What a row's records came to, period by period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The first day of the period, as text.
    pub(super) period: String,
    /// A sum for each quantity, in their order.
    pub(super) sums: [Option<BigDecimal>; 4],
}

/// Reads the column that a page has beside its rows.
pub(super) fn steps(json: &str) -> Vec<Step> {
    let read: Vec<[Option<String>; 5]> = serde_json::from_str(json).unwrap_or_default();
    read.into_iter()
        .map(|[period, sums @ ..]| Step {
            period: period.unwrap_or_default(),
            sums: sums.map(|sum| sum?.parse().ok()),
        })
        .collect()
}

/// Puts a line of small bars behind the name of each row.
fn draw_trends(page: &mut Page) {
    let Some(trend) = page.column(TREND) else { return };
    let mut periods: Vec<String> = Vec::new();
    let trends: Vec<Vec<Step>> = page
        .items
        .iter()
        .map(|item| steps(item.cells.get(trend).and_then(Option::as_deref).unwrap_or("[]")))
        .collect();
    periods.extend(trends.iter().flatten().map(|step| step.period.clone()));
    periods.sort_unstable();
    periods.dedup();
    let place = page.columns.iter().rposition(|column| column.pinned).map_or(0, |at| at + 1);
    let mut columns = page.columns.to_vec();
    columns.insert(place, Column::new("course", Kind::Text).derived());
    for column in &mut columns {
        // A grid has no room for everything; the chooser brings them back.
        column.hidden |= matches!(column.name.as_str(), "tokens_in" | "tokens_out");
    }
    page.columns = columns.into();
    for (item, steps) in page.items.iter_mut().zip(trends) {
        let course = course(&steps, &periods);
        item.cells.insert(place, Some(course));
    }
}

/// The bars of one row: of what matters most of what it has.
fn course(steps: &[Step], periods: &[String]) -> String {
    let has = |quantity: &usize| steps.iter().any(|step| step.sums[*quantity].is_some());
    let quantity = (0..Quantity::ALL.len()).find(has).unwrap_or(0);
    let amounts: Vec<BigDecimal> = periods
        .iter()
        .map(|period| {
            let step = steps.iter().find(|step| step.period == *period);
            step.and_then(|step| step.sums[quantity].clone()).unwrap_or_default()
        })
        .collect();
    sparkline(&amounts, BARS)
}

/// The value of a column of a row.
pub(super) fn value<'a>(columns: &[Column], item: &'a Item, name: &str) -> Option<&'a str> {
    let at = columns.iter().position(|column| column.name == name)?;
    item.cells.get(at)?.as_deref()
}
