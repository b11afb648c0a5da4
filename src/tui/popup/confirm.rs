//! A question with two buttons, of which the harmless one is under Enter.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::{
    text,
    tui::{
        action::Action,
        cx::Cx,
        field::Field,
        note::Note,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// A question with two buttons.
#[derive(Debug)]
pub struct Confirm {
    title: String,
    lines: Vec<String>,
    /// What the other button says, and does.
    yes: String,
    deed: Deed,
    /// Whether the other button is under Enter.
    chosen: bool,
    /// What has to be typed first, where it is serious.
    word: Option<(String, Field)>,
}

impl Confirm {
    /// Asks whether to do `deed`; `yes` names the button that does it.
    pub fn new(title: &str, lines: Vec<String>, yes: &str, deed: Deed) -> Self {
        Self { title: title.into(), lines, yes: yes.into(), deed, chosen: false, word: None }
    }

    /// The same, but `word` has to be typed before.
    #[must_use]
    pub fn typing(mut self, word: &str) -> Self {
        self.word = Some((word.to_owned(), Field::default()));
        self
    }
}

impl Dialog for Confirm {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        match action {
            Action::NextItem
            | Action::PreviousItem
            | Action::Left
            | Action::Right
            | Action::Toggle => {
                self.chosen = !self.chosen;
                Outcome::Stay
            }
            Action::Accept | Action::Submit if self.chosen => match &self.word {
                Some((word, field)) if field.text() != word => {
                    cx.say(Note::warning(&format!("type `{word}` first")));
                    Outcome::Stay
                }
                _ => Outcome::Do(self.deed.clone()),
            },
            Action::Accept | Action::Submit | Action::Close | Action::Cancel => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.word.as_mut().map(|(_, field)| field)
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let widest = self.lines.iter().map(|line| text::width(line)).max().unwrap_or(0);
        let typed = u16::from(self.word.is_some());
        let height = self.lines.len() as u16 + 4 + typed;
        let area = middle(screen, (widest as u16 + 6).clamp(36, 100), height);
        let inner = frame::popup(&self.title, theme, area, buf);
        let mut y = inner.y;
        for text in &self.lines {
            if y < inner.bottom() {
                line::spans(
                    &[(" ", theme.text), (&text::clean(text), theme.text)],
                    Rect { y, height: 1, ..inner },
                    buf,
                );
            }
            y += 1;
        }
        let mut picture = Picture::default();
        if let Some((word, field)) = &self.word
            && y < inner.bottom()
        {
            let sign = format!(" type `{word}`: ");
            picture = line::field(field, &sign, theme.prompt, Rect { y, height: 1, ..inner }, buf);
        }
        if inner.height > 0 {
            let y = inner.bottom() - 1;
            let (cancel, yes) =
                if self.chosen { (theme.button, theme.focus) } else { (theme.focus, theme.button) };
            line::spans(
                &[
                    (" ", theme.text),
                    ("[ Cancel ]", cancel),
                    ("  ", theme.text),
                    (&format!("[ {} ]", self.yes), yes),
                    ("   Tab chooses", theme.dim),
                ],
                Rect { y, height: 1, ..inner },
                buf,
            );
        }
        picture
    }
}
