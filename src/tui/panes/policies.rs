//! The row security policies, of all tables or of one.

use super::list::{Listing, Record};
use crate::{
    address::{Concept, View},
    list::{Ask, Query},
    pg::RelationName,
    tables::Policies,
    tui::{ask::AnyQuestion, facts::Facts, place::Place, stage::Stage},
};

/// The list of policies.
#[derive(Debug)]
pub(super) struct PolicyList;

impl Listing for PolicyList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let address = &place.address;
        let within = address.within.as_ref().filter(|within| within.concept == Concept::Table);
        let name = address.object.as_ref().or(within.map(|within| &within.id));
        Box::new(Ask { view: Policies { table: name.and_then(|name| name.parse().ok()) }, query })
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn is_of_catalog(&self) -> bool {
        true
    }

    fn what_if(&self, row: Record<'_>) -> Option<Place> {
        let name = RelationName::new(row.get("schema")?, row.get("table")?).to_string();
        let policy = row.get("policy")?;
        let mut place = Place::one(View::WhatIf, name, format!("what if {policy}"));
        place.address.key = vec![policy.to_owned()];
        Some(place)
    }

    fn empty(&self, _stage: &Stage<'_>) -> String {
        "there is no policy: privileges alone decide who sees which rows; `:leaks` tells who that is, and drafts policies".to_owned()
    }

    fn enter(&self, _place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        let name = RelationName::new(row.get("schema")?, row.get("table")?).to_string();
        Some(Place::one(View::Table, name.clone(), name))
    }
}
