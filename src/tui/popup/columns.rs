//! Which columns a list shows, and in which order; the list behind it changes at once.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::{
    text,
    tui::{
        action::Action,
        cursor::Cursor,
        cx::Cx,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// A column and whether it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The column's name.
    pub name: String,
    /// What people read above its values.
    pub heading: String,
    /// Whether it is shown.
    pub shown: bool,
}

/// What the keys do.
const FOOT: &str = "space on or off · K J move · enter keeps · esc takes back";

/// The chooser.
#[derive(Debug)]
pub struct Columns {
    before: Vec<ColumnChoice>,
    now: Vec<ColumnChoice>,
    cursor: Cursor,
}

impl Columns {
    /// A chooser that begins with `columns`.
    pub fn new(columns: Vec<ColumnChoice>) -> Self {
        Self { before: columns.clone(), now: columns, cursor: Cursor::default() }
    }

    fn rows(lines: usize, columns: usize) -> usize {
        lines.saturating_sub(4).clamp(1, columns.max(1))
    }

    fn shift(&mut self, by: isize) -> bool {
        let from = self.cursor.row;
        let Some(to) = from.checked_add_signed(by).filter(|to| *to < self.now.len()) else {
            return false;
        };
        self.now.swap(from, to);
        true
    }
}

impl Dialog for Columns {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the chooser's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let rows = Self::rows(cx.lines, self.now.len());
        let delta = match action {
            Action::NextItem | Action::Down => 1,
            Action::PreviousItem | Action::Up => -1,
            Action::NextItemPage => rows.cast_signed(),
            Action::PreviousItemPage => -rows.cast_signed(),
            Action::Accept => return Outcome::Close,
            Action::Close => return Outcome::Do(Deed::Columns(self.before.clone())),
            Action::Toggle => {
                let Some(choice) = self.now.get_mut(self.cursor.row) else { return Outcome::Stay };
                choice.shown = !choice.shown;
                return Outcome::Show(Deed::Columns(self.now.clone()));
            }
            Action::MoveUp if self.shift(-1) => -1,
            Action::MoveDown if self.shift(1) => 1,
            _ => return Outcome::Stay,
        };
        self.cursor = self.cursor.step(delta, self.now.len(), rows);
        if matches!(action, Action::MoveUp | Action::MoveDown) {
            return Outcome::Show(Deed::Columns(self.now.clone()));
        }
        Outcome::Stay
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let widest = self.now.iter().map(|choice| text::width(&choice.heading)).max().unwrap_or(0);
        let rows = Self::rows(screen.height.into(), self.now.len());
        let width = (widest.max(text::width(FOOT)) as u16 + 10).min(80);
        let inner = frame::popup("columns", theme, middle(screen, width, rows as u16 + 3), buf);
        let window = self.cursor.window(self.now.len(), inner.height.saturating_sub(1).into());
        for (y, index) in (inner.y..).zip(window) {
            let choice = &self.now[index];
            let area = Rect { y, height: 1, ..inner };
            let mark = if choice.shown { " [x] " } else { " [ ] " };
            line::spans(
                &[(mark, theme.key), (&text::clean(&choice.heading), theme.text)],
                area,
                buf,
            );
            if index == self.cursor.row {
                buf.set_style(area, theme.selected);
            }
        }
        if inner.height > 0 {
            line::spans(
                &[(" ", theme.dim), (FOOT, theme.dim)],
                Rect { y: inner.bottom() - 1, height: 1, ..inner },
                buf,
            );
        }
        Picture::default()
    }
}
