//! Copies, for those who want to break something: of the whole cluster, or of one database.

use std::path::Path;

use super::{
    Cluster, Home, System,
    account::Account,
    home::half_of,
    postmaster::Postmaster,
    secrets::Secrets,
    server::Server,
    state::{self, State},
};
use crate::pg::{Problem, Sql};

/// Copies the stopped cluster in `from` into the directory `to`, where there is none.
pub async fn copy(from: &Home, to: &Home) -> Result<(), Problem> {
    let account = Account::find().await?;
    to.prepare(&account)?;
    let mut state: State = state::read(&from.state())?.unwrap_or_default();
    let source = state.server.take().filter(|folder| Server::exists(folder));
    let source = source.ok_or_else(|| Problem::usage("there is no demo to copy"))?;
    if Postmaster::alive(&source).is_some() {
        return Err(Problem::usage("a demo that runs cannot be copied").hint("`purview demo stop`"));
    }
    let target = to.server(&account).await?;
    copy_folder(&source, &target).await?;
    state.server = Some(target);
    state.port = None;
    if let Some(secrets) = Secrets::read(&from.secrets())? {
        state::write(&to.secrets(), &secrets)?;
    }
    state::write(&to.state(), &state)
}

async fn copy_folder(source: &Path, target: &Path) -> Result<(), Problem> {
    let wrong = |error: std::io::Error| {
        Problem::usage(format!("cannot copy the demo to `{}`: {error}", target.display()))
    };
    let half = half_of(target).map_err(wrong)?;
    // Owners and modes stay; where the file system can, no byte is copied before it changes.
    let mut cp = tokio::process::Command::new("cp");
    let output = cp.arg("-Rp").arg("--").arg(source).arg(&half).output().await.map_err(wrong)?;
    if !output.status.success() {
        return Err(wrong(std::io::Error::other(String::from_utf8_lossy(&output.stderr).trim())));
    }
    std::fs::rename(half, target).map_err(wrong)
}

impl Cluster {
    /// Copies the database of `system`, with the rights to connect to it, under another name.
    pub async fn copy_database(&self, system: System, name: &str) -> Result<(), Problem> {
        self.copy_of(system, system.database(), name).await
    }

    /// Copies a copy, to which nobody may be connected.
    pub async fn copy_of(&self, system: System, of: &str, name: &str) -> Result<(), Problem> {
        let mut workshop = self.workshop("postgres").await?;
        let mut create = Sql::new("CREATE DATABASE ");
        create.ident(name).push(" TEMPLATE ").ident(of);
        create.push(" OWNER ").ident(&system.owner());
        let mut close = Sql::new("REVOKE ALL ON DATABASE ");
        close.ident(name).push(" FROM PUBLIC");
        let mut open = Sql::new("GRANT CONNECT ON DATABASE ");
        open.ident(name).push(" TO purview_jail, purview_support, purview_dba, purview_admin");
        for statement in [create, close, open] {
            workshop.execute(&statement).await?;
        }
        workshop.close().await;
        Ok(())
    }

    /// Makes an empty database.
    pub async fn empty_database(&self, name: &str) -> Result<(), Problem> {
        let mut workshop = self.workshop("postgres").await?;
        let mut create = Sql::new("CREATE DATABASE ");
        create.ident(name).push(" TEMPLATE template0");
        workshop.execute(&create).await?;
        workshop.close().await;
        Ok(())
    }
}
