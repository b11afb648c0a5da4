//! What a sheet needs to know about what it shows: how to ask for it, and how to write it down.

use std::time::Duration;

use super::{Draft, Line};
use crate::{
    cost::Dimension,
    pg::{Part, Problem},
    question::Question,
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        facts::Facts,
        panes::down,
        place::Place,
        remote::Remote,
        stage::Stage,
    },
};

/// An answer on its way to whoever waits for it.
pub type Answer = Result<AnyAnswer, Problem>;

/// What a sheet shows. A pane file is little more than this.
pub trait Matter: std::fmt::Debug {
    /// What it is called; the system's own word, and which one.
    fn title(&self, place: &Place, stage: &Stage<'_>) -> String {
        let name = stage.name(place.address.view);
        place.named().map_or_else(|| name.clone(), |of| format!("{name}({of})"))
    }

    /// Which keys apply in it.
    fn kind(&self) -> PaneKind {
        PaneKind::Sheet
    }

    /// It is about to ask: what its address leaves open is filled in.
    fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) {
        let _ = (place, cx);
    }

    /// What was typed into it by hand.
    fn typed(&self) -> Option<String> {
        None
    }

    /// Takes over what was typed into the one that was in its place.
    fn retype(&mut self, typed: String) {
        let _ = typed;
    }

    /// Asks for everything that it shows.
    fn load(&mut self, place: &Place, cx: &mut Cx<'_>);

    /// Its questions, to hand them answers and to give them up.
    fn questions(&mut self) -> Vec<&mut dyn Asking>;

    /// One of its questions was answered: what follows from that.
    fn answered(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let _ = (place, cx);
    }

    /// Takes a part of an answer of which the whole is still to come.
    fn hear(&mut self, ticket: Ticket, part: Part) {
        let _ = (ticket, part);
    }

    /// Whether it knows users who are meant to see everything, what it can write out as files, and steps or a statement with a plan.
    fn offers(&self, action: Action) -> bool {
        let _ = action;
        false
    }

    /// Since when a person waits for it.
    fn waits_since(&self) -> Option<Duration>;

    /// Writes it down.
    fn write(&self, place: &Place, draft: &mut Draft<'_>);

    /// Whether it has more to say of a line than stands there.
    fn has_more(&self) -> bool {
        false
    }

    /// Whether it does something of its own with a line where Enter is pressed.
    fn opens(&self, line: &Line) -> bool {
        let _ = line;
        false
    }

    /// Writes down what more there is of a line, beside the sheet.
    fn more(&self, line: &Line, draft: &mut Draft<'_>) {
        let _ = (line, draft);
    }

    /// Whether the cursor may stand on the line before anybody has moved it.
    fn begins(&self, line: &Line) -> bool {
        line.lead.is_some()
    }

    /// Does on a line what no other sheet does; whether it was any of its business.
    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        let _ = (action, line, place, cx);
        false
    }

    /// Takes what was chosen or typed in a popup that it opened, under the name that it gave; whether it was meant for it.
    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        let _ = (name, text, place, cx);
        false
    }

    /// Why it cannot do `action` now; `None` if it can, or if that is not for it to say.
    fn refuses(&self, action: Action) -> Option<String> {
        matches!(action, Action::Why | Action::Who).then(|| "this is no row of a table".to_owned())
    }

    /// Where it says why somebody sees the row that it is about.
    fn why(&self, place: &Place, facts: Option<&Facts>) -> Option<Place> {
        let _ = (place, facts);
        None
    }

    /// Where its history is: what happened to it, or what it did.
    fn history(&self, place: &Place) -> Option<Place> {
        let _ = place;
        None
    }

    /// Where it is told what it consumed.
    fn usage(&self, place: &Place) -> Option<Place> {
        let id = self.user()?;
        Some(down::usage(Dimension::User, &id, place.named().unwrap_or(&id)))
    }

    /// The id of the user that it is about: they can be acted as.
    fn user(&self) -> Option<String> {
        None
    }
}

/// A question of whatever type.
pub trait Asking {
    /// Takes the answer if it is the one that is awaited, else gives it back.
    fn take(&mut self, ticket: Ticket, answer: Answer, cx: &Cx<'_>) -> Option<Answer>;

    /// Gives up.
    fn give_up(&mut self, cx: &mut Cx<'_>);
}

impl<Q: Question> Asking for Remote<Q> {
    fn take(&mut self, ticket: Ticket, answer: Answer, cx: &Cx<'_>) -> Option<Answer> {
        if !self.wait().awaits(ticket) {
            return Some(answer);
        }
        self.settle(ticket, answer, cx.now);
        None
    }

    fn give_up(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
    }
}

/// Since when the longest of several waits lasts.
pub fn longest<const N: usize>(since: [Option<Duration>; N]) -> Option<Duration> {
    since.into_iter().flatten().min()
}
