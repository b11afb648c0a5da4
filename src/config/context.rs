//! A context: a database under a name, and how it is to be treated.

use std::{fmt, path::PathBuf};

use serde::Deserialize;

use crate::pg::{PasswordCommand, Problem, holds_password};

/// A database under a name.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// Where it is and as whom to log in: a URL or words; empty leaves everything to libpq's own variables and files.
    pub url: String,
    /// The login for everything that runs as somebody else.
    pub acting_url: Option<String>,
    /// The login that owns the schema and migrates it; that of `url` when absent.
    pub migrate_url: Option<String>,
    /// A command that prints the password of `url`.
    pub password_command: Option<PasswordCommand>,
    /// A command that prints the password of `acting_url`.
    pub acting_password_command: Option<PasswordCommand>,
    /// The mapping's name, or the path of its file; recognised when absent.
    pub mapping: Option<String>,
    /// Where the files of its migrations lie.
    pub migrations: Option<PathBuf>,
    /// Whether it has to be handled with care.
    pub production: bool,
    /// Whether nothing may be written; so it is in production when absent.
    pub read_only: Option<bool>,
    /// Whether an entry goes to the application's own audit before somebody is acted as.
    pub audit_acting: bool,
}

impl Context {
    /// Whether nothing may be written.
    pub fn is_read_only(&self) -> bool {
        self.read_only.unwrap_or(self.production)
    }

    /// Whether a password stands in it.
    pub(super) fn holds_password(&self) -> bool {
        let others = [&self.acting_url, &self.migrate_url];
        holds_password(&self.url) || others.into_iter().flatten().any(|url| holds_password(url))
    }

    /// Refuses what contradicts itself.
    pub(super) fn check(self) -> Result<Self, Problem> {
        let twice = |url: Option<&str>, command: &Option<PasswordCommand>| {
            command.is_some() && url.is_some_and(holds_password)
        };
        if twice(Some(&self.url), &self.password_command)
            || twice(self.acting_url.as_deref(), &self.acting_password_command)
        {
            return Err(Problem::usage("a password is given twice, in the URL and by a command")
                .hint("take it out of the URL"));
        }
        if self.acting_password_command.is_some() && self.acting_url.is_none() {
            return Err(Problem::usage("`acting_password_command` is given without `acting_url`"));
        }
        Ok(self)
    }
}

/// URLs may hold passwords; what is not secret is shown.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("acting", &self.acting_url.is_some())
            .field("mapping", &self.mapping)
            .field("migrations", &self.migrations)
            .field("production", &self.production)
            .field("read_only", &self.read_only)
            .field("audit_acting", &self.audit_acting)
            .finish_non_exhaustive()
    }
}
