//! The logins of the demo, and how to reach a database with one of them.

use std::{fmt, str::FromStr};

use crate::pg::Problem;

/// As whom to connect to the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoginKind {
    /// May look at everything and change rows.
    Admin,
    /// May look at everything.
    Support,
    /// Watches the server.
    Dba,
    /// May only become the application's roles.
    Jail,
    /// Owns the cluster. purview itself uses it for nothing but building.
    Superuser,
}

impl LoginKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Support, Self::Dba, Self::Jail, Self::Superuser];

    /// The name by which people choose it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Support => "support",
            Self::Dba => "dba",
            Self::Jail => "jail",
            Self::Superuser => "superuser",
        }
    }

    /// The role that logs in.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Admin => "purview_admin",
            Self::Support => "purview_support",
            Self::Dba => "purview_dba",
            Self::Jail => "purview_jail",
            Self::Superuser => "postgres",
        }
    }
}

impl fmt::Display for LoginKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for LoginKind {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|login| login.name() == text).ok_or_else(|| {
            Problem::usage(format!("there is no such login: {text}"))
                .hint("there are `admin`, `support`, `dba`, `jail` and `superuser`")
        })
    }
}
