//! A text to be read: a whole record or its JSON, scrolled, wrapped and searched.
//!
//! Lines are built when the text, the width or the wrapping changes, never while drawing.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Dialog, Outcome};
use crate::{
    config::theme::Theme,
    list::{Column, Item, Page},
    pg::Problem,
    text,
    tui::{
        action::{Action, PaneKind, Scope},
        ask::{AnyAnswer, AnyQuestion, Ticket},
        copy::{self, CopyFormat},
        cx::Cx,
        field::Field,
        note::Note,
        remote::Wait,
        stage::{Picture, Stage},
        ui::{
            cell, frame, json, line,
            record::{self, Styled},
            wait,
        },
    },
};

/// More of a value is not laid out.
const LONGEST: usize = 1 << 20;

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A record, value by value.
    Record(Vec<Column>, Item),
    /// A record as JSON.
    Json(Vec<Column>, Item),
    /// Text with line ends.
    Text(String),
}

/// A text to be read.
#[derive(Debug)]
pub struct Viewer {
    title: String,
    content: Content,
    /// The question for the record with its long values whole, not asked yet.
    whole: Option<Box<dyn AnyQuestion>>,
    wait: Wait,
    problem: Option<Problem>,
    wrap: bool,
    /// The lines, and for which width and wrapping they were laid out.
    lines: Vec<Styled>,
    built: Option<(usize, bool)>,
    top: usize,
    left: usize,
    search: Search,
}

/// A word that is looked for.
#[derive(Debug, Default)]
struct Search {
    field: Option<Field>,
    word: String,
}

impl Viewer {
    /// Shows `content`; `whole` is asked to see its long values.
    pub fn new(title: &str, content: Content, whole: Option<Box<dyn AnyQuestion>>) -> Self {
        Self {
            title: text::clean(title).into_owned(),
            content,
            whole,
            wait: Wait::default(),
            problem: None,
            wrap: true,
            lines: Vec::new(),
            built: None,
            top: 0,
            left: 0,
            search: Search::default(),
        }
    }

    /// Shows something else.
    pub fn show(&mut self, content: Content, cx: &Cx<'_>) {
        self.content = content;
        self.build(cx);
    }

    /// Lays the text out for the width of now.
    fn build(&mut self, cx: &Cx<'_>) {
        let (width, theme) = (cx.columns.saturating_sub(4), cx.theme);
        let lines = match &self.content {
            Content::Record(columns, item) => record_lines(columns, item, width, self.wrap, theme),
            Content::Json(columns, item) => {
                let text = copy::rows(CopyFormat::Json, "", columns, &[item]);
                json::parse(&text)
                    .and_then(|value| value.get(0).map(|value| json::lines(value, theme)))
                    .unwrap_or_default()
            }
            Content::Text(text) => plain_lines(text, theme).collect(),
        };
        self.lines = if self.wrap {
            lines.into_iter().flat_map(|line| rewrap(line, width)).collect()
        } else {
            lines
        };
        self.built = Some((width, self.wrap));
    }

    fn plain(&self) -> String {
        match &self.content {
            Content::Record(columns, item) | Content::Json(columns, item) => {
                copy::rows(CopyFormat::Json, "", columns, &[item])
            }
            Content::Text(text) => text.clone(),
        }
    }

    fn scroll(&mut self, delta: isize, cx: &Cx<'_>) {
        let rows = cx.lines.saturating_sub(2).max(1);
        let most = self.lines.len().saturating_sub(rows);
        self.top = self.top.saturating_add_signed(delta).min(most);
    }

    /// Goes to the next line, or the one before, in which the word is.
    fn find(&mut self, forwards: bool, cx: &mut Cx<'_>) {
        let word = self.search.word.to_lowercase();
        if word.is_empty() {
            return;
        }
        let has = |index: &usize| joined(&self.lines[*index]).to_lowercase().contains(&word);
        let count = self.lines.len();
        let top = self.top.min(count);
        let found = if forwards {
            (top + 1..count).chain(0..(top + 1).min(count)).find(has)
        } else {
            (0..top).rev().chain((top..count).rev()).find(has)
        };
        match found {
            Some(index) => {
                let rows = cx.lines.saturating_sub(2).max(1);
                self.top = index.min(count.saturating_sub(rows));
            }
            None => cx.say(Note::warning(&format!("not found: {}", self.search.word))),
        }
    }
}

fn joined(line: &Styled) -> String {
    line.iter().map(|(text, _)| text.as_str()).collect()
}

