//! The organizations, under the system's own name for them; each that is opened gets a digit.

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::View,
    cost::Dimension,
    directory::Organizations,
    list::{Ask, Query},
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of organizations.
#[derive(Debug)]
pub(super) struct OrganizationList;

impl Listing for OrganizationList {
    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let mut to = Place::of(View::Audit);
        to.address.organization = Some(row.get("id")?.to_owned());
        to.label = row.get("name").map(str::to_owned);
        Some(to)
    }

    fn ask(&self, place: &Place, mut query: Query) -> Box<dyn AnyQuestion> {
        if let Some(id) = &place.address.organization {
            query.filter.terms.extend(down::exactly([("id", id.as_str())]).terms);
        }
        Box::new(Ask { view: Organizations, query })
    }

    fn enter(&self, _place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place> {
        Some(down::organization(row.get("id")?, row.get("name")?, facts))
    }

    fn describe(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        Some(Place::one(View::Organization, row.get("id")?, row.get("name")?))
    }

    fn usage(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        Some(down::usage(Dimension::Organization, row.get("id")?, row.get("name")?))
    }

    fn matrix(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let mut to = Place::of(View::Matrix);
        to.address.organization = Some(row.get("id")?.to_owned());
        to.label = row.get("name").map(str::to_owned);
        Some(to)
    }

    fn problems(&self) -> Option<&'static str> {
        Some("problem!=null")
    }
}
