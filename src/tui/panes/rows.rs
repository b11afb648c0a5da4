//! The rows of any table, as whoever is acted as sees them.

use super::{
    down,
    list::{Listing, Record},
    table_called,
};
use crate::{
    address::View,
    list::{Ask, Query},
    tables::Rows,
    tui::{ask::AnyQuestion, facts::Facts, place::Place, stage::Stage},
};

/// The rows of a table.
#[derive(Debug)]
pub(super) struct RowList;

impl Listing for RowList {
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion> {
        let table = table_called(place.address.object.as_deref().unwrap_or_default());
        Box::new(Ask { view: Rows::of(table), query })
    }

    fn enter(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        self.describe(place, row)
    }

    fn describe(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let table = table_called(place.address.object.as_deref()?);
        // The key's columns stay in place when columns are scrolled; without a key a row has no address.
        let key = row.columns.iter().zip(&row.item.cells).filter(|(column, _)| column.pinned);
        let key: Option<Vec<_>> =
            key.map(|(column, cell)| Some((column.name.as_str(), cell.as_deref()?))).collect();
        let key = key.filter(|key| !key.is_empty())?;
        let mut to = down::rows(View::Row, &table, &down::exactly(key));
        to.label = Some(row.label());
        Some(to)
    }

    fn why(&self, place: &Place, row: Record<'_>, _facts: Option<&Facts>) -> Option<Place> {
        let table = table_called(place.address.object.as_deref()?);
        if let Some(described) = self.describe(place, row) {
            let label = Some(format!("why {}", row.label()));
            return Some(Place { label, ..down::why(&table, &described.address.filter) });
        }
        if row.columns.iter().any(|column| column.pinned) {
            return None;
        }
        // A table without a key: the row is known by its place.
        let names: &[&str] = match row.item.position.key.len() {
            1 => &["ctid"],
            2 => &["tableoid", "ctid"],
            _ => return None,
        };
        let place = names.iter().copied().zip(row.item.position.key.iter().map(String::as_str));
        Some(down::why(&table, &down::exactly(place).to_string()))
    }

    fn history(&self, _place: &Place, row: Record<'_>) -> Option<Place> {
        // What happened is told by one id: a key of several columns is none.
        let mut keys = row.columns.iter().zip(&row.item.cells).filter(|(it, _)| it.pinned);
        let (Some((_, Some(id))), None) = (keys.next(), keys.next()) else { return None };
        Some(down::history(id, id))
    }

    fn table(&self, place: &Place, _row: Option<Record<'_>>) -> Option<String> {
        place.address.object.clone()
    }

    fn is_scoped(&self) -> bool {
        false
    }

    fn empty(&self, stage: &Stage<'_>) -> String {
        match stage.identity.acting() {
            None => "the table has no rows".to_owned(),
            Some(acting) => format!(
                "{} sees no row of it: either there is none, or the policies let none pass; `H` tells which",
                acting.label()
            ),
        }
    }
}
