//! A sheet: one thing with all that is known about it, line by line, where lines lead on.
//!
//! One pane for all sheets; what differs is a [`Matter`]. Lines are written when an answer, the width or the theme changes, never while drawing.

mod draft;
mod matter;

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

pub use self::{
    draft::{Draft, Lead, Line, Mark, padded, widest},
    matter::{Answer, Asking, Matter, longest},
};
use crate::{
    address::View,
    pg::{Part, Problem},
    text,
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cursor::Cursor,
        cx::Cx,
        layout::Form,
        note::Note,
        pane::{LOADING, Pane},
        panes::down,
        place::Place,
        popup::{ActAs, Deed},
        stage::{Picture, Stage},
        ui::{frame, line, wait},
    },
};

/// Cells before and after a line: the frame, and the sign of the cursor.
const EDGE: usize = 5;

/// A sheet.
#[derive(Debug)]
pub struct SheetPane {
    place: Place,
    matter: Box<dyn Matter>,
    lines: Vec<Line>,
    /// For which width and theme the lines were written.
    written: Option<(usize, String)>,
    cursor: Cursor,
    /// Whether the cursor was moved by hand; before that it stays on the first line that leads somewhere.
    moved: bool,
    word: String,
    /// Whether the word is looked for further down, where it was not there yet when somebody looked for it.
    seeks: Option<bool>,
}

impl SheetPane {
    /// The sheet at `place`.
    pub fn new(place: Place, matter: Box<dyn Matter>) -> Self {
        Self {
            place,
            matter,
            lines: Vec::new(),
            written: None,
            cursor: Cursor::default(),
            moved: false,
            word: String::new(),
            seeks: None,
        }
    }

    fn rows(cx: &Cx<'_>) -> usize {
        cx.lines.saturating_sub(if cx.form == Form::Bare { 0 } else { 2 }).max(1)
    }

    fn write(&mut self, cx: &Cx<'_>) {
        let width = cx.columns.saturating_sub(EDGE);
        let mut draft = Draft::new(cx.theme, cx.facts, cx.identity, cx.now, width);
        let here = self.current().map(|line| line.mark.clone()).filter(|mark| !mark.is_empty());
        self.matter.write(&self.place, &mut draft);
        self.lines = draft.finish();
        // The part under the cursor may stand somewhere else now.
        if let Some(row) = here.and_then(|mark| self.line_of(&mark)).filter(|_| self.moved) {
            self.cursor.row = row;
        }
        self.written = Some((width, cx.theme.name.clone()));
        if !self.moved {
            // A sheet begins at its top, whether or not anything there leads on.
            let mut top = self.lines.iter().take(Self::rows(cx));
            let first = top.position(|line| self.matter.begins(line));
            self.cursor = Cursor { row: first.unwrap_or(0), top: 0 };
        }
        self.step(0, cx);
    }

    fn step(&mut self, delta: isize, cx: &Cx<'_>) {
        self.cursor = self.cursor.step(delta, self.lines.len(), Self::rows(cx));
    }

    /// Why no line leads on, where none does.
    fn leads_nowhere(&self) -> Option<String> {
        let waits = self.matter.waits_since().is_some();
        let none = self.lines.iter().all(|line| line.lead.is_none() && !self.matter.opens(line));
        none.then(|| if waits { LOADING } else { "no line here leads anywhere" }.to_owned())
    }

    fn current(&self) -> Option<&Line> {
        self.lines.get(self.cursor.row)
    }

    /// The line on which a part begins, or else the part in which it was; the cursor's own if it belongs to the same.
    fn line_of(&self, mark: &[u16]) -> Option<usize> {
        if self.current().is_some_and(|line| line.mark == mark) {
            return Some(self.cursor.row);
        }
        (1..=mark.len())
            .rev()
            .find_map(|depth| self.lines.iter().position(|line| line.mark == mark[..depth]))
    }

    fn open(&self, cx: &mut Cx<'_>) {
        match self.current().and_then(|line| line.lead.clone()) {
            None => cx.say(Note::warning("this line leads nowhere")),
            Some(Lead { place, user: Some(user) }) => {
                cx.open(Box::new(ActAs::new(user, Some(place))));
            }
            Some(Lead { place, user: None }) => cx.go(place),
        }
    }

    /// Goes to the next line, or the one before, in which the word is. What is not there yet is looked for again when more is.
    fn find(&mut self, forwards: bool, cx: &mut Cx<'_>) {
        self.seeks = None;
        let word = self.word.to_lowercase();
        let count = self.lines.len();
        if word.is_empty() {
            return;
        }
        let has = |index: &usize| self.lines[*index].text().to_lowercase().contains(&word);
        let at = self.cursor.row.min(count.saturating_sub(1));
        let found = if forwards {
            (at + 1..count).chain(0..count.min(at + 1)).find(has)
        } else {
            (0..at).rev().chain((at..count).rev()).find(has)
        };
        match found {
            Some(index) => {
                self.step(index.cast_signed() - at.cast_signed(), cx);
                self.moved = true;
            }
            None if self.matter.waits_since().is_some() => {
                self.seeks = Some(forwards);
                let said = "not there yet; it is looked for again in what is still loading";
                cx.say(Note::warning(&format!("{said}: {}", self.word)));
            }
            None => cx.say(Note::warning(&format!("not found: {}", self.word))),
        }
    }

