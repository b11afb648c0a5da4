//! The operator's own record of acting as somebody: JSON lines in a private file, each chained to the one before by its hash.
//!
//! An entry holds who, as whom, why and which statement, and no value that a statement returned.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Mutex,
};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Acting, Kind, Problem};
use crate::text::hex;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Entry {
    /// Acting began.
    Start {
        /// The role that is acted as.
        role: String,
        /// The user that is acted as.
        user: String,
        /// Why.
        reason: String,
        /// Until when.
        until: String,
        /// How strong the fence is.
        fence: String,
    },
    /// A statement ran as somebody.
    Statement {
        /// The role.
        role: String,
        /// The user.
        user: String,
        /// The statement, its bound values left out; what a person typed stands there as they typed it.
        text: String,
        /// How many rows came back; absent when it failed.
        rows: Option<usize>,
        /// The SQLSTATE or the sort of failure, when it failed.
        failed: Option<String>,
    },
    /// Something changed who the session was: no result was shown.
    IdentityChanged {
        /// The role that was meant.
        role: String,
        /// The user that was meant.
        user: String,
        /// What was found instead.
        found: String,
    },
    /// The application's own audit got its entry about that, or did not.
    Audited {
        /// The role that is acted as.
        role: String,
        /// The user that is acted as.
        user: String,
        /// `written`, or why not.
        outcome: String,
    },
    /// What a session does is about to be ended, or the session itself.
    Signal(Signal),
    /// What became of that.
    Signalled {
        /// The session's process id.
        pid: i32,
        /// Whether it was done, or the SQLSTATE.
        outcome: String,
    },
    /// A migration is about to be taken or undone.
    Migration {
        /// `up` or `down`.
        direction: &'static str,
        /// Its version.
        version: String,
        /// Its name.
        name: String,
        /// The checksum of the text that runs.
        checksum: String,
    },
    /// What became of that.
    Migrated {
        /// Its version.
        version: String,
        /// `done`, or why not.
        outcome: String,
    },
    /// Acting ended.
    End {
        /// The role that was acted as.
        role: String,
        /// The user that was acted as.
        user: String,
    },
}

/// A session that is to be stopped, as its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// What is done to it: `cancel` or `terminate`.
    pub act: &'static str,
    /// Its process id.
    pub pid: i32,
    /// Since when it exists: another session may have the same process id later.
    pub backend_start: String,
    /// As whom it logged in.
    pub role: Option<String>,
    /// To which database.
    pub database: Option<String>,
    /// What the program at its other end calls itself.
    pub application: Option<String>,
}

impl Entry {
    /// Acting as `acting` begins.
    pub fn start(acting: &Acting, fence: super::Fence) -> Self {
        Self::Start {
            role: acting.role.clone(),
            user: acting.label().to_owned(),
            reason: acting.reason.clone(),
            until: stamp(acting.until),
            fence: fence.to_string(),
        }
    }

    /// Acting as `acting` ends.
    pub fn end(acting: &Acting) -> Self {
        Self::End { role: acting.role.clone(), user: acting.label().to_owned() }
    }
}

/// A journal file.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    login: String,
    account: String,
    state: Mutex<Option<Open>>,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// How long the file was after our last entry: another process may have written since.
    length: u64,
    last: String,
}

#[derive(Serialize)]
struct Line<'a> {
    at: String,
    os_user: &'a str,
    login: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
    previous: &'a str,
}

impl Journal {
    /// The journal at `path` of what `login` (as shown, without a secret) does. The file is made by the first entry.
    pub fn new(path: impl Into<PathBuf>, login: impl Into<String>) -> Self {
        Self { path: path.into(), login: login.into(), account: account(), state: Mutex::new(None) }
    }

    /// Where it lies, and what else is remembered beside it.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Appends `entry`, which happened at `at`, and makes sure it is on disk.
    pub fn write(&self, at: DateTime<Utc>, entry: &Entry) -> Result<(), Problem> {
        self.write_all(&[(at, entry)])
    }

