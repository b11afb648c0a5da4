//! A sheet being written: sections, values with their names, texts and JSON, each line leading somewhere or not.
//!
//! Whatever comes out of a database becomes harmless here, before it is a line.

use ratatui::style::Style;

use crate::{
    config::theme::Theme,
    list::{Column, Item},
    pg::{Identity, Problem},
    text,
    tui::{
        facts::Facts,
        msg::Moment,
        place::Place,
        remote::Wait,
        ui::{cell, json, record::Styled, wait, words::words},
    },
};

/// A longer value is cut: nobody reads it to its end.
const LONGEST: usize = 1 << 18;
/// Values stand no further to the right than this.
const LABELS: usize = 24;

/// The part of a sheet to which a line belongs: the way to it, from the outermost part inwards. Empty outside of any.
pub type Mark = Vec<u16>;

/// Where a line leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The place.
    pub place: Place,
    /// As whom, where not as whoever is acted as already: a user's id.
    pub user: Option<String>,
}

/// One line of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What stands there.
    pub pieces: Styled,
    /// Where Enter leads from it.
    pub lead: Option<Lead>,
    /// The value on it, to be copied.
    pub value: Option<String>,
    /// The part to which it belongs.
    pub mark: Mark,
}

impl Line {
    /// The line without its styles.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// A sheet being written.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Styles by meaning.
    pub theme: &'a Theme,
    /// What is known about the database.
    pub facts: Option<&'a Facts>,
    /// As whom everything was asked.
    pub identity: &'a Identity,
    /// Now.
    pub now: Moment,
    width: usize,
    lines: Vec<Line>,
    mark: Mark,
}

impl<'a> Draft<'a> {
    /// A sheet of `width` cells.
    pub const fn new(
        theme: &'a Theme,
        facts: Option<&'a Facts>,
        identity: &'a Identity,
        now: Moment,
        width: usize,
    ) -> Self {
        Self { theme, facts, identity, now, width, lines: Vec::new(), mark: Vec::new() }
    }

    /// The lines that were written.
    pub fn finish(self) -> Vec<Line> {
        self.lines
    }

