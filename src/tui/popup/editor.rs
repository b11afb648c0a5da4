//! A text of several lines being written, such as the SQL of a policy or of one's own.
//!
//! Whoever leaves it loses nothing: the pane gets the text either way. What is typed is held by the library's text area, with what undoes it; what is
//! seen is drawn here, so that no character of it can harm the terminal.

use ratatui::{buffer::Buffer, layout::Rect};
use ratatui_textarea::{CursorMove, DataCursor, TextArea};

use super::{Deed, Dialog, Outcome, middle};
use crate::tui::{
    action::{Action, Scope},
    cx::Cx,
    field::Field,
    stage::{Picture, Stage},
    ui::{frame, line, words::words},
};

/// As wide as SQL is still pleasant to read.
const WIDTH: u16 = 120;
/// Nobody writes more bytes than this by hand.
const LONGEST: usize = 200_000;
/// What it says at its foot unless it is told to say something else.
const FOOT: &str = " f5 or ctrl-s asks what would change · esc leaves, and keeps the text";
/// As many lines are taken by what went wrong.
const TOLD: usize = 3;

/// The text. The pane gets it as [`Deed::Own`]: under the name `run` where it is done, else under the name `draft`.
#[derive(Debug)]
pub struct Editor {
    title: String,
    area: TextArea<'static>,
    foot: &'static str,
    /// What went wrong with the text as it was.
    wrong: String,
    /// Texts of before, newest last, and which of them is shown.
    past: Vec<String>,
    shown: Option<usize>,
    /// What was there before one of them was.
    draft: String,
    /// Whether the pane hands it to another editor.
    lends: bool,
}

impl Editor {
    /// An editor that holds `text`, with the cursor before everything.
    pub fn new(title: &str, text: &str) -> Self {
        Self {
            title: title.to_owned(),
            area: area(text),
            foot: FOOT,
            wrong: String::new(),
            past: Vec::new(),
            shown: None,
            draft: String::new(),
            lends: false,
        }
    }

    /// The same, which the pane may hand to another editor: it gets the text as [`Deed::Own`] under the name `outside`.
    #[must_use]
    pub fn lending(mut self) -> Self {
        self.lends = true;
        self
    }

    /// The same, with `foot` as what it says at its foot.
    #[must_use]
    pub fn foot(mut self, foot: &'static str) -> Self {
        self.foot = foot;
        self
    }

    /// The same, able to bring back texts of `past`, the newest of which is last.
    #[must_use]
    pub fn remembering(mut self, past: Vec<String>) -> Self {
        self.past = past;
        self
    }

    /// The same, saying what is wrong with the text, with the cursor on its character `at`, the first of which is 1.
    #[must_use]
    pub fn wrong(mut self, told: &str, at: Option<usize>) -> Self {
        told.clone_into(&mut self.wrong);
        if let Some(at) = at {
            let before: String = self.text().chars().take(at.saturating_sub(1)).collect();
            let row = before.matches('\n').count();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
            self.jump(row, column);
        }
        self
    }

    fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    fn jump(&mut self, row: usize, column: usize) {
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(short(row), short(column)));
    }

    fn row(&self) -> usize {
        let DataCursor(row, _) = self.area.cursor();
        row
    }

    fn step(&mut self, delta: isize) {
        let way = if delta < 0 { CursorMove::Up } else { CursorMove::Down };
        for _ in 0..delta.unsigned_abs() {
            self.area.move_cursor(way);
        }
    }

    /// Shows the text of before that has the number `shown`, or what was written since; taking it back is one change.
    fn recall(&mut self, shown: Option<usize>) {
        if self.shown.is_none() {
            self.draft = self.text();
        }
        let text = match shown {
            Some(number) => self.past[number].clone(),
            None => self.draft.clone(),
        };
        self.shown = shown;
        self.area.select_all();
        self.area.insert_str(text);
        self.wrong.clear();
    }

    /// The number of the text before the one that is shown which holds `needle`.
    fn before(&self, needle: &str) -> Option<usize> {
        let all = &self.past[..self.shown.unwrap_or(self.past.len())];
        all.iter().rposition(|text| text.contains(needle))
    }

    /// One line up; from the first line on, a text further back.
    fn up(&mut self) {
        match self.before("") {
            Some(number) if self.row() == 0 => self.recall(Some(number)),
            Some(_) | None => self.step(-1),
        }
    }

    /// One line down; from the last line on, a text that is newer.
    fn down(&mut self) {
        match self.shown {
            Some(number) if self.row() + 1 == self.area.lines().len() => {
                self.recall(Some(number + 1).filter(|next| *next < self.past.len()));
            }
            Some(_) | None => self.step(1),
        }
    }

    /// What was typed belongs to no text of before any more.
    fn changed(&mut self) {
        self.shown = None;
        self.wrong.clear();
    }

    /// The lines of what went wrong.
    fn told(&self, width: u16) -> Vec<String> {
        words(&self.wrong, usize::from(width.max(2)) - 1)
            .into_iter()
            .filter(|it| !it.is_empty())
            .take(TOLD)
            .collect()
    }
}

/// A text area that holds `text`, with the cursor before everything.
fn area(text: &str) -> TextArea<'static> {
    TextArea::new(text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect())
}

