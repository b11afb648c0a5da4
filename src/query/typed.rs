//! A statement that a person typed, and that may be sent: one statement that only reads.
//!
//! The only way to one is [`Typed::read`], which parses it. What it cannot read is refused, and so is what it can read and does not know to be harmless.

use std::{collections::BTreeSet, ops::Range};

use super::{Refusal, guard};

/// What kind of answer the statement has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows, which a cursor can walk.
    Rows,
    /// A plan, or the value of a setting: a few lines of the server's own.
    Lines,
}

/// A function that is called, or a column that would be one if there were no such column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The schema before it, if one is named.
    pub schema: Option<String>,
    /// Its name as the server looks it up.
    pub name: String,
    /// Where it stands.
    pub at: Range<usize>,
}

/// One column of the outermost SELECT, by what it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// All names in it.
    pub(super) names: BTreeSet<String>,
    /// Those with nothing before or after a point: columns, or whole rows.
    pub(super) bare: BTreeSet<String>,
    /// Whether it stands for all columns.
    pub(super) star: bool,
}

/// What the statement names, for finding out what its columns may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// All names in it.
    pub(super) names: BTreeSet<String>,
    /// The names in what it reads from: relations and what they are called here.
    pub(super) sources: BTreeSet<String>,
    /// The columns of the outermost SELECT, where there is one.
    pub(super) targets: Vec<Target>,
    /// Whether all that it reads from are relations under their own columns, so that a name means the same everywhere in it.
    pub(super) plain: bool,
}

/// A statement that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub(super) text: String,
    pub(super) form: Form,
    pub(super) called: Vec<Called>,
    pub(super) reading: Reading,
}

impl Typed {
    /// Reads `text`.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        guard::read(text)
    }

    /// The statement as it was typed, without the `;` behind it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What kind of answer it has.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// What it calls.
    pub fn called(&self) -> &[Called] {
        &self.called
    }
}
