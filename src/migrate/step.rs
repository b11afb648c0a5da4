//! What was applied, what was not, and what does not fit the files: a comparison of two lists.
//!
//! Pure: files and history in, one step for each version out, in order.

use std::{cmp::Ordering, collections::BTreeMap};

use sha2::{Digest as _, Sha256};

use super::{Edit, Migration, Outcome, Record, Source, Tool, statement::meaning};
use crate::{
    list::{Column, Kind},
    pg::Row,
    text::hex,
};

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Done, by this very file, and it can be undone.
    Applied,
    /// Done, by this very file, which has no way back.
    Irreversible,
    /// Done; there are no files to compare with.
    Recorded,
    /// Not done.
    Pending,
    /// Not done, although a later one is.
    OutOfOrder,
    /// Done, but the file has changed since.
    Modified(Edit),
    /// Done, but there is no such file.
    Missing,
    /// Two files have this version.
    Duplicate,
    /// Begun, and not come to its end, as the history says.
    Failed,
    /// Begun, statement by statement, of which so many are done.
    Partly(usize),
}

impl State {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Irreversible => "irreversible",
            Self::Recorded => "recorded",
            Self::Pending => "pending",
            Self::OutOfOrder => "out-of-order",
            Self::Modified(_) => "modified",
            Self::Missing => "missing",
            Self::Duplicate => "duplicate",
            Self::Failed => "failed",
            Self::Partly(_) => "partly",
        }
    }

    /// Whether it is done.
    pub const fn is_done(self) -> bool {
        matches!(
            self,
            Self::Applied | Self::Irreversible | Self::Recorded | Self::Modified(_) | Self::Missing
        )
    }

    /// Whether it is still to be taken.
    pub const fn is_due(self) -> bool {
        matches!(self, Self::Pending | Self::OutOfOrder | Self::Partly(_))
    }

    /// Whether nothing is to be built on it.
    pub const fn is_wrong(self) -> bool {
        matches!(self, Self::Modified(_) | Self::Missing | Self::Duplicate | Self::Failed)
    }
}

/// One step and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The version, as the tool writes it.
    pub version: String,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// When it was done, RFC 3339.
    pub at: Option<String>,
    /// Who did it, where that is known here.
    pub by: Option<String>,
    /// How long it took.
    pub milliseconds: Option<f64>,
    /// Whose history has it, or would have it.
    pub tool: Tool,
}

impl Step {
    /// What else there is to say about its state.
    pub fn detail(&self) -> Option<String> {
        match self.state {
            State::Modified(edit) => Some(edit.to_string()),
            State::Irreversible => Some("there is no way back".to_owned()),
            State::OutOfOrder => Some("a later one is applied already".to_owned()),
            State::Missing => Some("there is no such file".to_owned()),
            State::Duplicate => Some("two files have this version".to_owned()),
            State::Failed => Some("begun, and not come to its end".to_owned()),
            State::Partly(done) => Some(format!("{done} of its statements are done")),
            State::Applied | State::Recorded | State::Pending => None,
        }
    }
}

/// What is remembered on this machine of steps that were taken from it, by version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remembered {
    /// Who took it.
    pub by: Option<String>,
    /// What its file meant.
    pub meaning: Option<String>,
    /// How many statements are done of one that was cut short.
    pub done: Option<usize>,
}

/// Every step of the files and of the history, by version; without `source` only those of the history.
pub fn compare(
    tool: Tool,
    source: Option<&Source>,
    records: &[Record],
    remembered: &BTreeMap<String, Remembered>,
) -> Vec<Step> {
    let files = source.map(Source::migrations).unwrap_or_default();
    let taken = records.iter().filter(|record| record.outcome == Outcome::Done);
    let newest = taken.map(|record| record.key.as_str()).max_by(|a, b| in_order(a, b));
    let of = |key: &str| records.iter().find(|record| record.key == key);
    let mut steps: Vec<(String, Step)> = Vec::new();
    for file in files {
        let memory = remembered.get(&file.key);
        let state = match of(&file.key) {
            _ if source.is_some_and(|it| it.has_twice(&file.key)) => State::Duplicate,
            Some(record) if record.outcome == Outcome::Failed => State::Failed,
            Some(record) => against(tool, file, record, memory),
            None => match memory.and_then(|memory| memory.done) {
                Some(done) => State::Partly(done),
                None if newest.is_some_and(|it| in_order(it, &file.key) == Ordering::Greater) => {
                    State::OutOfOrder
                }
                None => State::Pending,
            },
        };
        let (version, name) = (file.shown_version(), file.name.clone());
        steps.push((file.key.clone(), step(tool, version, name, state, of(&file.key), memory)));
    }
    for record in records {
        if files.iter().any(|file| file.key == record.key) {
            continue;
        }
        let state = match (record.outcome, source) {
            (Outcome::Failed, _) => State::Failed,
            (Outcome::Done, Some(_)) => State::Missing,
            (Outcome::Done, None) => State::Recorded,
        };
        let (version, name) = shown(record);
        let memory = remembered.get(&record.key);
        steps.push((record.key.clone(), step(tool, version, name, state, Some(record), memory)));
    }
    steps.sort_by(|(a, _), (b, _)| in_order(a, b));
    steps.into_iter().map(|(_, step)| step).collect()
}

