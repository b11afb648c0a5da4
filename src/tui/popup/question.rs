//! A line to be typed: a name, a reason, a number.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Deed, Dialog, Outcome, middle};
use crate::{
    text,
    tui::{
        action::Action,
        cx::Cx,
        field::Field,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// A line to be typed.
#[derive(Debug)]
pub struct Question {
    title: String,
    about: String,
    field: Field,
    /// The name under which the pane gets the answer.
    name: &'static str,
}

impl Question {
    /// Asks for a line; the pane gets it as [`Deed::Own`] under `name`.
    pub fn new(title: &str, about: &str, name: &'static str) -> Self {
        Self { title: title.into(), about: about.into(), field: Field::default(), name }
    }

    /// The same, with something typed already.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.field.set(text);
        self
    }
}

impl Dialog for Question {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "other actions are not the dialog's business"
    )]
    fn act(&mut self, action: Action, _cx: &mut Cx<'_>) -> Outcome {
        match action {
            Action::Accept | Action::Submit if !self.field.is_empty() => {
                Outcome::Do(Deed::Own(self.name, self.field.text().to_owned()))
            }
            Action::Close | Action::Cancel => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    fn field(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = (text::width(&self.about) as u16 + 4).clamp(50, 100);
        let inner = frame::popup(&self.title, theme, middle(screen, width, 4), buf);
        if inner.height == 0 {
            return Picture::default();
        }
        line::spans(
            &[(" ", theme.dim), (&text::clean(&self.about), theme.dim)],
            Rect { height: 1, ..inner },
            buf,
        );
        let below = Rect { y: inner.y + inner.height.min(2) - 1, height: 1, ..inner };
        line::field(&self.field, " > ", theme.prompt, below, buf)
    }
}
