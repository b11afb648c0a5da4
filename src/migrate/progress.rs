//! What happens while migrations run, told as it happens.

use std::{fmt, time::Duration};

use crate::{monitor::veil, pg::Row};

/// Another session, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: i32,
    /// As whom it logged in.
    pub role: Option<String>,
    /// What its program calls itself.
    pub application: Option<String>,
    /// Since when it exists, in UTC.
    pub since: Option<String>,
    /// What it does or did last.
    pub query: Option<String>,
}

impl Holder {
    /// The session of a row: process id, role, application, since when, query.
    pub(super) fn of(row: &Row) -> Option<Self> {
        let [pid, role, application, since, query] = row.as_slice() else { return None };
        let filled = |value: &Option<String>| value.clone().filter(|it| !it.is_empty());
        Some(Self {
            pid: pid.as_deref()?.parse().ok()?,
            role: role.clone(),
            application: filled(application),
            since: since.clone(),
            query: filled(query).map(|text| veil(&text).into_owned()),
        })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.pid)?;
        if let Some(role) = &self.role {
            write!(f, " of {role}")?;
        }
        if let Some(application) = &self.application {
            write!(f, " ({application})")?;
        }
        if let Some(since) = &self.since {
            write!(f, " since {since} UTC")?;
        }
        match &self.query {
            Some(query) => {
                write!(f, ": {}", query.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            None => Ok(()),
        }
    }
}

/// Several sessions, one after the other.
pub(super) fn named(holders: &[Holder]) -> String {
    holders.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another runner is at work on the database.
    Waits(Vec<Holder>),
    /// A step begins.
    Begins {
        /// What it is called.
        title: String,
        /// How many statements it has; absent where it stays in one piece.
        statements: Option<usize>,
        /// Whether a transaction is around it.
        whole: bool,
    },
    /// A statement begins.
    Statement {
        /// Its number, from 1.
        number: usize,
        /// Of how many.
        of: usize,
        /// Its beginning.
        text: String,
    },
    /// It waits for others.
    Blocked(Vec<Holder>),
    /// An index is being built.
    Building {
        /// What the server does for it.
        phase: String,
        /// How much of that is done.
        done: u64,
        /// Of how much.
        total: u64,
        /// In which unit.
        unit: String,
    },
    /// It was in the way of others, or they of it: once more.
    Again {
        /// How many attempts there were.
        attempt: u32,
        /// After how long the next begins.
        after: Duration,
        /// What the server said.
        because: String,
        /// Who was in the way.
        by: Vec<Holder>,
    },
    /// A statement is done.
    Done {
        /// Its number.
        number: usize,
    },
    /// A step is done, and the history has it.
    Finished {
        /// What it is called.
        title: String,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waits(holders) => {
                write!(f, "another runner is at work, waiting for {}", named(holders))
            }
            Self::Begins { title, statements, whole } => {
                let how = if *whole { "in one transaction" } else { "statement by statement" };
                match statements {
                    Some(1) => write!(f, "{title}: 1 statement, {how}"),
                    Some(count) => write!(f, "{title}: {count} statements, {how}"),
                    None => write!(f, "{title}: as one piece, {how}"),
                }
            }
            Self::Statement { number, of, text } => write!(f, "  {number}/{of} {text}"),
            Self::Blocked(by) => write!(f, "  waits for {}", named(by)),
            Self::Building { phase, total: 0, .. } => write!(f, "  {phase}"),
            Self::Building { phase, done, total, unit } => {
                write!(f, "  {phase}: {done} of {total} {unit}")
            }
            Self::Again { attempt, after, because, by } => {
                let blame = if by.is_empty() {
                    String::new()
                } else {
                    format!("; in the way: {}", named(by))
                };
                write!(
                    f,
                    "  attempt {attempt} gave up ({because}){blame}; again in {:.1} s",
                    after.as_secs_f64()
                )
            }
            Self::Done { .. } => f.write_str("  done"),
            Self::Finished { title } => write!(f, "{title}: done"),
        }
    }
}