impl Dialog for Editor {
    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Editor, Scope::Prompt, Scope::Global]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the editor's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        let page = cx.lines.saturating_sub(4).max(1).cast_signed();
        match action {
            Action::NewLine => {
                self.area.insert_newline();
                self.changed();
            }
            Action::Older => self.up(),
            Action::Newer => self.down(),
            Action::RecallText => {
                let needle = if self.shown.is_some() { self.draft.clone() } else { self.text() };
                if let Some(number) = self.before(needle.trim()) {
                    self.recall(Some(number));
                }
            }
            Action::Undo => {
                self.area.undo();
                self.changed();
            }
            Action::Redo => {
                self.area.redo();
                self.changed();
            }
            Action::PreviousItemPage => self.step(-page),
            Action::NextItemPage => self.step(page),
            Action::EditOutside if self.lends => {
                return Outcome::Do(Deed::Own("outside", self.text()));
            }
            Action::RunText => return Outcome::Do(Deed::Own("run", self.text())),
            Action::Cancel | Action::Close => {
                return Outcome::Do(Deed::Own("draft", self.text()));
            }
            _ => {}
        }
        Outcome::Stay
    }

    fn typed_so_far(&self) -> Option<Deed> {
        Some(Deed::Own("draft", self.text()))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions do nothing to a text")]
    fn edit(&mut self, action: Action) -> bool {
        let way = match action {
            Action::CursorLeft => CursorMove::Back,
            Action::CursorRight => CursorMove::Forward,
            Action::WordLeft => CursorMove::WordBack,
            Action::WordRight => CursorMove::WordForward,
            Action::LineStart => CursorMove::Head,
            Action::LineEnd => CursorMove::End,
            action => {
                match action {
                    Action::DeleteBefore => self.area.delete_char(),
                    Action::DeleteAfter => self.area.delete_next_char(),
                    Action::DeleteWord => self.area.delete_word(),
                    Action::DeleteToStart => self.area.delete_line_by_head(),
                    _ => return false,
                };
                self.changed();
                return true;
            }
        };
        self.area.move_cursor(way);
        true
    }

    fn insert(&mut self, text: &str) -> bool {
        let held: usize = self.area.lines().iter().map(String::len).sum();
        if held + text.len() <= LONGEST {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let kept: String =
                text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
            self.area.insert_str(kept);
            self.changed();
        }
        true
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let lines = self.area.lines();
        let told = self.told(screen.width.min(WIDTH).saturating_sub(2));
        let height = u16::try_from(lines.len() + told.len()).unwrap_or(u16::MAX);
        let area = middle(screen, WIDTH, height.saturating_add(3).max(10));
        let inner = frame::popup(&self.title, theme, area, buf);
        let rows = usize::from(inner.height).saturating_sub(1 + told.len()).max(1);
        let DataCursor(row, column) = self.area.cursor();
        let top = (row + 1).saturating_sub(rows);
        let mut picture = Picture::default();
        for (y, index) in (inner.y..inner.bottom()).take(rows).zip(top..lines.len()) {
            let area = Rect { y, height: 1, ..inner };
            let mut field = Field::new(lines[index].as_str());
            if index == row {
                field.go_to(column);
                picture = line::field(&field, " ", theme.prompt, area, buf);
            } else {
                field.act(Action::LineStart);
                let (text, _) = field.visible(usize::from(inner.width).saturating_sub(1));
                line::spans(&[(" ", theme.text), (&text, theme.text)], area, buf);
            }
        }
        if inner.height > 0 {
            let foot = inner.bottom() - 1;
            for (y, text) in (inner.y..foot).rev().zip(told.iter().rev()) {
                let at = Rect { y, height: 1, ..inner };
                line::spans(&[(" ", theme.danger), (text, theme.danger)], at, buf);
            }
            line::spans(&[(self.foot, theme.dim)], Rect { y: foot, height: 1, ..inner }, buf);
        }
        picture
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

    #[test]
    fn older_texts_come_back_and_what_was_being_written_is_not_lost() {
        let past = ["select 1", "select 2\nfrom t", "table users"].map(str::to_owned).to_vec();
        let mut editor = Editor::new("t", "select").remembering(past);
        let mut seen = Vec::new();
        for _ in 0..3 {
            editor.up();
            while editor.row() > 0 {
                editor.step(-1);
            }
            seen.push(editor.text());
        }
        assert_eq!(seen, ["table users", "select 2\nfrom t", "select 1"]);
        for _ in 0..9 {
            editor.down();
        }
        assert_eq!(editor.text(), "select");
        // Those only which hold what is typed.
        editor.recall(editor.before("select"));
        assert_eq!(editor.text(), "select 2\nfrom t");
        editor.recall(editor.before("select"));
        assert_eq!(editor.text(), "select 1");
        editor.area.undo();
        editor.area.undo();
        assert_ne!(editor.text(), "select 1");
    }

    #[test]
    fn the_cursor_stands_where_it_is_wrong() {
        let editor = Editor::new("t", "select é,\n  nothing").wrong("no such column", Some(13));
        assert_eq!(editor.area.cursor(), DataCursor(1, 2));
    }

    proptest! {
        #[test]
        fn writing_moving_and_joining_lines_never_breaks_the_text(
            text in "[a-zé日\n ]{0,30}",
            steps in prop::collection::vec((any::<String>(), prop::sample::select(ACTIONS.to_vec()), -3isize..3), 0..12),
        ) {
            let mut editor = Editor::new("t", &text);
            for (typed, action, delta) in steps {
                editor.insert(&typed);
                editor.step(delta);
                editor.edit(action);
                prop_assert!(editor.row() < editor.area.lines().len());
                prop_assert!(editor.area.lines().iter().all(|line| !line.contains('\n')));
            }
        }

        #[test]
        fn whatever_was_written_can_be_taken_back(text in "[a-z \n]{0,20}", typed in prop::collection::vec("[a-z\n]{1,5}", 0..6)) {
            let mut editor = Editor::new("t", &text);
            for part in &typed {
                editor.insert(part);
            }
            while editor.area.undo() {}
            prop_assert_eq!(editor.text(), text);
        }

        #[test]
        fn what_is_pasted_is_there_line_by_line(text in "[a-z;() -]{0,8}(\n[a-z;() -]{1,8}){0,5}") {
            let mut editor = Editor::new("t", "");
            editor.insert(&text);
            prop_assert_eq!(editor.text(), text);
        }

        #[test]
        fn a_line_ended_and_joined_again_is_the_same(text in "[a-zé日]{0,12}", at in 0usize..14) {
            let mut editor = Editor::new("t", &text);
            for _ in 0..at {
                editor.edit(Action::CursorRight);
            }
            editor.area.insert_newline();
            editor.edit(Action::DeleteBefore);
            prop_assert_eq!(editor.text(), text);
        }
    }
}
