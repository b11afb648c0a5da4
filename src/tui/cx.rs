//! What a pane or popup may use while it reacts: facts in, effects and wishes out.
//!
//! Panes cannot reach each other, the terminal or the database; all they can do is here.

use super::{
    ask::{AnyQuestion, Asked, Owner, Ticket},
    facts::Facts,
    layout::Form,
    msg::{Effect, Moment},
    note::Note,
    place::{Organization, Place, Whom},
    popup::{Deed, Popup},
};
use crate::{
    config::theme::Theme,
    pg::{Fence, Identity},
};

/// What a pane wants of the program around it.
#[derive(Debug)]
pub enum Wish {
    /// Go one level down.
    Go(Place),
    /// Say something in the message line.
    Say(Note),
    /// Remember what is being copied, to say it when that is done.
    Copying(String),
    /// Open a popup.
    Open(Popup),
    /// Close the popup whose wish it is, and do what was chosen in it before it could be done.
    Choose(Owner, Deed),
    /// Remember an organization, so that a digit leads to it.
    Favour(Organization),
    /// Run everything as somebody from now on.
    Become(Identity, Option<Fence>),
    /// Go there from the root.
    Visit(Place),
    /// Remember whose rights were asked about.
    Concern(Whom),
    /// Remember a statement, as a line of its book.
    Keep(String),
    /// Take note that the database is another one now: whatever was asked before is asked anew where it is seen again.
    Outdate,
}

/// The context of one reaction.
#[derive(Debug)]
pub struct Cx<'a> {
    /// Now.
    pub now: Moment,
    /// How many lines the pane has.
    pub lines: usize,
    /// How many columns the pane has.
    pub columns: usize,
    /// Whether there is room for a preview beside it.
    pub has_preview: bool,
    /// Styles by meaning, for what is laid out before it is drawn.
    pub theme: &'a Theme,
    /// How much there is room for.
    pub form: Form,
    /// Who everything runs as.
    pub identity: &'a Identity,
    /// Whose rights were asked about last without acting as them.
    pub whom: Option<&'a Whom>,
    /// To which organization everything is limited.
    pub scope: Option<&'a Organization>,
    /// What is known about the database.
    pub facts: Option<&'a Facts>,
    /// Statements that were typed before, as lines of their book.
    pub statements: &'a [String],
    /// How long acting as somebody lasts, in minutes, unless a person says otherwise.
    pub minutes: u32,
    pub(super) owner: Owner,
    pub(super) asked: &'a mut Asked,
    pub(super) effects: &'a mut Vec<Effect>,
    pub(super) wishes: &'a mut Vec<Wish>,
}

impl Cx<'_> {
    /// The same for a part of the pane that has only so many lines.
    pub fn within(&mut self, lines: usize) -> Cx<'_> {
        Cx {
            now: self.now,
            lines,
            columns: self.columns,
            has_preview: self.has_preview,
            theme: self.theme,
            form: self.form,
            identity: self.identity,
            whom: self.whom,
            scope: self.scope,
            facts: self.facts,
            statements: self.statements,
            minutes: self.minutes,
            owner: self.owner,
            asked: &mut *self.asked,
            effects: &mut *self.effects,
            wishes: &mut *self.wishes,
        }
    }

    /// Asks a question, as whoever is acted as.
    pub fn ask(&mut self, question: Box<dyn AnyQuestion>) -> Ticket {
        let ticket = self.asked.begin(self.owner, self.now.steady);
        self.effects.push(Effect::Ask(ticket, self.identity.clone(), question));
        ticket
    }

    /// Has all that a question and those after it answer written into the file `name`, as whoever is acted as.
    pub fn export(&mut self, question: Box<dyn AnyQuestion>, name: &str) -> Ticket {
        let ticket = self.asked.begin(self.owner, self.now.steady);
        let (identity, name) = (self.identity.clone(), name.to_owned());
        self.effects.push(Effect::Export { ticket, identity, question, name });
        ticket
    }

    /// Gives up on a question, here and on the server.
    pub fn cancel(&mut self, ticket: Ticket) {
        if self.asked.end(ticket).is_some() {
            self.effects.push(Effect::Cancel(ticket));
        }
    }

    /// Wishes something.
    pub fn wish(&mut self, wish: Wish) {
        self.wishes.push(wish);
    }

    /// Says something in the message line.
    pub fn say(&mut self, note: Note) {
        self.wish(Wish::Say(note));
    }

    /// Goes one level down.
    pub fn go(&mut self, place: Place) {
        self.wish(Wish::Go(place));
    }

    /// Goes one level down, if it leads anywhere.
    pub fn go_if(&mut self, place: Option<Place>) {
        if let Some(place) = place {
            self.go(place);
        }
    }

    /// Remembers a statement, as a line of its book.
    pub fn remember_statement(&mut self, line: String) {
        self.wish(Wish::Keep(line));
    }

    /// Opens a popup.
    pub fn open(&mut self, popup: Popup) {
        self.wish(Wish::Open(popup));
    }

    /// Closes the popup, and does what was chosen in it before there was an answer.
    pub fn choose(&mut self, deed: Deed) {
        self.wish(Wish::Choose(self.owner, deed));
    }

    /// Copies text, which people call `what`.
    pub fn copy(&mut self, what: &str, text: impl Into<String>) {
        self.wish(Wish::Copying(what.to_owned()));
        self.effects.push(Effect::Copy(text.into()));
    }

    /// Hands a text to the editor that a person chose; the pane gets it as [`Deed::Own`] under the name `edited`.
    pub fn edit_outside(&mut self, text: &str) {
        self.effects.push(Effect::EditOutside(text.to_owned()));
    }

    /// Writes a pair of migrations into `directory`, under the number after its last.
    pub fn write_pair(&mut self, directory: &str, stem: &str, up: &str, down: &str) {
        let [directory, stem, up, down] = [directory, stem, up, down].map(str::to_owned);
        self.effects.push(Effect::SavePair { directory, stem, up, down });
    }

    /// Writes a file.
    pub fn save(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.effects.push(Effect::Save { name: name.into(), text: text.into() });
    }
}
