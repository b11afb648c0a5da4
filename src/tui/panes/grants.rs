//! Who has which role, and where it holds.

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::Concept,
    directory::Grants,
    list::{Ask, Query},
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of grants.
#[derive(Debug)]
pub(super) struct GrantList;

impl Listing for GrantList {
    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let id = row.get("user_id")?;
        Some(down::history(id, row.get("user").unwrap_or(id)))
    }

    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let within = place.address.within.as_ref();
        let of = |concept| {
            within.filter(|within| within.concept == concept).map(|within| within.id.clone())
        };
        let view = Grants {
            organization: place.address.organization.clone(),
            user: of(Concept::User),
            role: of(Concept::Role),
        };
        Box::new(Ask { view, query })
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        down::user(row, place)
    }

    fn user(&self, row: Record<'_>) -> Option<String> {
        row.get("user_id").map(str::to_owned)
    }
}
