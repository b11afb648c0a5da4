//! The message line while it is typed into: a command, a filter or a word to look for.

use super::{action::Action, field::Field};

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A command, after `:`.
    Command,
    /// A filter, after `/`.
    Filter,
    /// A word to look for, after `/`.
    Search,
}

impl Purpose {
    /// The sign before the text.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Command => ":",
            Self::Filter | Self::Search => "/",
        }
    }
}

/// The line, and where in the history it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What is being typed.
    pub purpose: Purpose,
    /// The text.
    pub field: Field,
    /// What may be meant: shown behind the text.
    pub ghost: Option<String>,
    /// How far back in the history, and what was typed before going there.
    recalled: Option<(usize, String)>,
}

impl Prompt {
    /// A prompt that begins with `text`.
    pub fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, field: Field::new(text), ghost: None, recalled: None }
    }

    /// Takes the ghost into the text; whether there was one to take.
    pub fn complete(&mut self) -> bool {
        let Some(ghost) = self.ghost.take().filter(|_| self.field.is_at_end()) else {
            return false;
        };
        self.field.insert(&ghost);
        true
    }

    /// Moves through `past`, newest last, among the lines that begin like what was typed.
    pub fn recall(&mut self, action: Action, past: &[String]) {
        let (back, draft) =
            self.recalled.clone().unwrap_or_else(|| (0, self.field.text().to_owned()));
        let mut seen: Vec<&String> = Vec::new();
        for line in past.iter().rev().filter(|line| line.starts_with(&draft) && **line != draft) {
            if !seen.contains(&line) {
                seen.push(line);
            }
        }
        let back = if action == Action::Older {
            (back + 1).min(seen.len())
        } else {
            back.saturating_sub(1)
        };
        if let Some(index) = back.checked_sub(1) {
            self.field.set(seen[index].as_str());
            self.recalled = Some((back, draft));
        } else {
            self.field.set(draft);
            self.recalled = None;
        }
    }

    /// Takes note that the text was changed by hand.
    pub fn changed(&mut self) {
        self.recalled = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_lines_come_back_and_so_does_what_was_typed() {
        let past = ["users acme".to_owned(), "tables".into(), "users".into(), "tables".into()];
        let mut prompt = Prompt::new(Purpose::Command, "");
        let mut seen = Vec::new();
        for action in [Action::Older, Action::Older, Action::Older, Action::Older, Action::Newer] {
            prompt.recall(action, &past);
            seen.push(prompt.field.text().to_owned());
        }
        assert_eq!(seen, ["tables", "users", "users acme", "users acme", "users"]);
        let mut prompt = Prompt::new(Purpose::Command, "us");
        prompt.recall(Action::Older, &past);
        prompt.recall(Action::Older, &past);
        prompt.recall(Action::Newer, &past);
        prompt.recall(Action::Newer, &past);
        assert_eq!(prompt.field.text(), "us");
    }
}
