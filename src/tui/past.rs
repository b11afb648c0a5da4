//! What was typed before, kept in private files from one day to the next.
//!
//! Nothing that looks like a secret is kept, and a file that cannot be read or written costs nothing but the memory.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::{model::Past, msg::Book};
use crate::mapping::SECRETIVE;

/// A book has no more lines than this when it is read.
const KEPT: usize = 500;

impl Book {
    const fn file(self) -> &'static str {
        match self {
            Self::Commands => "commands",
            Self::Filters => "filters",
            Self::Bookmarks => "bookmarks",
            Self::Statements => "statements",
        }
    }
}

/// The directory of the books.
#[derive(Debug, Clone)]
pub struct Shelf {
    directory: PathBuf,
}

impl Shelf {
    /// Books in `directory`, which is made when something is kept.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Reads all books.
    pub fn read(&self) -> Past {
        let lines = |book: Book| self.lines(book);
        Past {
            commands: lines(Book::Commands),
            filters: lines(Book::Filters),
            bookmarks: lines(Book::Bookmarks),
            statements: lines(Book::Statements),
        }
    }

    /// The lines of a book, newest last, each once.
    fn lines(&self, book: Book) -> Vec<String> {
        let path = self.directory.join(book.file());
        let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
        let all: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        let mut kept: Vec<String> = Vec::new();
        for line in all.iter().rev() {
            if kept.len() < KEPT && !kept.iter().any(|known| known == line) {
                kept.push((*line).to_owned());
            }
        }
        kept.reverse();
        if all.len() > 2 * KEPT {
            // It grew: written anew, without what is there twice.
            let _ = rewrite(&path, &kept);
        }
        kept
    }

    /// Keeps a line.
    pub fn keep(&self, book: Book, line: &str) -> io::Result<()> {
        // What may be kept of a statement is decided where statements are known.
        let secret = book != Book::Statements && is_secret(line);
        if secret || line.contains(['\n', '\r']) {
            return Ok(());
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(self.directory.join(book.file()))?;
        // One write, so that two programs at once do not mix their lines.
        file.write_all(format!("{line}\n").as_bytes())
    }
}

fn rewrite(path: &Path, lines: &[String]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    fs::rename(fresh, path)
}

/// Whether a line may hold a password.
fn is_secret(line: &str) -> bool {
    let lower = line.to_lowercase();
    SECRETIVE.iter().chain(&["://"]).any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_comes_back_newest_last_and_only_once() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path().join("state"));
        for line in ["users acme", "tables", "users acme"] {
            shelf.keep(Book::Commands, line).unwrap();
        }
        assert_eq!(shelf.read().commands, ["tables", "users acme"]);
        assert!(shelf.read().filters.is_empty());
    }

    #[test]
    fn books_are_private_and_hold_no_passwords() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path().join("state"));
        shelf.keep(Book::Filters, "password=hunter2").unwrap();
        shelf.keep(Book::Filters, "api_key=sk_live").unwrap();
        shelf.keep(Book::Filters, "ctx postgres://me:hunter2@db/app").unwrap();
        shelf.keep(Book::Filters, "anna").unwrap();
        assert_eq!(shelf.read().filters, ["anna"]);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(directory.path().join("state/filters")), 0o600);
        assert_eq!(mode(directory.path().join("state")), 0o700);
    }

    #[test]
    fn a_book_does_not_grow_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path());
        for number in 0..3 * KEPT {
            shelf.keep(Book::Commands, &number.to_string()).unwrap();
        }
        assert_eq!(shelf.read().commands.len(), KEPT);
        assert_eq!(
            fs::read_to_string(directory.path().join("commands")).unwrap().lines().count(),
            KEPT
        );
    }
}
