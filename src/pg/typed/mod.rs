//! A statement that a person typed, and that may be sent: one statement that only reads.
//!
//! The only way to one is [`Typed::read`], which parses it. What it cannot read is refused, and so is what it can read and does not know to be harmless.
//! Nothing that a person typed is run but as one of these; what the server knows of the functions in it is asked on the way through the gate.

mod acts;
mod functions;
mod guard;
mod refusal;
mod run;

use std::{collections::BTreeSet, ops::Range};

pub(super) use self::{
    acts::refused,
    run::{Who, run},
};
pub use self::{
    refusal::{Refusal, Sort},
    run::{Most, Told},
};

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
pub(crate) struct Target {
    /// All names in it.
    pub(crate) names: BTreeSet<String>,
    /// Those with nothing before or after a point: columns, or whole rows.
    pub(crate) bare: BTreeSet<String>,
    /// Whether it stands for all columns.
    pub(crate) star: bool,
}

/// What the statement names, for finding out what its columns may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// All names in it.
    pub(crate) names: BTreeSet<String>,
    /// The names in what it reads from: relations and what they are called here.
    pub(crate) sources: BTreeSet<String>,
    /// The columns of the outermost SELECT, where there is one.
    pub(crate) targets: Vec<Target>,
    /// Whether all that it reads from are relations under their own columns, so that a name means the same everywhere in it.
    pub(crate) plain: bool,
}

/// A statement that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    text: String,
    form: Form,
    called: Vec<Called>,
    reading: Reading,
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

    /// What it names.
    pub(crate) const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What it calls.
    pub fn called(&self) -> &[Called] {
        &self.called
    }
}