    /// To which part the lines belong that are written from now on.
    pub fn part(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// How many cells a line has.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// A head, with an empty line before it.
    pub fn section(&mut self, head: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let style = self.theme.heading;
        self.line(vec![(text::clean(head).into_owned(), style)], None);
    }

    /// One line.
    pub fn line(&mut self, pieces: Styled, lead: Option<Lead>) {
        self.lines.push(Line { pieces, lead, value: None, mark: self.mark.clone() });
    }

    /// A text after a head, on as many lines as it needs, each below the beginning of the text; `value` can be copied from them.
    pub fn item(
        &mut self,
        indent: usize,
        head: (&str, Style),
        (said, style): (&str, Style),
        lead: Option<&Lead>,
        value: Option<&str>,
    ) {
        let inner = indent + text::width(head.0);
        let room = self.width.saturating_sub(inner).max(8);
        for (number, piece) in words(&text::clean(shorter(said)), room).into_iter().enumerate() {
            let before = if number == 0 {
                (format!("{}{}", " ".repeat(indent), text::clean(head.0)), head.1)
            } else {
                (" ".repeat(inner), style)
            };
            self.lines.push(Line {
                pieces: vec![before, (piece, style)],
                lead: lead.cloned(),
                value: value.map(str::to_owned),
                mark: self.mark.clone(),
            });
        }
    }

    /// A text in one style, on as many lines as it needs.
    pub fn text(&mut self, said: &str, style: Style, indent: usize, lead: Option<&Lead>) {
        let room = self.width.saturating_sub(indent).max(1);
        for part in shorter(said).lines() {
            for piece in words(&text::clean(part), room) {
                let pieces = vec![(" ".repeat(indent), style), (piece, style)];
                self.line(pieces, lead.cloned());
            }
        }
    }

    /// A value with its name; the values of one section stand below each other where `labels` is the same.
    pub fn value(
        &mut self,
        name: &str,
        labels: usize,
        value: &str,
        style: Style,
        lead: Option<&Lead>,
    ) {
        let labels = labels.min(LABELS).min(self.width / 3);
        let clean = text::clean(name);
        let label = text::fit(&clean, labels);
        let gap = " ".repeat(labels - text::width(&label).min(labels) + 2);
        let room = self.width.saturating_sub(labels + 4).max(8);
        let shown = text::clean(shorter(value)).into_owned();
        for (number, piece) in words(&shown, room).into_iter().enumerate() {
            let head = if number == 0 { format!("  {label}{gap}") } else { " ".repeat(labels + 4) };
            self.lines.push(Line {
                pieces: vec![(head, self.theme.field), (piece, style)],
                lead: lead.cloned(),
                value: Some(value.to_owned()),
                mark: self.mark.clone(),
            });
        }
    }

    /// The value of a column, whole: JSON is indented, texts of several lines keep them.
    pub fn cell(
        &mut self,
        column: &Column,
        labels: usize,
        value: Option<&str>,
        lead: Option<&Lead>,
    ) {
        let theme = self.theme;
        let plain = value.filter(|_| !column.secret);
        let shown = cell::shown(column, value).into_owned();
        let is_wordy = plain.is_none_or(|value| shown != text::clean(value));
        if let Some(parsed) = plain.filter(|_| !is_wordy).and_then(json::parse) {
            self.value(column.heading(), labels, "", theme.text, lead);
            self.json(&parsed, 4);
        } else if let Some(value) = plain.filter(|value| value.contains('\n')) {
            self.value(column.heading(), labels, "", theme.text, lead);
            self.text(value, theme.text, 4, None);
        } else {
            let style = if value.is_none() { theme.null } else { theme.text };
            let style = if lead.is_some() { theme.key } else { style };
            let before = self.lines.len();
            self.value(column.heading(), labels, &shown, style, lead);
            for line in &mut self.lines[before..] {
                line.value = plain.map(str::to_owned);
            }
        }
    }

    /// All values of a row; `lead` says where a column leads.
    pub fn row(&mut self, columns: &[Column], item: &Item, lead: impl Fn(&Column) -> Option<Lead>) {
        let labels = widest(columns.iter().map(Column::heading));
        for (index, column) in columns.iter().enumerate() {
            let value = item.cells.get(index).and_then(Option::as_deref);
            self.cell(column, labels, value, lead(column).as_ref());
        }
    }

    /// JSON, indented.
    pub fn json(&mut self, value: &serde_json::Value, indent: usize) {
        for mut styled in json::lines(value, self.theme) {
            styled.insert(0, (" ".repeat(indent), self.theme.text));
            self.line(styled, None);
        }
    }

    /// What went wrong, and what to do about it.
    pub fn problem(&mut self, problem: &Problem, indent: usize) {
        self.text(&problem.summary, self.theme.danger, indent, None);
        if let Some(hint) = &problem.hint {
            self.text(hint, self.theme.text, indent, None);
        }
    }

    /// That an answer is awaited, once that takes long enough to be told.
    pub fn waiting(&mut self, wait: &Wait) {
        if let Some(said) = wait.since().and_then(|since| wait::said(since, self.now)) {
            self.text(&said, self.theme.dim, 2, None);
        }
    }
}

/// The beginning of `text` that can be shown.
fn shorter(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The width of the widest name.
pub fn widest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(text::width).max().unwrap_or(0)
}

/// `said`, harmless, and blanks up to `width` cells; at least one.
pub fn padded(said: &str, width: usize) -> String {
    let clean = text::clean(said);
    let shown = text::fit(&clean, width.saturating_sub(1));
    format!("{shown}{}", " ".repeat(width.saturating_sub(text::width(&shown))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_harmful_becomes_a_line(value in any::<String>(), width in 1usize..60) {
            let theme = Theme::default();
            let mut draft = Draft::new(&theme, None, &Identity::Observer, Moment::default(), width);
            draft.section(&value);
            draft.text(&value, theme.text, 2, None);
            let item = Item {
                position: crate::list::Position { value: None, key: Vec::new() },
                cells: vec![Some(value.clone()), Some(value)],
            };
            let columns = [Column::new("a", crate::list::Kind::Text), Column::new("b", crate::list::Kind::Json)];
            draft.row(&columns, &item, |_| None);
            for line in draft.finish() {
                prop_assert!(line.text().chars().all(text::is_harmless));
            }
        }
    }
}
