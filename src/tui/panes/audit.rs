//! What happened, newest first: every source in one timeline, which one can follow and in which one can go to a time.

use std::sync::Arc;

use super::{
    down,
    list::{Listing, Record},
};
use crate::{
    address::{Concept, View},
    audit::{Events, Follow, at_time},
    list::{Ask, Mark, Position, Query},
    pg::Problem,
    tui::{ask::AnyQuestion, facts::Facts, msg::Moment, place::Place, stage::Stage},
};

/// The list of events.
#[derive(Debug)]
pub(super) struct AuditList;

impl Listing for AuditList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: events(place), query })
    }

    fn follow(
        &self,
        place: &Place,
        query: Query,
        mark: Option<Arc<Mark>>,
    ) -> Option<Box<dyn AnyQuestion>> {
        Some(Box::new(Follow { events: events(place), query, mark }))
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        self.describe(place, row)
    }

    fn describe(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let object = format!("{}/{}", row.get("source")?, row.get("id")?);
        Some(Place::one(View::Event, object, row.get("action").unwrap_or("event")))
    }

    fn user(&self, row: Record<'_>) -> Option<String> {
        row.get("actor_id").map(str::to_owned)
    }

    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let named = |id: &str, name: Option<&str>| down::history(id, name.unwrap_or(id));
        let entity = row.get("entity_id").map(|id| named(id, row.get("entity_type")));
        entity.or_else(|| row.get("actor_id").map(|id| named(id, row.get("actor"))))
    }

    fn problems(&self) -> Option<&'static str> {
        Some("acted_by!=null")
    }

    fn is_timeline(&self) -> bool {
        true
    }

    fn at(&self, typed: &str, now: Moment) -> Result<Position, Problem> {
        at_time(typed, now.wall)
    }

    fn empty(&self, stage: &Stage<'_>) -> String {
        match stage.identity.acting() {
            None => "nothing was recorded".to_owned(),
            Some(acting) => format!("{} sees no record of anything", acting.label()),
        }
    }
}

/// Which events are meant by `place`.
fn events(place: &Place) -> Events {
    let within = |concept| {
        let within = place.address.within.as_ref();
        within.filter(|within| within.concept == concept).map(|within| within.id.clone())
    };
    Events {
        organization: place.address.organization.clone(),
        department: within(Concept::Department),
        actor: within(Concept::User),
        about: within(Concept::Entity),
        one: None,
    }
}
