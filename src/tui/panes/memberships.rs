//! Who belongs to which organization, as what.

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::Concept,
    directory::Memberships,
    list::{Ask, Query},
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of memberships.
#[derive(Debug)]
pub(super) struct MembershipList;

impl Listing for MembershipList {
    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let id = row.get("user_id")?;
        Some(down::history(id, row.get("user").unwrap_or(id)))
    }

    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let address = &place.address;
        let user = address.within.as_ref().filter(|within| within.concept == Concept::User);
        let view = Memberships {
            organization: address.organization.clone(),
            user: user.map(|within| within.id.clone()),
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
