//! What this machine remembers of the migrations it ran: statement by statement where there was no transaction around them.
//!
//! JSON lines in a private file, each on disk before what it tells of goes on. A killed program leaves it behind, and the next one reads what was done.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::step::Remembered;
use crate::pg::{Kind, Problem};

/// Something that happened to a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When, RFC 3339.
    pub at: String,
    /// In which database.
    pub database: String,
    /// Which step.
    pub version: String,
    /// Which way.
    pub up: bool,
    /// The checksum of the text that ran.
    pub checksum: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The statement with this number, from 1, is sent next.
    Begun {
        /// Its number.
        statement: usize,
    },
    /// The transaction with this number, in which the statement ran, is committed next.
    Committing {
        /// Its number.
        statement: usize,
        /// The transaction.
        transaction: String,
    },
    /// The server said that the statement is done.
    Done {
        /// Its number.
        statement: usize,
    },
    /// All of it is done, and the history has it.
    Finished {
        /// As whom.
        by: String,
        /// What the file meant.
        meaning: String,
    },
    /// The history no longer has it.
    Forgotten,
}

/// A step that was begun, statement by statement, and not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Which way.
    pub up: bool,
    /// The checksum of the text that ran.
    pub checksum: String,
    /// How many statements are known to be done.
    pub done: usize,
    /// The statement of which it is not known, with the transaction in which it ran, if one was being committed.
    pub open: Option<(usize, Option<String>)>,
}

/// The file, of which only what is about one database is read.
#[derive(Debug, Clone)]
pub struct Memory {
    path: PathBuf,
    database: String,
}

impl Memory {
    /// The memory in `folder` about the database of that name.
    pub fn new(folder: &Path, database: impl Into<String>) -> Self {
        Self { path: folder.join("migrations.jsonl"), database: database.into() }
    }

    /// Which database it is about.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Adds a note, and makes sure it is on disk.
    pub fn add(&self, note: &Note) -> Result<(), Problem> {
        self.append(note).map_err(|error| {
            Problem::new(
                Kind::Usage,
                format!("the memory of migrations cannot be written: {error}"),
            )
            .hint(format!(
                "make `{}` writable; nothing is run that nobody remembers",
                self.path.display()
            ))
        })
    }

    fn append(&self, note: &Note) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).mode(0o600).open(&self.path)?;
        let line = serde_json::to_string(note)?;
        // What a crash cut short must not take the next line with it.
        let whole = ends_whole(&mut file)?;
        file.write_all(format!("{}{line}\n", if whole { "" } else { "\n" }).as_bytes())?;
        file.sync_data()
    }

    /// What was noted about the database, in order. A line that was cut short by a crash tells nothing.
    pub fn notes(&self) -> Result<Vec<Note>, Problem> {
        let wrong = |error: io::Error| {
            Problem::usage(format!("cannot read `{}`: {error}", self.path.display()))
        };
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(wrong(error)),
        };
        let mut notes = Vec::new();
        for line in BufReader::new(file).lines() {
            let note = serde_json::from_str::<Note>(&line.map_err(wrong)?);
            notes.extend(note.ok().filter(|note| note.database == self.database));
        }
        Ok(notes)
    }
}

/// Whether the file is empty or its last line has its end.
fn ends_whole(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// What of `notes` is still of interest, by version.
pub(super) fn remembered(notes: &[Note]) -> BTreeMap<String, Remembered> {
    let mut all: BTreeMap<String, Remembered> = BTreeMap::new();
    for note in notes {
        let memory = all.entry(note.version.clone()).or_default();
        match &note.event {
            Event::Finished { by, meaning } => {
                *memory =
                    Remembered { by: Some(by.clone()), meaning: Some(meaning.clone()), done: None };
            }
            Event::Forgotten => *memory = Remembered::default(),
            Event::Begun { .. } | Event::Committing { .. } | Event::Done { .. } => {}
        }
    }
    all
}

/// The steps of `notes` that were begun and not finished, by version.
pub(super) fn begun(notes: &[Note]) -> BTreeMap<String, Begun> {
    let mut all: BTreeMap<String, Begun> = BTreeMap::new();
    for note in notes {
        let fresh = || Begun { up: note.up, checksum: note.checksum.clone(), done: 0, open: None };
        match &note.event {
            Event::Finished { .. } | Event::Forgotten => {
                all.remove(&note.version);
            }
            Event::Begun { statement } => {
                let begun = all.entry(note.version.clone()).or_insert_with(fresh);
                if begun.checksum != note.checksum || begun.up != note.up {
                    *begun = fresh();
                }
                begun.done = statement.saturating_sub(1);
                begun.open = Some((*statement, None));
            }
            Event::Committing { statement, transaction } => {
                let begun = all.entry(note.version.clone()).or_insert_with(fresh);
                begun.open = Some((*statement, Some(transaction.clone())));
            }
            Event::Done { statement } => {
                let begun = all.entry(note.version.clone()).or_insert_with(fresh);
                (begun.done, begun.open) = (*statement, None);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(version: &str, event: Event) -> Note {
        Note {
            at: "2026-01-01T00:00:00Z".into(),
            database: "d".into(),
            version: version.into(),
            up: true,
            checksum: "c".into(),
            event,
        }
    }

    #[test]
    fn wherever_a_program_was_killed_the_notes_say_what_is_done() {
        let transaction = || "77".to_owned();
        let events = [
            Event::Begun { statement: 1 },
            Event::Committing { statement: 1, transaction: transaction() },
            Event::Done { statement: 1 },
            Event::Begun { statement: 2 },
            Event::Done { statement: 2 },
            Event::Finished { by: "me".into(), meaning: "m".into() },
        ];
        let expected = [
            None,
            Some((0, Some((1, None)))),
            Some((0, Some((1, Some(transaction()))))),
            Some((1, None)),
            Some((1, Some((2, None)))),
            Some((2, None)),
            None,
        ];
        for (killed, expected) in expected.into_iter().enumerate() {
            let notes: Vec<_> = events[..killed].iter().map(|it| note("1", it.clone())).collect();
            let found = begun(&notes).remove("1").map(|it| (it.done, it.open));
            assert_eq!(found, expected, "killed after {killed}");
        }
    }

    #[test]
    fn notes_are_kept_apart_by_database_and_a_line_cut_short_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(folder.path(), "d");
        assert!(memory.notes().unwrap().is_empty());
        memory.add(&note("1", Event::Begun { statement: 1 })).unwrap();
        Memory::new(folder.path(), "e")
            .add(&Note { database: "e".into(), ..note("2", Event::Forgotten) })
            .unwrap();
        let path = folder.path().join("migrations.jsonl");
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"{\"at\":").unwrap();
        memory.add(&note("1", Event::Done { statement: 1 })).unwrap();
        let events = [Event::Begun { statement: 1 }, Event::Done { statement: 1 }];
        assert_eq!(memory.notes().unwrap(), events.map(|event| note("1", event)));
    }

    #[test]
    fn who_took_a_step_is_forgotten_with_it() {
        let finished = note("1", Event::Finished { by: "me".into(), meaning: "m".into() });
        let taken = remembered(std::slice::from_ref(&finished));
        assert_eq!(taken["1"].by.as_deref(), Some("me"));
        let undone = remembered(&[finished, note("1", Event::Forgotten)]);
        assert_eq!(undone["1"], Remembered::default());
    }
}
