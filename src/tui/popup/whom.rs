//! Whose rights are asked about: a user by name, address or id, or another identity of the mapping.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Item, Menu, Outcome, seeking::Seeking};
use crate::{
    directory::What,
    pg::Problem,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        field::Field,
        stage::{Picture, Stage},
    },
};

/// The choice. The pane gets the id of the user, or the name of another identity, as [`Deed::Own`] under the name `whom`.
#[derive(Debug)]
pub struct AboutWhom {
    menu: Menu,
    /// What does not come out of the database.
    own: Vec<Item>,
    seeking: Seeking,
}

impl Default for AboutWhom {
    fn default() -> Self {
        let menu = Menu::new("about whom? type a name", Vec::new())
            .or("two letters are enough to look for");
        Self { menu, own: Vec::new(), seeking: Seeking::default() }
    }
}

fn entry(id: &str, label: &str, about: &str) -> Item {
    Item::new(label, about, Deed::Own("whom", id.to_owned()))
}

impl Dialog for AboutWhom {
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
        if !self.seeking.settle(ticket, answer, cx) {
            return;
        }
        let needle = self.menu.text().trim();
        let users =
            self.seeking.found().iter().filter(|found| found.what == What::User).map(|found| {
                let about = found.also.as_ref().unwrap_or(&found.id);
                let mut item = entry(&found.id, &found.label, about);
                // The server found it: it stays, whichever of its names was typed.
                needle.clone_into(&mut item.also);
                item
            });
        let items = users.chain(self.own.iter().cloned()).collect();
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