fn step(
    tool: Tool,
    version: String,
    name: String,
    state: State,
    record: Option<&Record>,
    memory: Option<&Remembered>,
) -> Step {
    Step {
        version,
        name,
        state,
        at: record.and_then(|it| it.at.clone()),
        by: record.and(memory).and_then(|it| it.by.clone()),
        milliseconds: record.and_then(|it| it.milliseconds),
        tool,
    }
}

/// How a file stands to the row that says that it was run.
fn against(tool: Tool, file: &Migration, record: &Record, memory: Option<&Remembered>) -> State {
    let same = |text: &str| match tool {
        Tool::Sqlx => record.checksum.as_deref() == Some(super::source::sha384(text).as_str()),
        Tool::Prisma | Tool::Drizzle => {
            record.checksum.as_deref() == Some(hex(&Sha256::digest(text.as_bytes())).as_str())
        }
        // The statements themselves are kept.
        Tool::Supabase => record.statements.as_deref().is_none_or(|ran| runs_alike(ran, text)),
    };
    if same(&file.up) {
        let way_back = tool != Tool::Sqlx || file.down.is_some();
        return if way_back { State::Applied } else { State::Irreversible };
    }
    let meant = memory.and_then(|memory| memory.meaning.as_deref());
    let meant = match tool {
        Tool::Supabase => record.statements.as_deref().map(meaning),
        Tool::Sqlx | Tool::Prisma | Tool::Drizzle => meant.map(str::to_owned),
    };
    State::Modified(Edit::of(&file.up, meant.as_deref(), same))
}

/// Whether the statements that ran are those of the file; how statements are set apart does not count.
fn runs_alike(ran: &str, text: &str) -> bool {
    let lines = |text: &str| {
        let kept: String = text.chars().filter(|c| !c.is_whitespace() && *c != ';').collect();
        kept
    };
    lines(ran) == lines(text)
}

/// What people call the version and the name of a step of which only the history knows.
fn shown(record: &Record) -> (String, String) {
    let called = record.name.as_deref().unwrap_or_default().replace(' ', "_");
    let digits = called.find(|c: char| !c.is_ascii_digit()).unwrap_or(called.len());
    match called.split_at(digits) {
        (number, rest) if !number.is_empty() && rest.starts_with('_') => {
            (number.to_owned(), rest[1..].to_owned())
        }
        _ => (record.key.clone(), called),
    }
}

/// Numbers by their worth, before names; what begins with the same number, by its letters.
pub(super) fn in_order(one: &str, other: &str) -> Ordering {
    let parts = |key: &str| {
        let end = key.find(|c: char| !c.is_ascii_digit()).unwrap_or(key.len());
        (key[..end].parse::<u128>().unwrap_or(u128::MAX), key[end..].to_owned(), key.to_owned())
    };
    parts(one).cmp(&parts(other))
}

impl Step {
    /// The columns of a list of steps.
    pub fn columns() -> Vec<Column> {
        let text = |name: &str| Column::new(name, Kind::Text);
        vec![
            text("version").pinned(),
            text("name"),
            text("state"),
            Column::new("applied_at", Kind::Time),
            text("applied_by"),
            Column::new("milliseconds", Kind::Number),
            text("tool"),
            text("detail"),
        ]
    }

    /// Its values, in the order of the columns.
    pub fn row(&self) -> Row {
        vec![
            Some(self.version.clone()),
            Some(self.name.clone()),
            Some(self.state.word().to_owned()),
            self.at.clone(),
            self.by.clone(),
            self.milliseconds.map(|it| format!("{it:.0}")),
            Some(self.tool.name().to_owned()),
            self.detail(),
        ]
    }
}
