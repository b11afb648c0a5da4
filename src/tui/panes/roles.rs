//! The roles of the application, and how many have each.

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::View,
    directory::Roles,
    list::{Ask, Query},
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of roles.
#[derive(Debug)]
pub(super) struct RoleList;

impl Listing for RoleList {
    fn ask(&self, _place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: Roles, query })
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        let mut to = down::role(row.get("name")?);
        to.address.organization.clone_from(&place.address.organization);
        Some(to)
    }

    fn describe(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let name = row.get("name")?;
        Some(Place::one(View::Role, name, name))
    }

    fn is_scoped(&self) -> bool {
        false
    }
}
