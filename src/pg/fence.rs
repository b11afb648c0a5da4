//! How strong the fence around an acting session is.

use std::fmt;

/// What keeps code that runs as somebody else from becoming the login again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fence {
    /// Nothing: a function that a policy calls may `RESET ROLE` and is then the operator's login.
    Advisory,
    /// The statement runs inside a SECURITY DEFINER function of the role, in which the role cannot be changed.
    Wrapped,
    /// The session belongs to a login without rights of its own; whoever leaves the role has nothing.
    Jailed,
}

impl Fence {
    /// One word for the banner.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Wrapped => "wrapped",
            Self::Jailed => "jailed",
        }
    }

    /// What it is worth.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Advisory => {
                "a function that a policy calls could return to your login; `purview roles --print` makes a jail"
            }
            Self::Wrapped => "statements run inside of a function in which the role cannot be left",
            Self::Jailed => {
                "the session's login has no rights of its own; whoever leaves the role has nothing"
            }
        }
    }

    /// Whether a person may type SQL behind it.
    pub const fn allows_free_sql(self) -> bool {
        matches!(self, Self::Jailed)
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
