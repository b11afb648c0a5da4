//! What drawing needs to know, and what it tells besides cells.

use chrono::{DateTime, Utc};
use ratatui::layout::{Position, Rect};

use super::{facts::Facts, layout::Form, msg::Moment, place::Organization};
use crate::{address::View, config::theme::Theme, pg::Identity};

/// What a pane sees of the program around it while it draws.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// Styles by meaning.
    pub theme: &'a Theme,
    /// Now.
    pub now: Moment,
    /// How much there is room for.
    pub form: Form,
    /// Since when the data is no longer fresh, because the connection is lost.
    pub stale: Option<DateTime<Utc>>,
    /// Who everything runs as.
    pub identity: &'a Identity,
    /// To which organization everything is limited.
    pub scope: Option<&'a Organization>,
    /// What is known about the database.
    pub facts: Option<&'a Facts>,
}

impl Stage<'_> {
    /// ` as alice` behind a title, while everything under it is what somebody else sees.
    pub fn seen(&self) -> String {
        self.identity.acting().map(|acting| format!(" as {}", acting.short())).unwrap_or_default()
    }

    /// What `view` is called in this system.
    pub fn name(&self, view: View) -> String {
        self.facts.map_or_else(|| view.name().to_owned(), |facts| facts.name(view))
    }
}

/// What is true of a picture besides its cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Picture {
    /// Where the cursor shows, if anywhere.
    pub cursor: Option<Position>,
    /// The part of the screen in which a list scrolls.
    pub band: Option<Band>,
    /// The line of the screen on which the selected row of a list begins: no message covers it.
    pub selected: Option<u16>,
}

/// A part of the screen in which rows of a list stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where it is.
    pub area: Rect,
    /// Which list it is.
    pub list: u64,
    /// The number of the line of the list that stands at the top.
    pub top: i64,
}

impl Picture {
    /// The same, with what is drawn above it.
    #[must_use]
    pub fn under(self, above: Self) -> Self {
        Self {
            cursor: above.cursor.or(self.cursor),
            band: above.band.or(self.band),
            selected: above.selected.or(self.selected),
        }
    }
}