fn record_lines(
    columns: &[Column],
    item: &Item,
    width: usize,
    wrap: bool,
    theme: &Theme,
) -> Vec<Styled> {
    let widest = columns.iter().map(|column| text::width(&column.name)).max().unwrap_or(0);
    let labels = widest.min(24);
    let mut lines = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let value = item.cells.get(index).and_then(Option::as_deref);
        let name = text::clean(&column.name);
        let open = value.filter(|_| !column.secret);
        // JSON and texts of several lines are shown as they were meant.
        if let Some(value) = open.and_then(json::parse) {
            lines.push(vec![(name.into_owned(), theme.field)]);
            lines.extend(json::lines(&value, theme).into_iter().map(|line| indented(line, theme)));
        } else if let Some(value) = open.filter(|value| value.contains('\n')) {
            lines.push(vec![(name.into_owned(), theme.field)]);
            lines.extend(plain_lines(value, theme).map(|line| indented(line, theme)));
        } else {
            let label = text::fit(&name, labels).into_owned();
            let gap = " ".repeat(labels - text::width(&label) + 1);
            let style = if value.is_none() { theme.null } else { theme.text };
            let room = if wrap { width.saturating_sub(labels + 1) } else { usize::MAX };
            let mut pieces = record::wrap(&cell::shown(column, value), room).into_iter();
            let first = pieces.next().unwrap_or_default();
            lines.push(vec![(label, theme.field), (gap, theme.text), (first, style)]);
            let indent = " ".repeat(labels + 1);
            lines.extend(pieces.map(|piece| vec![(indent.clone(), theme.text), (piece, style)]));
        }
    }
    lines
}

/// The lines of a text, as much of it as anybody reads.
fn plain_lines<'a>(text: &'a str, theme: &'a Theme) -> impl Iterator<Item = Styled> + 'a {
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    let lines = text[..end.unwrap_or(0)].lines();
    lines.map(|line| vec![(text::clean(line).into_owned(), theme.text)])
}

fn indented(mut line: Styled, theme: &Theme) -> Styled {
    line.insert(0, ("  ".to_owned(), theme.text));
    line
}

/// Cuts a line into lines of at most `width` cells.
fn rewrap(line: Styled, width: usize) -> Vec<Styled> {
    if text::width(&joined(&line)) <= width {
        return vec![line];
    }
    let mut lines: Vec<Styled> = vec![Vec::new()];
    let mut used = 0;
    for (piece, style) in line {
        let mut rest = piece.as_str();
        while !rest.is_empty() {
            let room = width.saturating_sub(used);
            let first =
                if room < 2 { String::new() } else { record::wrap(rest, room).swap_remove(0) };
            if first.is_empty() {
                lines.push(Vec::new());
                used = 0;
                if width < 2 {
                    return lines;
                }
                continue;
            }
            rest = &rest[first.len()..];
            used += text::width(&first);
            lines.last_mut().expect("there is always one").push((first, style));
            if !rest.is_empty() {
                // What is left of the line is too short for the next word.
                lines.push(Vec::new());
                used = 0;
            }
        }
    }
    lines
}

