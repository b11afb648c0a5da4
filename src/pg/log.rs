//! The last statements that went through the door, for the person at the keyboard: what, as whom, how long, and how it ended.
//!
//! Values are not kept, neither bound nor returned, nor what an error repeats of one; what is needed for good is in the [`Journal`](super::Journal).

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Identity, Problem, Rows, Sql};

/// How many statements are kept.
const KEPT: usize = 200;

/// A statement that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took, together with those that ran in its transaction.
    pub took: TimeDelta,
    /// As whom.
    pub who: String,
    /// The statement.
    pub text: String,
    /// How many rows came back, or what was said instead.
    pub outcome: Result<usize, String>,
}

/// The last statements.
#[derive(Debug, Default)]
pub(super) struct Log {
    ran: Mutex<VecDeque<Ran>>,
}

impl Log {
    /// Takes note of the statements of one transaction.
    pub(super) fn note(
        &self,
        (at, ended): (DateTime<Utc>, DateTime<Utc>),
        identity: &Identity,
        statements: &[Sql],
        outcome: Result<&[Rows], &Problem>,
    ) {
        for (index, statement) in statements.iter().enumerate() {
            let rows =
                outcome.map(|answers| answers.get(index).map_or(0, |answer| answer.rows.len()));
            self.note_one((at, ended), identity, statement, rows);
        }
    }

    /// Takes note of one statement of which it is known how many rows came back.
    pub(super) fn note_one(
        &self,
        (at, ended): (DateTime<Utc>, DateTime<Utc>),
        identity: &Identity,
        statement: &Sql,
        outcome: Result<usize, &Problem>,
    ) {
        let who = identity.acting().map_or_else(
            || "operator".to_owned(),
            |acting| format!("{} as role {}", acting.label(), acting.role),
        );
        let mut ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        if ran.len() == KEPT {
            ran.pop_front();
        }
        ran.push_back(Ran {
            at,
            took: ended - at,
            who,
            text: statement.render().0,
            outcome: outcome.map_err(|problem| problem.without_values().into_owned()),
        });
    }

    /// The statements, oldest first.
    pub(super) fn all(&self) -> Vec<Ran> {
        self.ran.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
