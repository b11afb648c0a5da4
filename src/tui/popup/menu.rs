//! A list to choose from: filtered by typing, with the reason beside what cannot be chosen now.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::{
    text,
    tui::{
        action::Action,
        cursor::Cursor,
        cx::Cx,
        field::Field,
        fuzzy,
        note::Note,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The key that does the same, if there is one.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// One line about it.
    pub detail: String,
    /// What it goes by besides.
    pub also: String,
    /// What it does.
    pub deed: Deed,
    /// Why it cannot be done now.
    pub refused: Option<String>,
}

impl Item {
    /// An entry without a key that can always be chosen.
    pub fn new(label: impl Into<String>, detail: impl Into<String>, deed: Deed) -> Self {
        let (label, detail) = (label.into(), detail.into());
        Self { key: String::new(), label, detail, also: String::new(), deed, refused: None }
    }
}

/// A list to choose from.
#[derive(Debug)]
pub struct Menu {
    title: String,
    items: Vec<Item>,
    field: Field,
    /// The entries that match what was typed, best first.
    matches: Vec<usize>,
    cursor: Cursor,
    /// What is said where there is no entry at all.
    none: &'static str,
}

/// Narrow enough for any screen, and wide enough for what is said at the foot.
const NARROWEST: usize = 40;
/// Rows of a menu that fit at most; the rest is scrolled.
const HEIGHT: u16 = 24;

impl Menu {
    /// A menu of `items`.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let matches = (0..items.len()).collect();
        Self {
            title: title.into(),
            items,
            field: Field::default(),
            matches,
            cursor: Cursor::default(),
            none: "there is nothing to choose; Esc leaves",
        }
    }

    /// The same, saying something of its own where there is no entry at all.
    #[must_use]
    pub const fn or(mut self, none: &'static str) -> Self {
        self.none = none;
        self
    }

    /// The same, with something typed already.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.field.set(text);
        self.narrow();
        self
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.field.text()
    }

    /// Puts other entries there; whoever went to one of the old ones stays on it.
    pub fn fill(&mut self, items: Vec<Item>) {
        let chosen = self.chosen().filter(|_| self.cursor.row > 0).map(|item| item.deed.clone());
        self.items = items;
        self.narrow();
        let same = |index: &usize| chosen.as_ref() == Some(&self.items[*index].deed);
        self.cursor.row = self.matches.iter().position(same).unwrap_or(0);
    }

    /// Whether nothing can be chosen.
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    fn narrow(&mut self) {
        let typed = self.field.text();
        self.matches = match typed.strip_prefix('@') {
            // `@` looks for a key, as in lazygit.
            Some(key) if !key.is_empty() => {
                (0..self.items.len()).filter(|index| self.items[*index].key == key).collect()
            }
            _ if typed.is_empty() => (0..self.items.len()).collect(),
            _ => {
                let mut scored: Vec<_> = self
                    .items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| {
                        let by_label = fuzzy::score(typed, &item.label).map(|score| score * 2);
                        let by_detail =
                            fuzzy::score(typed, &item.detail).filter(|score| *score > 500);
                        let by_also = fuzzy::score(typed, &item.also).filter(|score| *score > 500);
                        Some((by_label.max(by_detail).max(by_also)?, index))
                    })
                    .collect();
                scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
                scored.into_iter().map(|(_, index)| index).collect()
            }
        };
        self.cursor = Cursor::default();
    }

    fn chosen(&self) -> Option<&Item> {
        self.items.get(*self.matches.get(self.cursor.row)?)
    }

    fn rows(&self, screen: Rect) -> usize {
        // Frame, field and the line at the foot.
        let most = usize::from(screen.height.min(HEIGHT).saturating_sub(4)).max(1);
        most.min(self.items.len().max(1))
    }
}

