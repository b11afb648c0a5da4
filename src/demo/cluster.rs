//! A cluster that runs: how to reach its databases, and what is in it.

use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{LoginKind, Scale, System, postmaster::Postmaster, secrets::Secrets, state::State};
use crate::pg::{Login, Problem, Workshop};

/// The settings under which databases are built: nothing cuts a long step short, and indexes are made in memory.
const BUILDING: &str = "-c search_path=\"$user\",public -c statement_timeout=0 -c lock_timeout=0 \
    -c idle_in_transaction_session_timeout=0 -c default_transaction_read_only=off \
    -c work_mem=64MB -c maintenance_work_mem=512MB";

/// A cluster that runs.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub(super) secrets: Secrets,
    pub(super) server: Postmaster,
    pub(super) folder: PathBuf,
    pub(super) state: State,
}

impl Cluster {
    /// How to reach `database` with a login, over the socket.
    pub fn login(&self, database: &str, login: LoginKind) -> Result<Login, Problem> {
        self.address(database, login).parse()
    }

    /// The same as text; it holds the password.
    pub(super) fn address(&self, database: &str, login: LoginKind) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let socket = encoded(self.server.socket.to_str().expect("it was read as text"));
        let mut url = format!("{}?host={socket}&sslmode=disable", self.url(database, login));
        if login == LoginKind::Superuser {
            // What a person set in `PGOPTIONS` is not meant for what is built here.
            url.push_str("&options=");
            url.push_str(&encoded(BUILDING));
        }
        url
    }

    /// The same over loopback, with its password, as every program understands it.
    pub fn url(&self, database: &str, login: LoginKind) -> String {
        let (role, secret, port) = (login.role(), self.secrets.of(login), self.server.port);
        format!("postgresql://{role}:{secret}@127.0.0.1:{port}/{database}")
    }

    /// A session that builds, as the superuser.
    pub async fn workshop(&self, database: &str) -> Result<Workshop, Problem> {
        Workshop::open(&self.login(database, LoginKind::Superuser)?).await
    }

    /// The process id of the server.
    pub const fn pid(&self) -> u32 {
        self.server.pid
    }

    /// The port on loopback.
    pub const fn port(&self) -> u16 {
        self.server.port
    }

    /// The server's own directory, with its data and its log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The databases that are complete, and how much data they have.
    pub fn databases(&self) -> impl Iterator<Item = (System, Scale)> {
        System::ALL.into_iter().filter_map(|system| {
            self.state.databases.get(system.name()).map(|made| (system, made.scale))
        })
    }

    pub(super) fn secret(&self, login: LoginKind) -> &str {
        self.secrets.of(login)
    }

    /// The databases that the server has.
    pub(super) async fn existing(&self) -> Result<Vec<String>, Problem> {
        let mut workshop = self.workshop("postgres").await?;
        let rows = workshop.script("SELECT datname FROM pg_catalog.pg_database").await?;
        workshop.close().await;
        Ok(rows.into_iter().flatten().flatten().collect())
    }
}
