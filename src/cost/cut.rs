//! How usage is looked at, as it stands in an address: `by model month from=2026-11-01`.

use std::fmt;

use chrono::NaiveDate;

use super::{Dimension, Per, Span};

/// How usage is looked at; what is absent is as usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Cut {
    /// By what it is told apart.
    pub by: Option<Dimension>,
    /// How long periods are.
    pub per: Option<Per>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last one.
    pub to: Option<NaiveDate>,
}

impl Cut {
    /// As usual.
    pub const NONE: Self = Self { by: None, per: None, from: None, to: None };

    /// The days that are meant: the whole month where only its first day is named, or only the day after its last one.
    pub fn span(&self) -> Option<Span> {
        match (self.from, self.to) {
            (None, None) => None,
            (Some(from), None) => Some(Span { from, to: Per::Month.next(from) }),
            (None, Some(to)) => {
                let last = to.pred_opt()?;
                Some(Span { from: Per::Month.start(last), to })
            }
            (Some(from), Some(to)) => Span::new(from, to).ok(),
        }
    }

    /// Means these days.
    pub const fn set_span(&mut self, span: Span) {
        (self.from, self.to) = (Some(span.from), Some(span.to));
    }

    /// Whether `word` stands in an address for how usage is looked at.
    pub fn is_own(word: &str) -> bool {
        word == "by" || Per::ALL.iter().any(|per| per.name() == word)
    }
}

impl fmt::Display for Cut {
    /// As it stands in an address, with a blank before each word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(by) = self.by {
            write!(f, " by {by}")?;
        }
        if let Some(per) = self.per {
            write!(f, " {per}")?;
        }
        if let Some(from) = self.from {
            write!(f, " from={from}")?;
        }
        if let Some(to) = self.to {
            write!(f, " to={to}")?;
        }
        Ok(())
    }
}
