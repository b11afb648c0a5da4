//! Whose rights are asked about: a user by name, address or id, or another identity of the mapping.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Item, Menu, Outcome};
use crate::{
    directory::{Find, What},
    pg::Problem,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        field::Field,
        remote::Remote,
        stage::{Picture, Stage},
        ui::{frame, wait},
    },
};

/// How long typing rests before the database is asked.
const REST: Duration = Duration::from_millis(120);
/// Fewer letters than this mean too much.
const SHORTEST: usize = 2;

/// The choice. The pane gets the id of the user, or the name of another identity, as [`Deed::Own`] under the name `whom`.
#[derive(Debug)]
pub struct AboutWhom {
    menu: Menu,
    /// What does not come out of the database.
    own: Vec<Item>,
    found: Remote<Find>,
    /// Until when typing rests, if the question is still to be asked.
    due: Option<Duration>,
}

impl Default for AboutWhom {
    fn default() -> Self {
        let menu = Menu::new("about whom? type a name", Vec::new());
        Self { menu, own: Vec::new(), found: Remote::default(), due: None }
    }
}

fn entry(id: &str, label: &str, about: &str) -> Item {
    Item::new(label, about, Deed::Own("whom", id.to_owned()))
}

impl AboutWhom {
    fn ask_when_due(&mut self, cx: &mut Cx<'_>) {
        if self.due.is_none_or(|due| due > cx.now.steady) {
            return;
        }
        self.due = None;
        let needle = self.menu.text().trim().to_owned();
        if needle.chars().count() >= SHORTEST {
            self.found.ask(Find { needle }, cx);
        }
    }
}

impl Dialog for AboutWhom {
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
        let last = cx.whom.map(|whom| entry(&whom.id, &whom.label, "the last one"));
        let words = cx.facts.and_then(|facts| facts.words.as_ref());
        let others = words.into_iter().flat_map(|words| &words.others);
        let others = others.map(|name| entry(name, name, "an identity that is no user"));
        let acting =
            cx.identity.acting().map(|acting| entry("", acting.label(), "whoever is acted as"));
        self.own = acting.into_iter().chain(last).chain(others).collect();
        self.menu.fill(self.own.clone());
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if !self.found.settle(ticket, answer, cx.now) {
            return;
        }
        let needle = self.menu.text().trim();
        let found = self.found.value().map(Vec::as_slice).unwrap_or_default();
        let users = found.iter().filter(|found| found.what == What::User).map(|found| {
            let about = found.also.as_ref().unwrap_or(&found.id);
            let mut item = entry(&found.id, &found.label, about);
            // The server found it: it stays, whichever of its names was typed.
            needle.clone_into(&mut item.also);
            item
        });
        let items = users.chain(self.own.iter().cloned()).collect();
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
        frame::foot(&crate::text::clean(&said), stage.theme.warn, self.menu.area(screen), buf);
        picture
    }
}