    /// Appends entries, each with when it happened, and makes sure that all of them are on disk.
    pub fn write_all(&self, entries: &[(DateTime<Utc>, &Entry)]) -> Result<(), Problem> {
        self.append(entries).map_err(|error| {
            Problem::new(Kind::Usage, format!("the journal cannot be written: {error}")).hint(
                format!(
                    "make `{}` writable; without a record nobody is acted as",
                    self.path.display()
                ),
            )
        })
    }

    fn append(&self, entries: &[(DateTime<Utc>, &Entry)]) -> std::io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut open = match state.take() {
            Some(open) => open,
            None => Open { file: create(&self.path)?, length: 0, last: String::new() },
        };
        // Two programs may keep the same journal; the lock ends with the entry.
        open.file.lock()?;
        let written = self.extend(&mut open, entries);
        open.file.unlock()?;
        written?;
        *state = Some(open);
        Ok(())
    }

    fn extend(&self, open: &mut Open, entries: &[(DateTime<Utc>, &Entry)]) -> std::io::Result<()> {
        if open.file.metadata()?.len() != open.length {
            open.last = last_hash(&self.path)?;
        }
        let mut text = String::new();
        let mut last = open.last.clone();
        for (at, entry) in entries {
            let line = Line {
                at: stamp(*at),
                os_user: &self.account,
                login: &self.login,
                entry,
                previous: &last,
            };
            let line = serde_json::to_string(&line)?;
            last = hash(&line);
            text.push_str(&line);
            text.push('\n');
        }
        open.file.write_all(text.as_bytes())?;
        open.file.sync_data()?;
        open.length = open.file.metadata()?.len();
        open.last = last;
        Ok(())
    }

    /// Returns the number of entries in the file at `path` if their chain is whole, else the number of the first line that does not fit.
    pub fn verify(path: &Path) -> std::io::Result<Result<usize, usize>> {
        let mut previous = String::new();
        let mut count = 0;
        for line in BufReader::new(File::open(path)?).lines() {
            let line = line?;
            count += 1;
            let told = serde_json::from_str::<serde_json::Value>(&line).ok();
            let told = told.as_ref().and_then(|value| value.get("previous")?.as_str());
            if told != Some(previous.as_str()) {
                return Ok(Err(count));
            }
            previous = hash(&line);
        }
        Ok(Ok(count))
    }
}

/// The account that runs the program. What a variable says about it anybody can change.
fn account() -> String {
    whoami::username().unwrap_or_else(|_| format!("uid {}", rustix::process::geteuid().as_raw()))
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn create(path: &Path) -> std::io::Result<File> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// The hash of the last line, so that the chain goes on over restarts.
fn last_hash(path: &Path) -> std::io::Result<String> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)
            .lines()
            .last()
            .transpose()?
            .map(|line| hash(&line))
            .unwrap_or_default()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn hash(line: &str) -> String {
    hex(&Sha256::digest(line.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn end(user: &str) -> Entry {
        Entry::End { role: "app".into(), user: user.into() }
    }

    #[test]
    fn the_chain_goes_on_over_restarts_and_shows_a_changed_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/journal.jsonl");
        Journal::new(&path, "me@here").write(DateTime::UNIX_EPOCH, &end("a")).unwrap();
        let journal = Journal::new(&path, "me@here");
        journal.write(DateTime::UNIX_EPOCH, &end("b")).unwrap();
        journal.write(DateTime::UNIX_EPOCH, &end("c")).unwrap();
        Journal::new(&path, "somebody else").write(DateTime::UNIX_EPOCH, &end("d")).unwrap();
        let (e, f) = (end("e"), end("f"));
        journal.write_all(&[(DateTime::UNIX_EPOCH, &e), (DateTime::UNIX_EPOCH, &f)]).unwrap();
        assert_eq!(Journal::verify(&path).unwrap(), Ok(6));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        let changed =
            std::fs::read_to_string(&path).unwrap().replace("\"user\":\"b\"", "\"user\":\"x\"");
        std::fs::write(&path, changed).unwrap();
        assert_eq!(Journal::verify(&path).unwrap(), Err(3));
    }
}
