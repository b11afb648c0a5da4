//! How the cluster is, by looking and not by touching.

use std::path::PathBuf;

use super::{
    Cluster, Home, LoginKind, Scale, System,
    postmaster::Postmaster,
    secrets::Secrets,
    server::Server,
    state::{self, State},
};
use crate::{
    config,
    pg::{Kind, Problem},
};

/// What [`status()`] finds.
#[derive(Debug, Clone)]
pub enum Condition {
    /// There is none.
    Absent,
    /// It is there and does not run.
    Stopped,
    /// It runs.
    Running(Box<Cluster>),
}

/// One of the contexts that exist while the demo runs.
#[derive(Debug, Clone)]
pub struct Context {
    /// `demo-` and the system's name.
    pub name: String,
    /// What it stands for: the operator's login, the one for acting, the one that migrates, and the mapping.
    pub context: config::Context,
}

/// How the cluster is; changes nothing.
pub fn status(home: &Home) -> Result<Condition, Problem> {
    let Some(folder) = folder(home)?.filter(|folder| Server::exists(folder)) else {
        return Ok(Condition::Absent);
    };
    let (Some(server), Some(secrets)) =
        (Postmaster::alive(&folder), Secrets::read(&home.secrets())?)
    else {
        return Ok(Condition::Stopped);
    };
    let state = state::read(&home.state())?.unwrap_or_default();
    Ok(Condition::Running(Box::new(Cluster { secrets, server, folder, state })))
}

/// Whether the cluster in `home` has all its databases and is what this program would make.
pub fn is_current(home: &Home) -> Result<bool, Problem> {
    let Some(state) = state::read::<State>(&home.state())? else { return Ok(false) };
    for system in System::ALL {
        let recipe = system.recipe()?;
        if state.databases.get(system.name()).is_none_or(|made| made.recipe != recipe) {
            return Ok(false);
        }
    }
    Ok(folder(home)?.is_some_and(|folder| Server::exists(&folder)))
}

/// The cluster, if it runs.
pub fn running(home: &Home) -> Result<Cluster, Problem> {
    match status(home)? {
        Condition::Running(cluster) => Ok(*cluster),
        Condition::Stopped | Condition::Absent => {
            Err(Problem::new(Kind::Connection, "the demo does not run")
                .hint("`purview demo start`"))
        }
    }
}

/// The contexts that exist because the demo runs; none where it does not.
pub fn contexts(home: &Home) -> Result<Vec<Context>, Problem> {
    let Condition::Running(cluster) = status(home)? else { return Ok(Vec::new()) };
    let context = |(system, _): (System, Scale)| Context {
        name: format!("demo-{system}"),
        context: config::Context {
            url: cluster.address(system.database(), LoginKind::Admin),
            acting_url: Some(cluster.address(system.database(), LoginKind::Jail)),
            mapping: Some(system.name().to_owned()),
            ..config::Context::default()
        },
    };
    Ok(cluster.databases().map(context).collect())
}

/// The server's directory, if a start came as far as choosing one.
pub(super) fn folder(home: &Home) -> Result<Option<PathBuf>, Problem> {
    let state = state::read::<State>(&home.state())?;
    Ok(state.and_then(|state| state.server).filter(|folder| home.owns(folder)))
}
