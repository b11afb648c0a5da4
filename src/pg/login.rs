//! A login: where to connect and as which role, with its secret kept out of every print.

use std::{fmt, str::FromStr};

use sqlx::postgres::PgConnectOptions;

use super::Problem;

/// Where to connect, and as which role.
#[derive(Clone)]
pub struct Login {
    pub(super) options: PgConnectOptions,
    /// What may be shown: `user@host:port/database`.
    shown: String,
}

impl Login {
    /// A login out of what the driver needs.
    pub(super) fn new(options: PgConnectOptions) -> Self {
        let place = options
            .get_socket()
            .map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
        let shown = format!(
            "{}@{place}:{}/{}",
            options.get_username(),
            options.get_port(),
            options.get_database().unwrap_or_else(|| options.get_username())
        );
        Self { options, shown }
    }

    /// The role that logs in.
    pub fn role(&self) -> &str {
        self.options.get_username()
    }

    /// The database.
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or_else(|| self.options.get_username())
    }
}

impl FromStr for Login {
    type Err = Problem;

    fn from_str(url: &str) -> Result<Self, Problem> {
        Ok(Self::new(url.parse::<PgConnectOptions>()?))
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({})", self.shown)
    }
}