impl Dialog for Viewer {
    fn scopes(&self) -> Vec<Scope> {
        if self.search.field.is_some() {
            return vec![Scope::Popup, Scope::Prompt, Scope::Global];
        }
        vec![Scope::Pane(PaneKind::Text), Scope::Popup, Scope::List, Scope::Global]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the viewer's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let page = cx.lines.saturating_sub(3).max(1).cast_signed();
        if let Some(field) = &self.search.field {
            match action {
                Action::Accept | Action::Submit => {
                    field.text().clone_into(&mut self.search.word);
                    self.search.field = None;
                    self.find(true, cx);
                }
                Action::Close | Action::Cancel => self.search.field = None,
                _ => {}
            }
            return Outcome::Stay;
        }
        match action {
            Action::Down | Action::NextItem => self.scroll(1, cx),
            Action::Up | Action::PreviousItem => self.scroll(-1, cx),
            Action::PageDown | Action::NextItemPage => self.scroll(page, cx),
            Action::PageUp | Action::PreviousItemPage => self.scroll(-page, cx),
            Action::HalfDown => self.scroll(page / 2, cx),
            Action::HalfUp => self.scroll(-page / 2, cx),
            Action::First => self.top = 0,
            Action::Last => self.scroll(isize::MAX / 2, cx),
            Action::Left => self.left = self.left.saturating_sub(8),
            Action::Right if !self.wrap => self.left += 8,
            Action::Wrap => {
                (self.wrap, self.left) = (!self.wrap, 0);
                self.build(cx);
                self.scroll(0, cx);
            }
            Action::Search => self.search.field = Some(Field::default()),
            Action::NextMatch => self.find(true, cx),
            Action::PreviousMatch => self.find(false, cx),
            Action::Copy | Action::CopyAs => cx.copy(&self.title, self.plain()),
            Action::Save => cx.save("record.json", self.plain()),
            Action::Close | Action::Cancel | Action::Accept => return Outcome::Close,
            _ => {}
        }
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.search.field.as_mut()
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        if self.built != Some((cx.columns.saturating_sub(4), self.wrap)) {
            self.build(cx);
            self.scroll(0, cx);
        }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.build(cx);
        if let Some(question) = self.whole.take() {
            self.wait.ask(question, cx);
        }
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if !self.wait.settle(ticket, cx.now) {
            return;
        }
        match answer.map(AnyAnswer::downcast::<Page>) {
            Ok(Ok(page)) => {
                if let Content::Record(columns, item) | Content::Json(columns, item) =
                    &mut self.content
                    && let Some(whole) =
                        page.items.iter().find(|whole| whole.position.key == item.position.key)
                {
                    // What only the console knows is in no answer: the other values are taken by their names.
                    for (column, cell) in columns.iter().zip(&mut item.cells) {
                        if let Some(at) = page.column(&column.name) {
                            *cell = whole.cells.get(at).cloned().flatten();
                        }
                    }
                    self.build(cx);
                }
            }
            Ok(Err(_)) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let inner = frame::popup(&self.title, theme, screen, buf);
        let lines = &self.lines;
        let top = self.top.min(lines.len());
        let word = self.search.word.to_lowercase();
        for (y, styled) in (inner.y..inner.bottom()).zip(&lines[top..]) {
            let area = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            let found = !word.is_empty() && joined(styled).to_lowercase().contains(&word);
            let shifted = shift(styled, self.left);
            let pieces: Vec<_> =
                shifted.iter().map(|(text, style)| (text.as_str(), *style)).collect();
            line::spans(&pieces, area, buf);
            if found {
                buf.set_style(area, theme.found);
            }
        }
        let waited = self.wait.since().and_then(|since| wait::said(since, stage.now));
        let said = match (&self.problem, waited) {
            (Some(problem), _) => text::clean(&problem.to_string()).into_owned(),
            (None, Some(waited)) => waited,
            (None, None) => {
                format!("{}/{}", (top + usize::from(inner.height)).min(lines.len()), lines.len())
            }
        };
        frame::foot(
            &said,
            if self.problem.is_some() { theme.danger } else { theme.dim },
            screen,
            buf,
        );
        match &self.search.field {
            Some(field) if inner.height > 0 => {
                let area = Rect { y: inner.bottom() - 1, height: 1, ..inner };
                ratatui::widgets::Widget::render(ratatui::widgets::Clear, area, buf);
                line::field(field, "/", theme.prompt, area, buf)
            }
            _ => Picture::default(),
        }
    }
}

/// The line from the cell `left` on.
fn shift(line: &Styled, left: usize) -> Styled {
    if left == 0 {
        return line.clone();
    }
    let mut gone = 0;
    let mut shifted = Styled::new();
    for (piece, style) in line {
        let mut kept = String::new();
        for c in piece.chars() {
            if gone >= left {
                kept.push(c);
            } else {
                gone += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            }
        }
        shifted.push((kept, *style));
    }
    shifted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::Style;

    use super::*;

    proptest! {
        #[test]
        fn a_line_is_cut_between_words_and_nothing_is_lost(words in prop::collection::vec("[a-z日]{1,5}", 1..40), cut in 0usize..100, width in 24usize..60) {
            let said = words.join(" ");
            let at = said.char_indices().map(|(at, _)| at).take(cut + 1).last().unwrap_or(0);
            let (one, other) = said.split_at(at);
            let line = vec![(one.to_owned(), Style::new()), (other.to_owned(), Style::new().bold())];
            let lines: Vec<_> = rewrap(line, width).iter().map(joined).collect();
            prop_assert_eq!(lines.concat(), said.as_str());
            prop_assert!(lines.iter().all(|line| text::width(line) <= width), "{:?}", lines);
            if at == 0 {
                let (_, before) = lines.split_last().unwrap();
                prop_assert!(before.iter().all(|line| line.ends_with(' ')), "{:?}", lines);
            }
        }
    }
}
