//! From flags, environment and configuration to a connected database.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use directories::ProjectDirs;

use super::args::{ConnectionString, Place};
use crate::{
    database::Database,
    demo::{self, Home},
    mapping::Library,
    pg::{Door, Journal, Login, Problem},
};

/// The database that is meant, and how to come to it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// What people call it: the context, or else the database.
    pub(super) name: String,
    /// Whether a mistake there would be seen by customers.
    pub(super) production: bool,
    login: Login,
    jail: Option<Login>,
    mapping: Option<String>,
}

impl Target {
    /// What `place` names.
    pub(super) fn of(place: &Place) -> Result<Self, Problem> {
        let acting =
            place.acting_url.as_ref().map(|url| url.as_str().parse::<Login>()).transpose()?;
        let mapping = place.mapping.clone();
        if let Some(name) = &place.context {
            let mut contexts = demo::contexts(&Home::find()?)?;
            let at =
                contexts.iter().position(|context| context.name == *name).ok_or_else(|| {
                    Problem::usage(format!("there is no context: {name}"))
                        .hint("`demo-SYSTEM` is one while the demo runs; `purview demo start`")
                })?;
            let context = contexts.swap_remove(at);
            let jail = acting.or(Some(context.jail));
            return Ok(Self {
                name: name.clone(),
                production: false,
                login: context.operator,
                jail,
                mapping,
            });
        }
        let url = place.url.as_ref().map(ConnectionString::as_str).unwrap_or_default();
        let login: Login = url.parse()?;
        Ok(Self {
            name: login.database().to_owned(),
            production: false,
            login,
            jail: acting,
            mapping,
        })
    }

    /// Connects.
    pub(super) async fn open(self) -> Result<Arc<Database>, Problem> {
        let journal = Journal::new(state()?.join(JOURNAL), self.login.to_string());
        let door = Door::open(self.login, self.jail, journal, now).await?;
        let database = Database::open(door, &Library::shipped(), self.mapping.as_deref()).await?;
        Ok(Arc::new(database))
    }
}

/// Connects to the database that `place` names.
pub(super) async fn open(place: &Place) -> Result<Arc<Database>, Problem> {
    Target::of(place)?.open().await
}

/// The names of all contexts.
pub(super) fn contexts() -> Result<Vec<String>, Problem> {
    let demo = demo::contexts(&Home::find()?)?;
    Ok(demo.into_iter().map(|context| context.name).collect())
}

/// The record of acting, in the directory of [`state`].
pub(super) const JOURNAL: &str = "journal.jsonl";

/// Where what purview keeps from one day to the next lies.
pub(super) fn state() -> Result<PathBuf, Problem> {
    let folders = ProjectDirs::from("", "", "purview").ok_or_else(|| {
        Problem::usage("there is no home directory to keep the journal of acting in")
            .hint("set `HOME`")
    })?;
    Ok(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a command is an edge: it runs once, now")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}
