//! The departments, or what the system has in their place.

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::{Concept, View},
    cost::Dimension,
    directory::Departments,
    list::{Ask, Query},
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of departments.
#[derive(Debug)]
pub(super) struct DepartmentList;

impl Listing for DepartmentList {
    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let id = row.get("id")?;
        let name = row.get("name").unwrap_or(id);
        Some(down::within(View::Audit, Concept::Department, id, name))
    }

    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let organization = place.address.organization.clone();
        Box::new(Ask { view: Departments { organization }, query })
    }

    fn enter(&self, place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place> {
        let mut to = down::department(row.get("id")?, row.get("name")?, facts);
        to.address.organization.clone_from(&place.address.organization);
        Some(to)
    }

    fn describe(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let mut to = Place::one(View::Department, row.get("id")?, row.get("name")?);
        to.address.organization.clone_from(&place.address.organization);
        Some(to)
    }

    fn usage(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        Some(down::usage(Dimension::Department, row.get("id")?, row.get("name")?))
    }

    fn matrix(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let mut to = Place::of(View::Matrix);
        let own = row.get("organization_id").map(str::to_owned);
        to.address.organization = own.or_else(|| place.address.organization.clone());
        Some(to)
    }

    fn problems(&self) -> Option<&'static str> {
        Some("problem!=null")
    }
}
