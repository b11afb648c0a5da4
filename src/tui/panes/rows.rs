//! The rows of any table, as whoever is acted as sees them.

use super::list::{Listing, Record};
use crate::{
    list::{Ask, Query},
    pg::RelationName,
    tables::Rows,
    tui::{ask::AnyQuestion, facts::Facts, place::Place, stage::Stage},
};

/// The rows of a table.
#[derive(Debug)]
pub(super) struct RowList;

impl Listing for RowList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let name = place.address.object.as_deref().unwrap_or_default();
        // A name without a schema is looked for where most tables are.
        let table = name.parse().unwrap_or_else(|_| RelationName::new("public", name));
        Box::new(Ask { view: Rows::of(table), query })
    }

    fn enter(&self, _place: &Place, _row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        None
    }

    fn empty(&self, stage: &Stage<'_>) -> String {
        match stage.identity.acting() {
            None => "the table has no rows".to_owned(),
            Some(acting) => format!(
                "{} sees no row of it: either there is none, or the policies let none pass",
                acting.label()
            ),
        }
    }
}
