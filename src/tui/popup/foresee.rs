//! Who would see more or fewer rows if migrations ran: counted without running any of them.
//!
//! Closing it stops the counting, on the server too.

use std::time::Duration;

use chrono::TimeDelta;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{Dialog, Outcome, middle, reading::Reading};
use crate::{
    config::theme::Theme,
    migrate::{Foresight, Order, Said},
    pg::Problem,
    rls::Warrant,
    tui::{
        action::{Action, Scope},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        msg::Moment,
        remote::Remote,
        stage::{Picture, Stage},
        ui::{frame, line, wait, words::indented},
    },
};

/// As wide as a line about a change is still pleasant to read.
pub(super) const WIDTH: u16 = 100;
/// For how many minutes everybody may be acted as to count what they would see.
const MINUTES: i64 = 30;

/// The forecast of an order.
#[derive(Debug)]
pub struct Foreseeing {
    order: Order,
    foresight: Remote<Foresight>,
    reading: Reading,
}

/// How a line about who sees more or fewer is shown.
pub(super) const fn style(said: &Said, theme: &Theme) -> Style {
    match said.more {
        Some(true) => theme.warn,
        Some(false) => theme.ok,
        None => theme.text,
    }
}

/// Under which everybody is acted as to count what they see, for this `reason`.
pub(super) fn warrant(reason: String, cx: &Cx<'_>) -> Warrant {
    let since = cx.now.wall;
    Warrant { reason, since, until: since + TimeDelta::minutes(MINUTES) }
}

impl Foreseeing {
    /// Asks what would come of `order`.
    pub fn new(order: Order) -> Self {
        Self { order, foresight: Remote::default(), reading: Reading::default() }
    }

    fn lines(&self, (theme, now): (&Theme, Moment), room: usize) -> Vec<(String, Style)> {
        let mut lines: Vec<(String, Style)> = Vec::new();
        let mut say = |said: &str, style| {
            lines.extend(indented(said, room).into_iter().map(|it| (it, style)));
        };
        if let Some(told) = self.foresight.value() {
            if told.titles.is_empty() {
                say("nothing is to be done: nothing changes", theme.ok);
            } else {
                say("if these ran, which they did not:", theme.heading);
            }
            for title in &told.titles {
                say(&format!("  {title}"), theme.text);
            }
            match &told.sight {
                Ok(_) if told.titles.is_empty() => {}
                Ok(sight) => {
                    say("who would see what, before → after:", theme.heading);
                    for said in sight.lines() {
                        say(&said.text, style(&said, theme));
                    }
                }
                Err(problem) => {
                    say(&problem.summary, theme.warn);
                    if let Some(hint) = &problem.hint {
                        say(hint, theme.text);
                    }
                }
            }
        }
        if let Some(problem) = self.foresight.problem() {
            say(&problem.summary, theme.danger);
            if let Some(hint) = &problem.hint {
                say(hint, theme.text);
            }
        }
        if let Some(said) = self.waits_since().and_then(|since| wait::said(since, now)) {
            say("nothing runs; counting what everybody would see", theme.text);
            say(&said, theme.dim);
        }
        lines
    }

    /// How many lines can be above what is shown, and how many are in sight.
    fn extent(&self, cx: &Cx<'_>) -> (usize, usize) {
        let width = cx.columns.min(WIDTH.into());
        let lines = self.lines((cx.theme, cx.now), width.saturating_sub(4).max(1)).len();
        let rows = cx.lines.saturating_sub(3).min(lines);
        (lines - rows, rows)
    }
}

impl Dialog for Foreseeing {
    fn load(&mut self, cx: &mut Cx<'_>) {
        let warrant =
            warrant(format!("who would see what after migrations, {}", self.order.word()), cx);
        self.foresight.ask(Foresight { order: self.order, warrant }, cx);
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Popup, Scope::List, Scope::Global]
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let (most, rows) = self.extent(cx);
        let leaves = [Action::Accept, Action::Submit, Action::Close, Action::Cancel];
        if leaves.contains(&action) {
            return Outcome::Close;
        }
        self.reading.act(action, most, rows);
        Outcome::Stay
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        self.foresight.settle(ticket, answer, cx.now);
    }

    fn waits_since(&self) -> Option<Duration> {
        self.foresight.wait().since()
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let room = usize::from(width.saturating_sub(4)).max(1);
        let lines = self.lines((theme, stage.now), room);
        let area = middle(screen, width, (lines.len() as u16).saturating_add(4));
        let title = format!("forecast: migrate {}", self.order.word());
        let inner = frame::popup(&title, theme, area, buf);
        let last = inner.bottom().saturating_sub(1);
        let body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let most = lines.len().saturating_sub(last.saturating_sub(inner.y).into());
        let above = self.reading.above(most);
        for (y, (said, style)) in (inner.y..last).zip(&lines[above..]) {
            line::spans(&[(said, *style)], Rect { y, height: 1, ..body }, buf);
        }
        if inner.height > 0 {
            let button = if self.waits_since().is_some() { "[ Stop ]" } else { "[ Close ]" };
            line::spans(&[(button, theme.focus)], Rect { y: last, height: 1, ..body }, buf);
        }
        frame::foot(&self.reading.foot(most), theme.dim, area, buf);
        Picture::default()
    }
}
