//! The users of an organization or a department, or all; each can be acted as.

use super::list::{Listing, Record};
use crate::{
    address::{Concept, View},
    directory::Users,
    list::{Ask, Query},
    rls::quoted_in_sieve,
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of users.
#[derive(Debug)]
pub(super) struct UserList;

impl Listing for UserList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let within = place.address.within.as_ref();
        let of = |concept| {
            within.filter(|within| within.concept == concept).map(|within| within.id.clone())
        };
        let view = Users {
            organization: place.address.organization.clone(),
            department: of(Concept::Department),
            id: of(Concept::User),
        };
        Box::new(Ask { view, query })
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        self.describe(place, row)
    }

    fn describe(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let id = row.get("id")?;
        let label = row.get("email").or_else(|| row.get("name")).unwrap_or(id);
        let mut to = Place::one(View::User, id, label);
        to.address.organization.clone_from(&place.address.organization);
        Some(to)
    }

    fn user(&self, row: Record<'_>) -> Option<String> {
        row.get("id").map(str::to_owned)
    }

    fn matrix(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let name = row.get("email").or_else(|| row.get("name")).or_else(|| row.get("id"))?;
        let mut to = Place::of(View::Matrix);
        to.address.organization.clone_from(&place.address.organization);
        to.address.filter = format!("user:{}", quoted_in_sieve(name));
        Some(to)
    }

    fn problems(&self) -> Option<&'static str> {
        Some("problem!=null")
    }
}