    /// More is there: what was looked for before may be in it.
    fn find_again(&mut self, cx: &mut Cx<'_>) {
        let Some(forwards) = self.seeks else { return };
        self.find(forwards, cx);
        if self.seeks.is_none() && self.moved {
            cx.say(Note::done(&format!("found: {}", self.word)));
        }
    }

    fn text(&self) -> String {
        let lines: Vec<_> =
            self.lines.iter().map(|line| line.text().trim_end().to_owned()).collect();
        lines.join("\n")
    }

    /// What more there is of the line under the cursor, as far as there is room beside the sheet.
    fn draw_more(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let theme = stage.theme;
        let inner = frame::pane("preview", theme.border, theme.title, area, buf);
        let Some(current) = self.current() else { return };
        let width = usize::from(inner.width.saturating_sub(2));
        let mut draft = Draft::new(theme, stage.facts, stage.identity, stage.now, width);
        self.matter.more(current, &mut draft);
        for (y, written) in (inner.y..inner.bottom()).zip(draft.finish()) {
            let pieces: Vec<_> =
                written.pieces.iter().map(|(text, style)| (text.as_str(), *style)).collect();
            let at = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            line::spans(&pieces, at, buf);
        }
    }

    /// How much of it is below, and what Enter does on the line under the cursor.
    fn foot(&self, stage: &Stage<'_>, rows: usize) -> String {
        let waited = self.matter.waits_since().and_then(|since| wait::said(since, stage.now));
        if let Some(since) = &stage.stale {
            return format!("data from {} UTC", since.format("%H:%M:%S"));
        }
        let lead = self.current().and_then(|line| line.lead.as_ref()).map(|lead| {
            let name = stage.name(lead.place.address.view);
            let named = lead.place.named().unwrap_or_default();
            // Some are called after their view already: `why 5`.
            let own = named.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' '));
            let (name, of) = if own {
                (named.to_owned(), String::new())
            } else if named.is_empty() {
                (name, String::new())
            } else if is_one(lead.place.address.view) {
                (name, format!(" {named}"))
            } else {
                (name, format!(" of {named}"))
            };
            let acting = if lead.user.is_some() { ", acting" } else { "" };
            text::clean(&format!("enter: {name}{of}{acting}")).into_owned()
        });
        let below = self.lines.len().saturating_sub(self.cursor.window(self.lines.len(), rows).end);
        let below = (below > 0).then(|| format!("{below} more below"));
        let parts: Vec<_> = [below, waited.or(lead)].into_iter().flatten().collect();
        parts.join(" · ")
    }
}

/// Whether `view` is of one thing.
fn is_one(view: View) -> bool {
    view.spec().object.is_some() && view != View::Rows
}

