//! Find anything: what can be done, where one can go, and what is in the database under a name, an address or an id.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Item, Menu, Outcome};
use crate::{
    address::View,
    directory::{Find, Found, What},
    pg::Problem,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        facts::Facts,
        field::Field,
        panes::down,
        place::Place,
        remote::Remote,
        stage::{Picture, Stage},
        ui::{frame, wait},
    },
};

/// How long typing rests before the database is asked.
const REST: Duration = Duration::from_millis(120);
/// Fewer letters than this mean too much.
const SHORTEST: usize = 2;

/// The palette.
#[derive(Debug)]
pub struct Palette {
    menu: Menu,
    /// What does not come out of the database.
    own: Vec<Item>,
    found: Remote<Find>,
    /// Until when typing rests, and whether the question is still to be asked.
    due: Option<Duration>,
}

impl Palette {
    /// A palette of `own` entries, with something typed already.
    pub fn new(own: Vec<Item>, typed: &str) -> Self {
        let menu =
            Menu::new("find anything: a name, an e-mail address, an id", own.clone()).with(typed);
        Self { menu, own, found: Remote::default(), due: None }
    }

    fn ask_when_due(&mut self, cx: &mut Cx<'_>) {
        if self.due.is_none_or(|due| due > cx.now.steady) {
            return;
        }
        self.due = None;
        let needle = self.menu.text().trim().to_owned();
        if needle.chars().count() < SHORTEST {
            return;
        }
        if cx.facts.is_some() {
            self.found.ask(Find { needle }, cx);
        } else {
            // Nobody has to type again because the connection was not there yet.
            self.due = Some(cx.now.steady + REST);
        }
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
        self.menu.act(action, cx)
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.menu.field()
    }

    fn typed(&mut self, cx: &mut Cx<'_>) {
        self.menu.typed(cx);
        // Nobody waits for what was typed before.
        self.found.cancel(cx);
        self.due = Some(cx.now.steady + REST);
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.due = Some(cx.now.steady);
        self.ask_when_due(cx);
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if !self.found.settle(ticket, answer, cx.now) {
            return;
        }
        let found = self.found.value().map(Vec::as_slice).unwrap_or_default();
        let needle = self.menu.text().trim();
        let found = found.iter().map(|found| Self::item(found, needle, cx.facts));
        let items = found.chain(self.own.iter().cloned()).collect();
        self.menu.fill(items);
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.ask_when_due(cx);
    }

    fn wakes(&self) -> Option<Duration> {
        self.due
    }

    fn waits_since(&self) -> Option<Duration> {
        self.found.wait().since()
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let picture = self.menu.view(stage, screen, buf);
        let waited = self.found.wait().since().and_then(|since| wait::said(since, stage.now));
        let said = match (self.found.problem(), waited) {
            (Some(problem), _) => problem.to_string(),
            (None, Some(_)) => "looking in the database…".to_owned(),
            (None, None) => String::new(),
        };
        let area = self.menu.area(screen);
        frame::foot(&crate::text::clean(&said), stage.theme.warn, area, buf);
        picture
    }
}
