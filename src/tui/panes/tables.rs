//! The tables of the database: size, row security, policies, and what is wrong with them.

use super::list::{Listing, Record};
use crate::{
    address::View,
    list::{Ask, Query},
    pg::RelationName,
    rls::quoted_in_sieve,
    tables::Tables,
    tui::{ask::AnyQuestion, facts::Facts, place::Place},
};

/// The list of tables.
#[derive(Debug)]
pub(super) struct TableList;

impl Listing for TableList {
    fn ask(&self, _place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        Box::new(Ask { view: Tables, query })
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn is_of_catalog(&self) -> bool {
        true
    }

    fn table(&self, _place: &Place, row: Option<Record<'_>>) -> Option<String> {
        let row = row?;
        Some(RelationName::new(row.get("schema")?, row.get("table")?).to_string())
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        let name = RelationName::new(row.get("schema")?, row.get("table")?).to_string();
        let mut to = Place::one(View::Rows, name.clone(), name);
        to.address.organization.clone_from(&place.address.organization);
        Some(to)
    }

    fn describe(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        let name = RelationName::new(row.get("schema")?, row.get("table")?).to_string();
        Some(Place::one(View::Table, name.clone(), name))
    }

    fn matrix(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let name = RelationName::new(row.get("schema")?, row.get("table")?).to_string();
        let mut to = Place::of(View::Matrix);
        to.address.organization.clone_from(&place.address.organization);
        to.address.filter = format!("table:{}", quoted_in_sieve(&name));
        Some(to)
    }

    fn problems(&self) -> Option<&'static str> {
        Some("problem!=null")
    }
}
