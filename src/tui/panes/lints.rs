//! What is wrong with the row security of the database, the worst first.

use super::list::{Listing, Record};
use crate::{
    address::View,
    list::{Ask, Query},
    pg::RelationName,
    rls::Lints,
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of findings.
#[derive(Debug)]
pub(super) struct LintList;

impl Listing for LintList {
    fn ask(&self, _place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: Lints, query })
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn is_of_catalog(&self) -> bool {
        true
    }

    fn enter(&self, _place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        // Logins and functions are no tables: there is nothing below them.
        let object = row.get("object").filter(|object| !object.contains('('))?;
        let name = object.parse::<RelationName>().ok()?.to_string();
        Some(Place::one(View::Table, name.clone(), name))
    }
}
