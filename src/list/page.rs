//! What a list is asked, and a page of it.

use std::sync::Arc;

use super::{Column, Filter};
use crate::pg::{Problem, Row};

/// Which rows, in which order, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Which rows; all when empty.
    pub filter: Filter,
    /// In which order; the list's own when absent.
    pub sort: Option<Sort>,
    /// From where.
    pub from: From,
    /// How many at most.
    pub limit: usize,
    /// Whether long values come whole; otherwise they are clamped.
    pub whole: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self { filter: Filter::default(), sort: None, from: From::Start, limit: 200, whole: false }
    }
}

/// An order by one column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column's name.
    pub column: String,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// Where a page begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// At the first row.
    Start,
    /// At the last row, backwards.
    End,
    /// After this row.
    After(Position),
    /// Before this row, backwards.
    Before(Position),
}

/// Where a row stands in its order: the value it is sorted by, and its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    /// The value it is sorted by, where that is not the key itself.
    pub value: Option<Option<String>>,
    /// The key's parts.
    pub key: Vec<String>,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it stands; also what identifies it.
    pub position: Position,
    /// Its values, in the order of the page's columns; a secret is `None`.
    pub cells: Row,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The columns.
    pub columns: Arc<[Column]>,
    /// The rows, always in the list's order.
    pub items: Vec<Item>,
    /// Whether nothing comes before the first row.
    pub at_start: bool,
    /// Whether nothing comes after the last row.
    pub at_end: bool,
    /// How many rows the planner believes there are without the filter; only told with a first page.
    pub estimate: Option<u64>,
    /// The order that was used; absent when it is the key's.
    pub sort: Option<Sort>,
    /// What it does not tell although it is there, and what cures that.
    pub caveat: Option<Problem>,
}

impl Page {
    /// The place of the column `name`.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The value of the column `name` in `item`.
    pub fn value<'a>(&self, item: &'a Item, name: &str) -> Option<&'a str> {
        item.cells.get(self.column(name)?)?.as_deref()
    }
}
