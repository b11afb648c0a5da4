//! Why a typed statement is not sent, and where in it the reason stands.
//!
//! Nothing of a refused statement ever reaches the server.

use std::ops::Range;

use crate::pg::Problem;

/// What sort of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// It would change something, act on the server or take another identity.
    Forbidden,
    /// It cannot be read: most likely a mistake.
    Unread,
    /// purview's reader does not take it, and PostgreSQL may.
    Unknown,
}

/// Why a statement is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What sort of refusal it is.
    pub sort: Sort,
    /// The reason, in one line.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
    /// The part of the text that it is about, in bytes.
    pub at: Range<usize>,
}

impl Refusal {
    pub(super) fn forbidden(
        reason: impl Into<String>,
        hint: impl Into<String>,
        at: Range<usize>,
    ) -> Self {
        Self { sort: Sort::Forbidden, reason: reason.into(), hint: hint.into(), at }
    }

    pub(super) fn unread(reason: impl Into<String>, at: Range<usize>) -> Self {
        let hint = "nothing was sent; where PostgreSQL reads it all the same, use psql";
        Self { sort: Sort::Unread, reason: reason.into(), hint: hint.into(), at }
    }

    /// What this reader does not take, in a few words.
    pub(super) fn unknown(what: &str, at: Range<usize>) -> Self {
        let reason = format!("purview's reader does not take what PostgreSQL may read: {what}");
        let hint =
            "nothing was sent, and it need be no mistake; write it more plainly here, or use psql";
        Self { sort: Sort::Unknown, reason, hint: hint.into(), at }
    }

    /// The same as a command says it, of a place in `text`.
    pub fn problem(&self, text: &str) -> Problem {
        let at = text.get(..self.at.start).map(|before| before.chars().count() + 1);
        Problem { at: at.filter(|_| !self.at.is_empty()), ..Problem::usage(self.reason.clone()) }
            .hint(self.hint.clone())
    }
}
