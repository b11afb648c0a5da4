//! Limits: how much may be consumed, how much was, and whether that is too much; each leads to the usage behind it.

use bigdecimal::BigDecimal;

use super::list::{Listing, Record};
use crate::{
    address::{Concept, View},
    cost::{Dimension, Limits, Per, Span, day, gauge},
    list::{Ask, Column, Kind, Page, Query},
    tui::{ask::AnyQuestion, facts::Facts, panes::down, place::Place, stage::Stage},
};

/// A gauge has this many cells.
const GAUGE: usize = 10;

/// The list of limits.
#[derive(Debug)]
pub(super) struct LimitList;

impl Listing for LimitList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let within = |concept| {
            let within = place.address.within.as_ref();
            within.filter(|within| within.concept == concept).map(|within| within.id.clone())
        };
        let view = Limits {
            organization: place.address.organization.clone(),
            user: within(Concept::User),
            department: within(Concept::Department),
            past: false,
            at: None,
        };
        Box::new(Ask { view, query })
    }

    fn enter(&self, _place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        behind(row)
    }

    fn user(&self, row: Record<'_>) -> Option<String> {
        let id = row.get("scope_id")?;
        (row.get("scope_type")? == "user").then(|| id.to_owned())
    }

    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        Some(down::history(row.get("scope_id")?, &row.label()))
    }

    fn usage(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        behind(row)
    }

    fn learn(&mut self, page: &mut Page) {
        draw_gauges(page);
    }

    fn problems(&self) -> Option<&'static str> {
        Some("state!=ok")
    }

    fn empty(&self, stage: &Stage<'_>) -> String {
        match stage.identity.acting() {
            None => "no limit holds now".to_owned(),
            Some(acting) => format!("{} sees no limit that holds now", acting.label()),
        }
    }
}

/// The usage that is held against the limit.
fn behind(row: Record<'_>) -> Option<Place> {
    let id = row.get("scope_id")?;
    let mut place = Place::of(View::Usage);
    place.label = Some(row.label());
    let next = match row.get("scope_type")? {
        "organization" => {
            place.address.organization = Some(id.to_owned());
            Dimension::Department
        }
        "department" => {
            place.address.filter = down::exactly([("department_id", id)]).to_string();
            Dimension::User
        }
        "user" => {
            place.address.filter = down::exactly([("user_id", id)]).to_string();
            Dimension::Model
        }
        _ => return None,
    };
    place.address.cut.by = Some(next);
    let first = row.get("period").and_then(|period| day(period).ok())?;
    let daily = row.get("limit_type").is_some_and(|limit| limit.starts_with("daily"));
    let span =
        if daily { Span { from: first, to: Per::Day.next(first) } } else { Span::month(first) };
    place.address.cut.set_span(span);
    Some(place)
}

/// Puts a gauge before the state of each limit.
fn draw_gauges(page: &mut Page) {
    let (Some(share), Some(state)) = (page.column("share"), page.column("state")) else { return };
    let mut columns = page.columns.to_vec();
    columns.insert(state, Column::new("gauge", Kind::Text).derived());
    // The gauge says it, and the record has the number.
    columns[share].hidden = false;
    page.columns = columns.into();
    for item in &mut page.items {
        let known = item.cells.get(share).and_then(Option::as_deref);
        let drawn = known.and_then(|share| share.parse::<BigDecimal>().ok());
        item.cells.insert(state, drawn.map(|share| gauge(&share, GAUGE)));
    }
}
