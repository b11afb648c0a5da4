//! Proves a mapping against a database: everything that it names is there and is what it should be.
//!
//! Every finding is told, not only the first, with the line of the mapping that it is about.

mod entry;
mod identity;
mod schema;
mod values;

use std::fmt;

use super::{Mapping, catalog::Catalog};
use crate::pg::{Door, Problem, Run};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Something of the mapping cannot work.
    Error,
    /// It works, and may not mean what its author thinks.
    Warning,
}

impl Severity {
    /// One word for people and scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is not as the mapping says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The line of the file, from 1.
    pub line: usize,
    /// How much it weighs.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, severity, file, text, hint } = self;
        write!(f, "{file}:{line}: {}: {text}", severity.word())?;
        hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

/// What was found so far.
#[derive(Debug)]
struct Findings<'m> {
    mapping: &'m Mapping,
    all: Vec<Finding>,
}

impl Findings<'_> {
    fn error(&mut self, line: usize, text: impl Into<String>) -> &mut Finding {
        self.add(Severity::Error, line, text.into())
    }

    fn warning(&mut self, line: usize, text: impl Into<String>) -> &mut Finding {
        self.add(Severity::Warning, line, text.into())
    }

    fn add(&mut self, severity: Severity, line: usize, text: String) -> &mut Finding {
        let file = self.mapping.file.clone();
        let at = self.all.len();
        self.all.push(Finding { line, severity, file, text, hint: None });
        &mut self.all[at]
    }
}

impl Finding {
    fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }
}

/// Checks `mapping` against the database behind `door`; an empty answer means that everything holds.
pub async fn check(door: &Door, mapping: &Mapping, run: &Run) -> Result<Vec<Finding>, Problem> {
    let catalog = Catalog::read(door, run).await?;
    let mut findings = Findings { mapping, all: Vec::new() };
    schema::check(&mut findings, &catalog, door.probe().restricts_relations);
    identity::check(&mut findings, &catalog);
    entry::check(&mut findings, &catalog);
    entry::ask(&mut findings, door, run).await?;
    identity::ask(&mut findings, &catalog, door, run).await?;
    values::ask(&mut findings, &catalog, door, run).await?;
    findings.all.sort();
    findings.all.dedup();
    Ok(findings.all)
}
