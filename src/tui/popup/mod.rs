//! What opens above a pane and takes the keys until it closes.
//!
//! Popups see actions, never keys, and go through the same keymap as panes.

mod act_as;
mod columns;
mod confirm;
mod editor;
mod end_session;
mod foresee;
mod form;
mod menu;
mod migrate;
mod palette;
mod question;
mod reading;
mod seeking;
mod sql_log;
mod viewer;
mod whom;

use ratatui::{buffer::Buffer, layout::Rect};

pub use self::{
    act_as::{ActAs, Began, Begin, Entry},
    columns::{ColumnChoice, Columns},
    confirm::Confirm,
    editor::Editor,
    end_session::EndSession,
    foresee::Foreseeing,
    form::{Form, Slot, Withheld},
    menu::{Item, Menu},
    migrate::Migrating,
    palette::Palette,
    question::Question,
    sql_log::{Recent, SqlLog},
    viewer::{Content, Viewer},
    whom::AboutWhom,
};
use super::{
    action::{Action, Scope},
    ask::{AnyAnswer, Ticket},
    cx::Cx,
    field::Field,
    place::Place,
    stage::{Picture, Stage},
};
use crate::{
    list::Sort,
    pg::{Part, Problem},
};

/// A popup.
pub type Popup = Box<dyn Dialog>;

/// What opens above a pane.
pub trait Dialog: std::fmt::Debug {
    /// Does what a person wants.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome;

    /// Where its keys are looked up, innermost first.
    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Popup, Scope::Prompt, Scope::Global]
    }

    /// Where typing goes, if anywhere.
    fn field(&mut self) -> Option<&mut Field> {
        None
    }

    /// Moves or deletes in the text; whether the action is the text's business.
    fn edit(&mut self, action: Action) -> bool {
        self.field().is_some_and(|field| field.act(action))
    }

    /// Types `text` where typing goes; whether it goes anywhere.
    fn insert(&mut self, text: &str) -> bool {
        let Some(field) = self.field() else { return false };
        field.insert(text);
        true
    }

    /// Takes note that something was typed.
    fn typed(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// It was opened.
    fn load(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// Takes an answer to one of its questions.
    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        let _ = (ticket, answer, cx);
    }

    /// Takes a part of an answer of which the whole is still to come.
    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        let _ = (ticket, part, cx);
    }

    /// What was typed into it and nobody has taken yet, in case it goes without having been closed by hand.
    fn typed_so_far(&self) -> Option<Deed> {
        None
    }

    /// Time passed.
    fn tick(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// When it wants to be ticked although nothing else happens.
    fn wakes(&self) -> Option<std::time::Duration> {
        None
    }

    /// Since when a person waits for it: that shows itself, and counts.
    fn waits_since(&self) -> Option<std::time::Duration> {
        None
    }

    /// Draws itself somewhere in `screen`.
    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture;
}

/// What becomes of a popup after an action.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes, and this is done.
    Do(Deed),
    /// It stays, and this is done already, to be seen behind it.
    Show(Deed),
}

/// What can be chosen in a popup.
#[expect(clippy::large_enum_variant, reason = "one at a time is on its way, and most are places")]
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Do what a key would do.
    Act(Action),
    /// Go there, from the root.
    Go(Place),
    /// Do what was typed as a command.
    Command(String),
    /// Show these columns, in this order.
    Columns(Vec<ColumnChoice>),
    /// Order by this; by the list's own order when absent.
    Sort(Option<Sort>),
    /// Copy the row or the marked rows in this format.
    CopyAs(crate::tui::copy::CopyFormat),
    /// Leave.
    Quit,
    /// Something that only the pane knows, by the name it gave and what was typed.
    Own(&'static str, String),
}

/// A rectangle of at most `width` × `height` in the middle of `screen`.
pub(super) fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}
