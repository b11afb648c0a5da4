//! From flags, environment and configuration to a connected database.

use std::sync::Arc;

use super::args::{Conninfo, Place};
use crate::{
    database::Database,
    mapping::Library,
    pg::{Door, Journal, Login, Problem},
};

/// Connects to the database that `place` names.
pub(super) async fn open(place: &Place) -> Result<Arc<Database>, Problem> {
    let url = place.url.as_ref().map(Conninfo::as_str).unwrap_or_default();
    let login: Login = url.parse()?;
    let jail = place.acting_url.as_ref().map(|url| url.as_str().parse()).transpose()?;
    let journal = Journal::new("/tmp/journal.jsonl", login.to_string());
    #[expect(clippy::disallowed_methods, reason = "the door is told the time from here")]
    let door = Door::open(login, jail, journal, chrono::Utc::now).await?;
    Ok(Arc::new(Database::open(door, &Library::shipped(), None).await?))
}
