//! What a list pane needs to know about one list: how to ask for it, and where its rows lead.

use std::{sync::Arc, time::Duration};

use crate::{
    cost::Dimension,
    list::{Column, Filter, Item, Mark, Page, Position, Query},
    monitor::Target,
    pg::Problem,
    tui::{ask::AnyQuestion, facts::Facts, msg::Moment, panes::down, place::Place, stage::Stage},
};

/// One list. A pane file is little more than this.
pub trait Listing: std::fmt::Debug {
    /// The question for a page; its answer is a [`Page`].
    fn ask(&self, place: &Place, query: Query) -> Box<dyn AnyQuestion>;

    /// What it is called; the system's own word.
    fn title(&self, place: &Place, stage: &Stage<'_>) -> String {
        stage.name(place.address.view)
    }

    /// Where Enter leads from a row.
    fn enter(&self, place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place>;

    /// Where a row is described; a popup shows the whole record where there is no such place.
    fn describe(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let _ = (place, row);
        None
    }

    /// Whether the list is limited to the organization that one looks at.
    fn is_scoped(&self) -> bool {
        true
    }

    /// The id of the user that a row is, or is about: they can be acted as.
    fn user(&self, row: Record<'_>) -> Option<String> {
        let _ = row;
        None
    }

    /// Whether its rows come out of the catalog, to which no policy applies.
    fn is_of_catalog(&self) -> bool {
        false
    }

    /// Where it is said what would change if the policy that a row is were another.
    fn what_if(&self, row: Record<'_>) -> Option<Place> {
        let _ = row;
        None
    }

    /// The table of which it shows rows, or which the row is.
    fn table(&self, place: &Place, row: Option<Record<'_>>) -> Option<String> {
        let _ = (place, row);
        None
    }

    /// Where it is told who may do what with how many rows, for what the row is.
    fn matrix(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let _ = (place, row);
        None
    }

    /// Where it is said why somebody sees a row.
    fn why(&self, place: &Place, row: Record<'_>, facts: Option<&Facts>) -> Option<Place> {
        facts?.origin(place.address.view, row)
    }

    /// Where the history of the row is: what happened to it, or what the user did.
    fn history(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let _ = place;
        let id = row.get("id")?;
        Some(down::history(id, &row.label()))
    }

    /// Where it is told what the row consumed, or the user that it is about.
    fn usage(&self, place: &Place, row: Record<'_>) -> Option<Place> {
        let _ = place;
        let id = self.user(row)?;
        Some(down::usage(Dimension::User, &id, &row.label()))
    }

    /// Whether the filter with which one comes goes without saying, because the title says it.
    fn hides_given(&self) -> bool {
        false
    }

    /// Whether rows are ordered by when they happened, and new ones come.
    fn is_timeline(&self) -> bool {
        false
    }

    /// The question for what has come since `mark`; its answer is an [`Arrived`](crate::list::Arrived).
    fn follow(
        &self,
        place: &Place,
        query: Query,
        mark: Option<Arc<Mark>>,
    ) -> Option<Box<dyn AnyQuestion>> {
        let _ = (place, query, mark);
        None
    }

    /// Where the time that somebody typed stands in the list.
    fn at(&self, typed: &str, now: Moment) -> Result<Position, Problem> {
        let _ = now;
        Err(Problem::usage(format!("this list has no times to go to: {typed}")))
    }

    /// The filter that leaves only rows with problems, where the list knows any.
    fn problems(&self) -> Option<&'static str> {
        None
    }

    /// How often it changes, where it does so by itself: then it is always read from its beginning, since no row keeps its place for long.
    fn every(&self) -> Option<Duration> {
        None
    }

    /// The filter that leaves only this row, where its place in the list may be another's by now.
    fn exactly(&self, row: Record<'_>) -> Option<Filter> {
        let _ = row;
        None
    }

    /// The filter that leaves out what is idle, where the list has anything of the sort.
    fn busy(&self) -> Option<&'static str> {
        None
    }

    /// The session that a row is: it can be ended.
    fn session(&self, row: Record<'_>) -> Option<Target> {
        let _ = row;
        None
    }

    /// The statement that a row is, or that a session of it runs; or why its plan cannot be had.
    fn statement(&self, row: Record<'_>) -> Option<Result<String, String>> {
        let _ = row;
        None
    }

    /// Adds to a page what only the console can tell, because it saw earlier ones.
    fn learn(&mut self, page: &mut Page) {
        let _ = page;
    }

    /// Whether another column draws what stands in this one, so that people have nothing to read in it.
    fn is_drawn(&self, column: &Column) -> bool {
        let _ = column;
        false
    }

    /// What INSERT statements and files are named after.
    fn name(&self, place: &Place) -> String {
        place.address.object.clone().unwrap_or_else(|| place.address.view.name().to_owned())
    }

    /// Why there may be no rows, when neither filter nor scope hides any.
    fn empty(&self, stage: &Stage<'_>) -> String {
        stage.identity.acting().map_or_else(
            || "there are none".to_owned(),
            |acting| format!("{} sees none of them", acting.label()),
        )
    }
}

/// A row with the names of its values.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The columns.
    pub columns: &'a [Column],
    /// The row.
    pub item: &'a Item,
}

impl<'a> Record<'a> {
    /// The value of the column `name`.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        self.item.cells.get(index)?.as_deref()
    }

    /// What people call the row: its pinned values that are there, else its key; a key that is a secret has no name.
    pub fn label(&self) -> String {
        let pinned = self.columns.iter().zip(&self.item.cells).filter(|(column, _)| column.pinned);
        let values: Vec<_> = pinned.clone().filter_map(|(_, cell)| cell.as_deref()).collect();
        if !values.is_empty() {
            return values.join(".");
        }
        let secret = pinned.into_iter().any(|(column, _)| column.secret);
        if secret { "a row".to_owned() } else { self.item.position.key.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Kind;

    #[test]
    fn a_row_whose_key_is_a_secret_is_not_called_by_it() {
        let mut columns = [Column::new("token", Kind::Text).pinned()];
        let position = Position { value: None, key: vec!["hush".to_owned()] };
        let item = Item { position, cells: vec![None] };
        assert_eq!(Record { columns: &columns, item: &item }.label(), "hush");
        columns[0].secret = true;
        assert_eq!(Record { columns: &columns, item: &item }.label(), "a row");
    }
}
