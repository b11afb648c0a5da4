//! Find anything: what can be done, where one can go, and what is in the database under a name, an address or an id.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Item, Menu, Outcome, seeking::Seeking};
use crate::{
    address::View,
    directory::{Found, What},
    pg::Problem,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        facts::Facts,
        field::Field,
        panes::down,
        place::Place,
        stage::{Picture, Stage},
    },
};

/// The palette.
#[derive(Debug)]
pub struct Palette {
    menu: Menu,
    /// What does not come out of the database.
    own: Vec<Item>,
    seeking: Seeking,
}

impl Palette {
    /// A palette of `own` entries, with something typed already.
    pub fn new(own: Vec<Item>, typed: &str) -> Self {
        let menu =
            Menu::new("find anything: a name, an e-mail address, an id", own.clone()).with(typed);
        Self { menu, own, seeking: Seeking::default() }
    }

    /// Where something that was found under `needle` is.
    fn item(found: &Found, needle: &str, facts: Option<&Facts>) -> Item {
        let (view, place) = match &found.what {
            What::Organization => {
                (View::Organization, down::organization(&found.id, &found.label, facts))
            }
            What::Department => {
                (View::Department, down::department(&found.id, &found.label, facts))
            }
            What::User => (View::User, Place::one(View::User, &found.id, &found.label)),
            What::Row { table, key } => {
                let filter = down::exactly([(key.as_str(), found.id.as_str())]);
                (View::Row, down::rows(View::Row, table, &filter))
            }
        };
        let word = facts.map_or_else(|| view.name().to_owned(), |facts| facts.name(view));
        let about = found.also.as_ref().unwrap_or(&found.id);
        let mut item = Item::new(&found.label, format!("{word} {about}"), Deed::Go(place));
        // The server found it: it stays, whichever of its names was typed.
        needle.clone_into(&mut item.also);
        item
    }
}

impl Dialog for Palette {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        self.seeking.act(action, &mut self.menu, cx)
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.menu.field()
    }

    fn typed(&mut self, cx: &mut Cx<'_>) {
        self.menu.typed(cx);
        self.seeking.typed(cx);
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.seeking.begin(self.menu.text(), cx);
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if !self.seeking.settle(ticket, answer, cx) {
            return;
        }
        let needle = self.menu.text().trim();
        let found = self.seeking.found().iter().map(|found| Self::item(found, needle, cx.facts));
        let items = found.chain(self.own.iter().cloned()).collect();
        self.menu.fill(items);
        self.seeking.chosen(&mut self.menu, cx);
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.seeking.ask_when_due(self.menu.text(), cx);
    }

    fn wakes(&self) -> Option<Duration> {
        self.seeking.wakes()
    }

    fn waits_since(&self) -> Option<Duration> {
        self.seeking.waits_since()
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let picture = self.menu.view(stage, screen, buf);
        self.seeking.foot(stage, self.menu.area(screen), buf);
        picture
    }
}