impl Dialog for Menu {
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not the menu's business")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let screen = Rect::new(0, 0, u16::MAX, cx.lines.try_into().unwrap_or(u16::MAX));
        let rows = self.rows(screen);
        let page = rows.cast_signed();
        let delta = match action {
            Action::NextItem | Action::Newer => 1,
            Action::PreviousItem | Action::Older => -1,
            Action::NextItemPage => page,
            Action::PreviousItemPage => -page,
            Action::Accept | Action::Submit => {
                let Some(item) = self.chosen() else { return Outcome::Stay };
                if let Some(reason) = &item.refused {
                    cx.say(Note::warning(&format!("{}: {reason}", item.label)));
                    return Outcome::Stay;
                }
                return Outcome::Do(item.deed.clone());
            }
            Action::Close | Action::Cancel => return Outcome::Close,
            _ => return Outcome::Stay,
        };
        self.cursor = self.cursor.step(delta, self.matches.len(), rows);
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }

    fn typed(&mut self, _cx: &mut Cx<'_>) {
        self.narrow();
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let (keys, labels) = self.widths();
        let area = self.area(screen);
        let inner = frame::popup(&self.title, theme, area, buf);
        if inner.height == 0 {
            return Picture::default();
        }
        let picture =
            line::field(&self.field, "> ", theme.prompt, Rect { height: 1, ..inner }, buf);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(2), ..inner };
        let window = self.cursor.window(self.matches.len(), list.height.into());
        for (y, index) in (list.y..).zip(&self.matches[window.clone()]) {
            let item = &self.items[*index];
            let area = Rect { y, height: 1, ..list };
            let (label, detail) = match item.refused {
                None => (theme.text, theme.dim),
                Some(_) => (theme.disabled, theme.disabled),
            };
            let about = item.refused.as_deref().unwrap_or(&item.detail);
            line::spans(
                &[
                    (&format!(" {:>keys$} ", item.key), theme.key),
                    (&format!(" {}", pad(&item.label, labels)), label),
                    (&format!("  {}", text::clean(about)), detail),
                ],
                area,
                buf,
            );
            if self.matches.get(self.cursor.row) == Some(index) {
                buf.set_style(area, theme.selected);
            }
        }
        self.foot(stage, inner, buf);
        picture
    }
}

impl Menu {
    /// Where it is drawn.
    pub fn area(&self, screen: Rect) -> Rect {
        let (keys, labels) = self.widths();
        let details = self.items.iter().map(|item| text::width(&item.detail)).max().unwrap_or(0);
        let width = (keys + labels + details + 8).clamp(NARROWEST, 110) as u16;
        middle(screen, width, self.rows(screen) as u16 + 4)
    }

    fn widths(&self) -> (usize, usize) {
        let widest = |of: fn(&Item) -> &str| {
            self.items.iter().map(|item| text::width(of(item))).max().unwrap_or(0)
        };
        (widest(|item| &item.key).min(16), widest(|item| &item.label).min(48))
    }

    /// The last line: how many there are, and why the chosen one cannot be had.
    fn foot(&self, stage: &Stage<'_>, inner: Rect, buf: &mut Buffer) {
        let area = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        if inner.height < 2 {
            return;
        }
        let count = format!(" {}/{} ", self.matches.len(), self.items.len());
        let said = match self.chosen() {
            None if self.items.is_empty() && self.field.is_empty() => self.none.to_owned(),
            None => "nothing matches; Esc leaves".to_owned(),
            Some(Item { refused: Some(reason), .. }) => format!("not now: {reason}"),
            Some(Item { detail, .. }) => text::clean(detail).into_owned(),
        };
        line::spans(&[(&count, stage.theme.dim), (&said, stage.theme.dim)], area, buf);
    }
}

fn pad(label: &str, width: usize) -> String {
    let label = text::clean(label);
    let fitted = text::fit(&label, width);
    let missing = width.saturating_sub(text::width(&fitted));
    format!("{fitted}{}", " ".repeat(missing))
}
