//! A line of text being typed.
//!
//! The cursor always stands between characters, never inside of one nor before a mark that belongs to the one before.

use unicode_width::UnicodeWidthChar as _;

use super::action::Action;
use crate::text;

/// A line of text and the place in it where typing goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    at: usize,
}

impl Field {
    /// A field that holds `text`, with the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { at: text.len(), text }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the cursor stands behind everything.
    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Whether the cursor stands before everything.
    pub const fn is_at_start(&self) -> bool {
        self.at == 0
    }

    /// How many characters stand before the cursor.
    pub fn column(&self) -> usize {
        self.text[..self.at].chars().count()
    }

    /// Moves the cursor behind so many characters, or behind the last.
    pub fn go_to(&mut self, column: usize) {
        self.at = 0;
        while self.column() < column && !self.is_at_end() {
            self.at = self.after(self.at);
        }
    }

    /// Takes away what stands behind the cursor: another field with the cursor before it.
    #[must_use]
    pub fn split_off(&mut self) -> Self {
        Self { text: self.text.split_off(self.at), at: 0 }
    }

    /// Adds what another field holds; the cursor stays.
    pub fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
    }

    /// Puts other text there.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::new(text);
    }

    /// Types `text`; line ends and tabs become spaces, other control characters nothing.
    pub fn insert(&mut self, text: &str) {
        let one_line: String = text
            .trim_end_matches(['\n', '\r'])
            .replace("\r\n", " ")
            .chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        self.text.insert_str(self.at, &one_line);
        self.at += one_line.len();
    }

    /// Moves or deletes; whether the action is the field's business.
    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are not a field's business")]
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::CursorLeft => self.at = self.before(self.at),
            Action::CursorRight => self.at = self.after(self.at),
            Action::WordLeft => self.at = self.word_before(),
            Action::WordRight => self.at = self.word_after(),
            Action::LineStart => self.at = 0,
            Action::LineEnd => self.at = self.text.len(),
            Action::DeleteBefore => self.delete(self.before(self.at)..self.at),
            Action::DeleteAfter => self.delete(self.at..self.after(self.at)),
            Action::DeleteWord => self.delete(self.word_before()..self.at),
            Action::DeleteToStart => self.delete(0..self.at),
            _ => return false,
        }
        true
    }

    /// What is visible in `cells` cells, and how far from its start the cursor stands.
    pub fn visible(&self, cells: usize) -> (String, usize) {
        let shown = text::clean(&self.text[..self.at]).into_owned();
        let rest = text::clean(&self.text[self.at..]).into_owned();
        let (mut from, mut before) = (0, text::width(&shown));
        let room = cells.saturating_sub(1);
        for (at, c) in shown.char_indices() {
            if before <= room && c.width() != Some(0) {
                break;
            }
            before -= c.width().unwrap_or(0).min(before);
            from = at + c.len_utf8();
        }
        let mut visible = shown[from..].to_owned();
        let mut used = before;
        for c in rest.chars() {
            used += c.width().unwrap_or(0);
            if used > cells {
                break;
            }
            visible.push(c);
        }
        (visible, before)
    }

    fn delete(&mut self, range: std::ops::Range<usize>) {
        self.at = range.start;
        self.text.replace_range(range, "");
    }

    /// The start of the character before `at`, its marks included.
    fn before(&self, at: usize) -> usize {
        let mut chars = self.text[..at].char_indices().rev();
        chars.find(|(_, c)| c.width() != Some(0)).map_or(0, |(at, _)| at)
    }

    /// The end of the character at `at`, its marks included.
    fn after(&self, at: usize) -> usize {
        let mut chars = self.text[at..].char_indices().skip(1);
        chars.find(|(_, c)| c.width() != Some(0)).map_or(self.text.len(), |(offset, _)| at + offset)
    }

    fn word_before(&self) -> usize {
        let before = self.text[..self.at].trim_end_matches(|c: char| !c.is_alphanumeric());
        before.trim_end_matches(char::is_alphanumeric).len()
    }

    fn word_after(&self) -> usize {
        let rest = &self.text[self.at..];
        let word = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        self.text.len() - word.trim_start_matches(char::is_alphanumeric).len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACTIONS: [Action; 10] = [
        Action::CursorLeft,
        Action::CursorRight,
        Action::WordLeft,
        Action::WordRight,
        Action::LineStart,
        Action::LineEnd,
        Action::DeleteBefore,
        Action::DeleteAfter,
        Action::DeleteWord,
        Action::DeleteToStart,
    ];

    proptest! {
        #[test]
        fn typing_and_moving_never_breaks_a_character(
            steps in prop::collection::vec((any::<String>(), prop::sample::select(ACTIONS.to_vec())), 0..12), cells in 1usize..40,
        ) {
            let mut field = Field::default();
            for (text, action) in steps {
                field.insert(&text);
                field.act(action);
                prop_assert!(field.text.is_char_boundary(field.at));
                prop_assert!(!field.text.contains(char::is_control));
                let (visible, column) = field.visible(cells);
                prop_assert!(text::width(&visible) <= cells, "{visible:?}");
                prop_assert!(column < cells.max(2), "{column} in {cells}");
            }
        }

        #[test]
        fn what_is_typed_one_by_one_is_what_is_there(text in "[a-zé日 ]{0,20}") {
            let mut field = Field::default();
            for c in text.chars() {
                field.insert(c.encode_utf8(&mut [0; 4]));
            }
            prop_assert_eq!(field.text(), text);
        }
    }

    #[test]
    fn words_are_deleted_as_in_a_shell() {
        let mut field = Field::new("users acme /ali");
        field.act(Action::DeleteWord);
        assert_eq!(field.text(), "users acme /");
        field.act(Action::WordLeft);
        field.act(Action::DeleteToStart);
        assert_eq!(field.text(), "acme /");
    }

    #[test]
    fn a_mark_goes_with_its_letter() {
        let mut field = Field::new("ae\u{301}");
        field.act(Action::DeleteBefore);
        assert_eq!(field.text(), "a");
    }
}
