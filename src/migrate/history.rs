//! What was applied, what was not, and what does not fit the files: a comparison of two lists.

use super::{Migration, Source};

/// One row of `_sqlx_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The version.
    pub version: i64,
    /// The name, blanks for underscores.
    pub description: String,
    /// When, RFC 3339.
    pub at: String,
    /// SHA-384 of the file that was run, in hexadecimal digits.
    pub checksum: String,
    /// How long it took; negative where it is not known.
    pub nanoseconds: i64,
}

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Done, by this very file.
    Applied,
    /// Done, but the file has changed since.
    Modified,
    /// Done, but there is no such file.
    Missing,
    /// Not done.
    Pending,
    /// Not done, although a later one is.
    OutOfOrder,
}

/// One step and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The version.
    pub version: i64,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// When it was done, RFC 3339.
    pub at: Option<String>,
    /// How long it took.
    pub nanoseconds: Option<i64>,
}

/// Every step of the files and of the history, by version.
pub fn compare(source: &Source, applied: &[Applied]) -> Vec<Step> {
    let newest = applied.iter().map(|row| row.version).max();
    let mut steps: Vec<Step> = source
        .migrations()
        .iter()
        .map(|step| match applied.iter().find(|row| row.version == step.version) {
            Some(row) => done(step.name.clone(), row, state_of(step, row)),
            None => Step {
                version: step.version,
                name: step.name.clone(),
                state: if newest > Some(step.version) { State::OutOfOrder } else { State::Pending },
                at: None,
                nanoseconds: None,
            },
        })
        .collect();
    let without_file = applied.iter().filter(|row| source.get(row.version).is_none());
    steps.extend(
        without_file.map(|row| done(row.description.replace(' ', "_"), row, State::Missing)),
    );
    steps.sort_by_key(|step| step.version);
    steps
}

fn state_of(step: &Migration, row: &Applied) -> State {
    if step.checksum() == row.checksum { State::Applied } else { State::Modified }
}

fn done(name: String, row: &Applied, state: State) -> Step {
    Step {
        version: row.version,
        name,
        state,
        at: Some(row.at.clone()),
        nanoseconds: (row.nanoseconds >= 0).then_some(row.nanoseconds),
    }
}
