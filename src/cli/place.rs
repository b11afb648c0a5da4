//! From flags, environment and configuration to a connected database.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use directories::ProjectDirs;

use super::args::{Conninfo, Place};
use crate::{
    database::Database,
    demo::{self, Home},
    mapping::Library,
    pg::{Door, Journal, Login, Problem},
};

/// Connects to the database that `place` names.
pub(super) async fn open(place: &Place) -> Result<Arc<Database>, Problem> {
    let (login, jail) = logins(place)?;
    connect(login, jail, place.mapping.as_deref()).await
}

/// Connects as `login`, everything that runs as somebody else as `jail`.
pub(super) async fn connect(
    login: Login,
    jail: Option<Login>,
    mapping: Option<&str>,
) -> Result<Arc<Database>, Problem> {
    let journal = Journal::new(journal()?, login.to_string());
    let door = Door::open(login, jail, journal, now).await?;
    Ok(Arc::new(Database::open(door, &Library::shipped(), mapping).await?))
}

fn logins(place: &Place) -> Result<(Login, Option<Login>), Problem> {
    let acting = place.acting_url.as_ref().map(|url| url.as_str().parse::<Login>()).transpose()?;
    if let Some(name) = &place.context {
        let mut contexts = demo::contexts(&Home::find()?)?;
        let at = contexts.iter().position(|context| context.name == *name).ok_or_else(|| {
            Problem::usage(format!("there is no context: {name}"))
                .hint("`demo-SYSTEM` is one while the demo runs; `purview demo start`")
        })?;
        let context = contexts.swap_remove(at);
        return Ok((context.operator, acting.or(Some(context.jail))));
    }
    let url = place.url.as_ref().map(Conninfo::as_str).unwrap_or_default();
    Ok((url.parse()?, acting))
}

/// Where the record of acting is kept.
pub(super) fn journal() -> Result<PathBuf, Problem> {
    let folders = ProjectDirs::from("", "", "purview").ok_or_else(|| {
        Problem::usage("there is no home directory to keep the journal of acting in")
            .hint("set `HOME`")
    })?;
    Ok(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).join("journal.jsonl"))
}

#[expect(clippy::disallowed_methods, reason = "a command is an edge: it runs once, now")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}
