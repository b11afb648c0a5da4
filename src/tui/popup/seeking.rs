//! What is typed is looked for in the database, once typing rests. Enter before the answer is kept: it chooses what comes first in the answer.

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Dialog as _, Menu, Outcome};
use crate::{
    directory::{Find, Found},
    pg::Problem,
    text,
    tui::{
        action::Action,
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        note::Note,
        remote::Remote,
        stage::Stage,
        ui::{frame, wait},
    },
};

/// How long typing rests before the database is asked.
const REST: Duration = Duration::from_millis(120);
/// Fewer letters than this mean too much.
const SHORTEST: usize = 2;

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Seeking {
    found: Remote<Find>,
    /// Until when typing rests, if the question is still to be asked.
    due: Option<Duration>,
    /// Whether Enter was pressed before there was anything to choose.
    early: bool,
}

impl Seeking {
    /// Nothing is waited for: what is typed already is asked at once.
    pub(super) fn begin(&mut self, text: &str, cx: &mut Cx<'_>) {
        self.due = Some(cx.now.steady);
        self.ask_when_due(text, cx);
    }

    /// Something else was typed: nobody waits for what was typed before.
    pub(super) fn typed(&mut self, cx: &mut Cx<'_>) {
        self.found.cancel(cx);
        self.due = Some(cx.now.steady + REST);
        self.early = false;
    }

    /// Asks for `text` if typing rests.
    pub(super) fn ask_when_due(&mut self, text: &str, cx: &mut Cx<'_>) {
        if self.due.is_none_or(|due| due > cx.now.steady) {
            return;
        }
        self.due = None;
        if !is_enough(text) {
            return;
        }
        if cx.facts.is_some() {
            self.found.ask(Find { needle: text.trim().to_owned() }, cx);
        } else {
            // Nobody has to type again because the connection was not there yet.
            self.due = Some(cx.now.steady + REST);
        }
    }

    /// Does what is wanted in the menu over which it stands. Where nothing in it can be chosen yet, that is kept for the answer.
    pub(super) fn act(&mut self, action: Action, menu: &mut Menu, cx: &mut Cx<'_>) -> Outcome {
        let accepts = matches!(action, Action::Accept | Action::Submit);
        let open = self.due.is_some() || self.found.wait().since().is_some();
        self.early = accepts && open && is_enough(menu.text()) && menu.is_empty();
        if self.early { Outcome::Stay } else { menu.act(action, cx) }
    }

    /// Takes an answer; whether it was the one that is awaited.
    pub(super) fn settle(
        &mut self,
        ticket: Ticket,
        answer: Result<AnyAnswer, Problem>,
        cx: &Cx<'_>,
    ) -> bool {
        self.found.settle(ticket, answer, cx.now)
    }

    /// What was found last.
    pub(super) fn found(&self) -> &[Found] {
        self.found.value().map(Vec::as_slice).unwrap_or_default()
    }

    /// The menu holds what was found: Enter that was pressed before has its effect, or it is said why it has none.
    pub(super) fn chosen(&mut self, menu: &mut Menu, cx: &mut Cx<'_>) {
        if !std::mem::take(&mut self.early) || self.found.problem().is_some() {
            return;
        }
        match menu.act(Action::Accept, cx) {
            Outcome::Do(deed) => cx.choose(deed),
            Outcome::Stay | Outcome::Close | Outcome::Show(_) if menu.is_empty() => {
                cx.say(Note::warning(&format!(
                    "nothing goes by that name: {}",
                    menu.text().trim()
                )));
            }
            // Why it cannot be chosen was said.
            Outcome::Stay | Outcome::Close | Outcome::Show(_) => {}
        }
    }

    pub(super) const fn wakes(&self) -> Option<Duration> {
        self.due
    }

    pub(super) fn waits_since(&self) -> Option<Duration> {
        self.found.wait().since()
    }

    /// Says at the foot of a popup in `area` how it fares.
    pub(super) fn foot(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        let waited = self.waits_since().and_then(|since| wait::said(since, stage.now));
        let said = match (self.found.problem(), waited) {
            _ if self.early => "looking… enter is kept".to_owned(),
            (Some(problem), _) => problem.to_string(),
            (None, Some(_)) => "looking in the database…".to_owned(),
            (None, None) => String::new(),
        };
        frame::foot(&text::clean(&said), stage.theme.warn, area, buf);
    }
}

fn is_enough(text: &str) -> bool {
    text.trim().chars().count() >= SHORTEST
}