impl Pane for SheetPane {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        self.matter.kind()
    }

    fn title(&self, stage: &Stage<'_>) -> String {
        self.matter.title(&self.place, stage)
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.matter.arrive(&mut self.place, cx);
        self.matter.load(&self.place, cx);
        self.write(cx);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not a sheet's business")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let line = self.current().cloned();
        if self.matter.act(action, line.as_ref(), &mut self.place, cx) {
            self.moved = true;
            self.write(cx);
            return true;
        }
        let rows = Self::rows(cx).cast_signed();
        let delta = match action {
            Action::Down => 1,
            Action::Up => -1,
            Action::PageDown => rows,
            Action::PageUp => -rows,
            Action::HalfDown => rows / 2,
            Action::HalfUp => -rows / 2,
            Action::First => isize::MIN / 2,
            Action::Last => isize::MAX / 2,
            Action::Open => {
                self.open(cx);
                return true;
            }
            Action::ActAs => {
                if let Some(user) = self.matter.user() {
                    cx.open(Box::new(ActAs::new(user, None)));
                }
                return true;
            }
            Action::Why | Action::Who => {
                let view = if action == Action::Who { View::Who } else { View::Why };
                match self.matter.why(&self.place, cx.facts) {
                    Some(place) => cx.go(down::about(view, place)),
                    None => cx.say(Note::warning("of which table this is a row is not known")),
                }
                return true;
            }
            Action::Cost => {
                if let Some(place) = self.matter.usage(&self.place) {
                    cx.go(place);
                }
                return true;
            }
            Action::History => {
                if let Some(place) = self.matter.history(&self.place) {
                    cx.go(place);
                }
                return true;
            }
            Action::NextMatch => {
                self.find(true, cx);
                return true;
            }
            Action::PreviousMatch => {
                self.find(false, cx);
                return true;
            }
            Action::Copy => {
                match self.current().and_then(|line| line.value.clone()) {
                    Some(value) => cx.copy("the value", value),
                    None => cx.say(Note::warning("there is no value on this line")),
                }
                return true;
            }
            Action::CopyAs => {
                cx.copy("everything", self.text());
                return true;
            }
            Action::Save => {
                let name = self.place.address.view.name();
                cx.save(format!("{name}.txt"), self.text());
                return true;
            }
            _ => return false,
        };
        self.moved = true;
        // Whoever goes on by hand is not taken elsewhere later.
        self.seeks = None;
        self.step(delta, cx);
        true
    }

    fn typed(&self) -> Option<String> {
        self.matter.typed()
    }

    fn retype(&mut self, typed: String) {
        self.matter.retype(typed);
    }

    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        match deed {
            Deed::Own("search", word) => {
                self.word = word;
                self.find(true, cx);
                true
            }
            Deed::Own(name, text) => {
                let taken = self.matter.take(name, &text, &mut self.place, cx);
                self.write(cx);
                taken
            }
            Deed::Act(_)
            | Deed::Go(_)
            | Deed::Command(_)
            | Deed::Columns(_)
            | Deed::Sort(_)
            | Deed::CopyAs(_)
            | Deed::Quit => false,
        }
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        let mut answer = Some(answer);
        for question in self.matter.questions() {
            if let Some(still) = answer.take() {
                answer = question.take(ticket, still, cx);
            }
        }
        self.matter.answered(&self.place, cx);
        self.write(cx);
        self.find_again(cx);
    }

    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        self.matter.hear(ticket, part);
        self.write(cx);
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        let stands = self.written.as_ref().is_some_and(|(width, theme)| {
            *width == cx.columns.saturating_sub(EDGE) && *theme == cx.theme.name
        });
        if !stands || self.matter.waits_since().is_some() {
            self.write(cx);
        } else {
            self.step(0, cx);
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        self.matter.waits_since()
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        for question in self.matter.questions() {
            question.give_up(cx);
        }
        self.seeks = None;
        self.write(cx);
    }

    fn relax(&mut self, _cx: &mut Cx<'_>) -> bool {
        self.seeks = None;
        !std::mem::take(&mut self.word).is_empty()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are never refused here")]
    fn refuses(&self, action: Action) -> Option<String> {
        match action {
            Action::ActAs if self.matter.user().is_none() => {
                Some("only users can be acted as".to_owned())
            }
            Action::Cost if self.matter.usage(&self.place).is_none() => {
                Some("only users, departments and organizations consume anything".to_owned())
            }
            Action::History if self.matter.history(&self.place).is_none() => {
                Some("nothing says what happened to it".to_owned())
            }
            Action::Intend
            | Action::Export
            | Action::Describe
            | Action::Explain
            | Action::MigrateUp
            | Action::MigrateDown
            | Action::MigrateAgain
            | Action::Foresee
                if !self.matter.offers(action) =>
            {
                // What it offers may depend on what is on its way.
                let waits = self.matter.waits_since().is_some();
                Some(if waits { LOADING } else { "there is nothing of the sort here" }.to_owned())
            }
            Action::Open => self.leads_nowhere().or_else(|| self.matter.refuses(action)),
            _ => self.matter.refuses(action),
        }
    }

    fn previews(&self) -> bool {
        self.matter.has_more()
    }

    fn has_row(&self) -> bool {
        !self.lines.is_empty()
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, preview: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        self.draw_more(stage, preview, buf);
        let inner = if stage.form == Form::Bare {
            area
        } else {
            let production = stage.facts.is_some_and(|facts| facts.production);
            let border = if production { theme.production } else { theme.border };
            // A table is described out of the catalog, and an explanation says itself whose it is.
            let whole = matches!(
                self.place.address.view,
                View::Table
                    | View::Why
                    | View::Who
                    | View::Leaks
                    | View::Drafts
                    | View::WhatIf
                    | View::Explain
            );
            let seen = if whole { String::new() } else { stage.seen() };
            let title = text::clean(&format!("{}{seen}", self.title(stage))).into_owned();
            let inner = frame::pane(&title, border, theme.title, area, buf);
            frame::foot(&self.foot(stage, inner.height.into()), theme.dim, area, buf);
            inner
        };
        let word = self.word.to_lowercase();
        let window = self.cursor.window(self.lines.len(), inner.height.into());
        let mut selected = None;
        for (y, index) in (inner.y..inner.bottom()).zip(window) {
            let line = &self.lines[index];
            let area = Rect { y, height: 1, ..inner };
            let here = index == self.cursor.row;
            let mut pieces = vec![(if here { "> " } else { "  " }, theme.text)];
            pieces.extend(line.pieces.iter().map(|(text, style)| (text.as_str(), *style)));
            let used = line::spans(&pieces, area, buf);
            if !word.is_empty() && line.text().to_lowercase().contains(&word) {
                buf.set_style(Rect { width: used, ..area }, theme.found);
            }
            if here {
                buf.set_style(Rect { width: used.max(2), ..area }, theme.selected);
                selected = Some(y);
            }
        }
        Picture { selected, ..Picture::default() }
    }
}
