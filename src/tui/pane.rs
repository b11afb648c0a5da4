//! A screen: state, reactions, picture.
//!
//! A pane never sees a key, only what a person wants; it never names a colour, only a meaning.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    action::{Action, PaneKind},
    ask::{AnyAnswer, Ticket},
    cx::Cx,
    place::Place,
    popup::Deed,
    stage::{Picture, Stage},
};
use crate::pg::{Part, Problem};

/// Why something cannot be done with what has not come yet.
pub const LOADING: &str = "it is still loading; press it again once it is there";

/// A screen.
pub trait Pane: std::fmt::Debug {
    /// Where it is, as it stands now: with its filter and its order.
    fn place(&self) -> Place;

    /// Which keys apply in it, beside those of any list and of everywhere.
    fn kind(&self) -> PaneKind;

    /// What it is called in its frame and in the menu of places; the system's own word.
    fn title(&self, stage: &Stage<'_>) -> String;

    /// Asks for everything that it shows, because it was opened or somebody reloads.
    fn load(&mut self, cx: &mut Cx<'_>);

    /// Does what a person wants; whether it is any of the pane's business.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool;

    /// Does what was chosen in a popup that the pane opened; whether it was meant for the pane.
    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        let _ = (deed, cx);
        false
    }

    /// What was typed into it by hand. It is nobody's but whoever typed it, and stays whoever everything runs as.
    fn typed(&self) -> Option<String> {
        None
    }

    /// Takes over what was typed into the pane that was in its place.
    fn retype(&mut self, typed: String) {
        let _ = typed;
    }

    /// Takes an answer to one of its questions.
    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>);

    /// Takes a part of an answer of which the whole is still to come.
    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        let _ = (ticket, part, cx);
    }

    /// Time passed, or the pane has another size.
    fn tick(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// When it wants to be ticked although nothing else happens.
    fn wakes(&self) -> Option<Duration> {
        None
    }

    /// How often it wants to be loaded anew while it is on screen.
    fn refreshes_every(&self) -> Option<Duration> {
        None
    }

    /// Since when a person waits for it; nothing that goes on behind the scenes counts.
    fn waits_since(&self) -> Option<Duration> {
        None
    }

    /// Stops what a person waits for.
    fn stop(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// Takes back the last limitation: the filter, then the marks. Whether there was one.
    fn relax(&mut self, cx: &mut Cx<'_>) -> bool {
        let _ = cx;
        false
    }

    /// Whether something can stand beside it.
    fn previews(&self) -> bool {
        self.kind() == PaneKind::Rows
    }

    /// Why the pane cannot do `action` now; `None` if it can.
    fn refuses(&self, action: Action) -> Option<String> {
        let _ = action;
        None
    }

    /// Whether there is a row under the cursor.
    fn has_row(&self) -> bool {
        false
    }

    /// How many rows are marked.
    fn marks(&self) -> usize {
        0
    }

    /// Draws itself into `area`; with a preview beside it where `preview` is not empty.
    fn view(&self, stage: &Stage<'_>, area: Rect, preview: Rect, buf: &mut Buffer) -> Picture;
}
