//! A text of several lines being written, such as the SQL of a policy.
//!
//! Whoever leaves it loses nothing: the pane gets the text either way.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::tui::{
    action::{Action, Scope},
    cx::Cx,
    field::Field,
    stage::{Picture, Stage},
    ui::{frame, line},
};

/// As wide as SQL is still pleasant to read.
const WIDTH: u16 = 120;
/// Nobody writes more lines than this by hand.
const LONGEST: usize = 5000;

/// The text. The pane gets it as [`Deed::Own`]: under the name `run` where it is done, else under the name `draft`.
#[derive(Debug)]
pub struct Editor {
    title: String,
    lines: Vec<Field>,
    row: usize,
}

impl Editor {
    /// An editor that holds `text`, with the cursor before everything.
    pub fn new(title: &str, text: &str) -> Self {
        let mut lines: Vec<Field> = text.lines().map(at_start).collect();
        if lines.is_empty() {
            lines.push(Field::default());
        }
        Self { title: title.to_owned(), lines, row: 0 }
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(Field::text).collect();
        lines.join("\n")
    }

    fn current(&mut self) -> &mut Field {
        &mut self.lines[self.row]
    }

    /// Ends the line at the cursor and begins another.
    fn split(&mut self) {
        if self.lines.len() < LONGEST {
            let rest = self.current().split_off();
            self.row += 1;
            self.lines.insert(self.row, rest);
        }
    }

    /// Puts the line after this one behind it.
    fn join(&mut self) {
        let next = self.lines.remove(self.row + 1);
        self.current().append(&next);
    }

    fn step(&mut self, delta: isize) {
        let column = self.current().column();
        self.row = self.row.saturating_add_signed(delta).min(self.lines.len() - 1);
        self.current().go_to(column);
    }
}

fn at_start(text: &str) -> Field {
    let mut field = Field::default();
    field.insert(text);
    field.act(Action::LineStart);
    field
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
            Action::NewLine => self.split(),
            Action::Older => self.step(-1),
            Action::Newer => self.step(1),
            Action::PreviousItemPage => self.step(-page),
            Action::NextItemPage => self.step(page),
            Action::RunText => return Outcome::Do(Deed::Own("run", self.text())),
            Action::Cancel | Action::Close => {
                return Outcome::Do(Deed::Own("draft", self.text()));
            }
            _ => {}
        }
        Outcome::Stay
    }

    fn field(&mut self) -> Option<&mut Field> {
        Some(self.current())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is the line's business")]
    fn edit(&mut self, action: Action) -> bool {
        let last = self.row + 1 == self.lines.len();
        match action {
            Action::DeleteBefore if self.current().is_at_start() => {
                if self.row > 0 {
                    self.row -= 1;
                    self.current().act(Action::LineEnd);
                    self.join();
                }
                true
            }
            Action::DeleteAfter if self.current().is_at_end() => {
                if !last {
                    self.join();
                }
                true
            }
            Action::CursorLeft if self.current().is_at_start() => {
                if self.row > 0 {
                    self.row -= 1;
                    self.current().act(Action::LineEnd);
                }
                true
            }
            Action::CursorRight if self.current().is_at_end() => {
                if !last {
                    self.row += 1;
                    self.current().act(Action::LineStart);
                }
                true
            }
            action => self.current().act(action),
        }
    }

    fn insert(&mut self, text: &str) -> bool {
        for (number, part) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if number > 0 {
                self.split();
            }
            self.current().insert(part);
        }
        true
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let height = u16::try_from(self.lines.len()).unwrap_or(u16::MAX).saturating_add(3).max(10);
        let area = middle(screen, WIDTH, height);
        let inner = frame::popup(&self.title, theme, area, buf);
        let rows = usize::from(inner.height.saturating_sub(1)).max(1);
        let top = (self.row + 1).saturating_sub(rows);
        let mut picture = Picture::default();
        for (y, index) in (inner.y..inner.bottom().saturating_sub(1)).zip(top..self.lines.len()) {
            let area = Rect { y, height: 1, ..inner };
            if index == self.row {
                picture = line::field(&self.lines[index], " ", theme.prompt, area, buf);
            } else {
                let room = usize::from(inner.width).saturating_sub(1);
                let mut shown = self.lines[index].clone();
                shown.act(Action::LineStart);
                let (text, _) = shown.visible(room);
                line::spans(&[(" ", theme.text), (&text, theme.text)], area, buf);
            }
        }
        if inner.height > 0 {
            let foot = " f5 or ctrl-s asks what would change · esc leaves, and keeps the text";
            let at = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            line::spans(&[(foot, theme.dim)], at, buf);
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
                prop_assert!(editor.row < editor.lines.len());
                prop_assert!(editor.lines.iter().all(|line| !line.text().contains('\n')));
            }
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
            editor.split();
            editor.edit(Action::DeleteBefore);
            prop_assert_eq!(editor.text(), text);
        }
    }
}
