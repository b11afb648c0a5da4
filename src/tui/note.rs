//! The one line in which purview answers: what was done, what to mind, what failed and what to do about it.

use crate::{pg::Problem, text};

/// A message to the person at the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How it is meant.
    pub tone: Tone,
    /// What it says; harmless already.
    pub text: String,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// Mind this.
    Warning,
    /// It failed.
    Failure,
}

impl Tone {
    /// The word that says it without colour.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Warning => "note",
            Self::Failure => "failed",
        }
    }
}

impl Note {
    /// It was done.
    pub fn done(text: &str) -> Self {
        Self { tone: Tone::Done, text: text::clean(text).into_owned() }
    }

    /// Mind this.
    pub fn warning(text: &str) -> Self {
        Self { tone: Tone::Warning, text: text::clean(text).into_owned() }
    }

    /// The first of `notes` about files, and where the others are told: there is one line for all of them.
    pub fn first(notes: &[Self]) -> Option<Self> {
        let first = notes.first()?;
        let text = match notes.len() {
            1 => first.text.clone(),
            count => format!("1 of {count}, `purview doctor` tells all: {}", first.text),
        };
        Some(Self { text, ..first.clone() })
    }
}

impl From<&Problem> for Note {
    fn from(problem: &Problem) -> Self {
        Self { tone: Tone::Failure, text: text::clean(&problem.to_string()).into_owned() }
    }
}
