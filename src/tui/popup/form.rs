//! The values of a row, to be changed one by one: what somebody would write, before anything is written.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::{
    text,
    tui::{
        action::Action,
        cursor::Cursor,
        cx::Cx,
        field::Field,
        stage::{Picture, Stage},
        ui::{cell, frame, line},
    },
};

/// As wide as values are still pleasant to read.
const WIDTH: u16 = 100;
/// Names of columns stand in no more cells than these.
const NAMES: usize = 28;

/// A column of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Its value as it is.
    pub value: Option<String>,
    /// Why its value is not shown or cannot be given.
    pub withheld: Option<Withheld>,
}

/// Why the value of a column does not stand in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It is secret; another one can be given.
    Secret,
    /// The server computes it.
    Computed,
}

/// A column with what is typed for it.
#[derive(Debug)]
struct Entry {
    slot: Slot,
    field: Field,
    null: bool,
    /// What was in the field before the last key.
    before: String,
}

impl Entry {
    fn new(slot: Slot, edit: Option<&Option<String>>) -> Self {
        let now = edit.unwrap_or(&slot.value).clone();
        let null = now.is_none() && slot.withheld.is_none();
        let field = Field::new(now.unwrap_or_default());
        Self { before: field.text().to_owned(), slot, field, null }
    }

    fn now(&self) -> Option<String> {
        (!self.null).then(|| self.field.text().to_owned())
    }

    fn is_changed(&self) -> bool {
        match self.slot.withheld {
            None => self.now() != self.slot.value,
            Some(Withheld::Secret) => !self.field.is_empty(),
            Some(Withheld::Computed) => false,
        }
    }
}

/// The form. The pane gets what was changed as [`Deed::Own`]: a JSON list of names with values, under the name `edits` where it is to be tried, else under the name `draft`.
#[derive(Debug)]
pub struct Form {
    title: String,
    entries: Vec<Entry>,
    cursor: Cursor,
}

impl Form {
    /// A form over `slots`, some of which have been changed already.
    pub fn new(title: &str, slots: Vec<Slot>, edits: &[(String, Option<String>)]) -> Self {
        let edit = |slot: &Slot| edits.iter().find(|(name, _)| *name == slot.name).map(|it| &it.1);
        let entries = slots
            .into_iter()
            .map(|slot| {
                let edit = edit(&slot);
                Entry::new(slot, edit)
            })
            .collect();
        Self { title: title.to_owned(), entries, cursor: Cursor::default() }
    }

    fn rows(&self, lines: usize) -> usize {
        lines.saturating_sub(4).clamp(1, self.entries.len().max(1))
    }

    fn edits(&self) -> String {
        let changed = self.entries.iter().filter(|entry| entry.is_changed());
        let edits: Vec<_> = changed.map(|entry| (entry.slot.name.clone(), entry.now())).collect();
        serde_json::json!(edits).to_string()
    }

    fn shown(entry: &Entry) -> String {
        match entry.slot.withheld {
            Some(Withheld::Computed) => "computed by the server".to_owned(),
            Some(Withheld::Secret) if entry.field.is_empty() => cell::SECRET.to_owned(),
            _ if entry.null => cell::NULL.to_owned(),
            _ => text::clean(entry.field.text()).into_owned(),
        }
    }
}

impl Dialog for Form {
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not the form's business")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let rows = self.rows(cx.lines);
        let delta = match action {
            Action::NextItem | Action::Newer => 1,
            Action::PreviousItem | Action::Older => -1,
            Action::NextItemPage => rows.cast_signed(),
            Action::PreviousItemPage => -rows.cast_signed(),
            Action::Accept | Action::Submit => {
                return Outcome::Do(Deed::Own("edits", self.edits()));
            }
            Action::Close | Action::Cancel => return Outcome::Close,
            _ => return Outcome::Stay,
        };
        self.cursor = self.cursor.step(delta, self.entries.len(), rows);
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        let entry = self.entries.get_mut(self.cursor.row)?;
        (entry.slot.withheld != Some(Withheld::Computed)).then_some(&mut entry.field)
    }

    fn typed_so_far(&self) -> Option<Deed> {
        Some(Deed::Own("draft", self.edits()))
    }

    fn typed(&mut self, _cx: &mut Cx<'_>) {
        let Some(entry) = self.entries.get_mut(self.cursor.row) else { return };
        // Taking something away where there is nothing left makes it NULL, and once more an empty text.
        let again = entry.field.is_empty() && entry.before.is_empty();
        entry.null = again && !entry.null && entry.slot.withheld.is_none();
        entry.field.text().clone_into(&mut entry.before);
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let rows = self.rows(screen.height.into());
        let area = middle(screen, WIDTH, rows as u16 + 3);
        let inner = frame::popup(&self.title, theme, area, buf);
        let widest = self.entries.iter().map(|entry| text::width(&entry.slot.name)).max();
        let names = widest.unwrap_or(0).min(NAMES);
        let mut picture = Picture::default();
        let window = self.cursor.window(self.entries.len(), inner.height.saturating_sub(1).into());
        for (y, index) in (inner.y..).zip(window) {
            let entry = &self.entries[index];
            let area = Rect { y, height: 1, ..inner };
            let here = index == self.cursor.row;
            let clean = text::clean(&entry.slot.name);
            let name = text::fit(&clean, names);
            let gap = " ".repeat(names - text::width(&name).min(names));
            let sign = if entry.is_changed() { "*" } else { " " };
            let head = format!("{}{sign} {name}{gap}  ", if here { ">" } else { " " });
            if here && !entry.null && entry.slot.withheld.is_none() {
                picture = line::field(&entry.field, &head, theme.prompt, area, buf);
            } else {
                let style = if entry.null { theme.null } else { theme.text };
                let shown = Self::shown(entry);
                let used = line::spans(&[(&head, theme.field), (&shown, style)], area, buf);
                if here {
                    buf.set_style(Rect { width: used, ..area }, theme.selected);
                }
            }
        }
        if inner.height > 0 {
            let foot =
                " type a value · backspace where there is none: NULL · enter tries it · esc leaves";
            let at = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            line::spans(&[(foot, theme.dim)], at, buf);
        }
        picture
    }
}
