//! What is wrong in a file of a person's own, and where.
//!
//! A flaw never stops the program: the default stays in force for what could not be read.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// What is wrong, in which line of which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// A TOML file under examination: knows its lines, collects its flaws.
#[derive(Debug)]
pub struct Source<'a> {
    /// The file's name, as people should read it.
    pub file: &'a str,
    /// What is in it.
    pub text: &'a str,
    /// What was found wrong so far.
    pub flaws: Vec<Flaw>,
}

impl<'a> Source<'a> {
    /// `text` out of `file`.
    pub const fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, flaws: Vec::new() }
    }

    /// The file's top table; a file that cannot be read at all is one flaw and an empty table.
    pub fn table(&mut self) -> DeTable<'a> {
        match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.flaw(at, error.message().replace('\n', ", "));
                DeTable::new()
            }
        }
    }

    /// Notes a flaw at the byte `at`.
    pub fn flaw(&mut self, at: usize, reason: impl Into<String>) {
        let flaw = self.flaw_at(at, reason);
        self.flaws.push(flaw);
    }

    /// A flaw at the byte `at`, which is not noted.
    pub fn flaw_at(&self, at: usize, reason: impl Into<String>) -> Flaw {
        Flaw { file: self.file.to_owned(), line: self.line(at), reason: reason.into() }
    }

    /// The line in which the byte `at` is, from 1.
    pub fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at.min(self.text.len())).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    /// What was found wrong, from top to bottom.
    pub fn finish(mut self) -> Vec<Flaw> {
        self.flaws.sort_by_key(|flaw| flaw.line);
        self.flaws
    }
}

/// What sort of value it is, for people.
pub fn sort_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
