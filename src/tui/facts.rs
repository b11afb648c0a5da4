//! What is known about the database that purview is connected to, as far as a screen needs it.

use crate::{database::Database, pg::Fence};

/// What the connection line and the panes tell about the database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The context's name.
    pub context: String,
    /// `user@host:port/database`.
    pub place: String,
    /// The login.
    pub login: String,
    /// The server's version.
    pub version: String,
    /// Whether the server is a standby.
    pub standby: bool,
    /// Whether a pooler stands in between.
    pub pooled: bool,
    /// Whether a mistake here would be seen by customers.
    pub production: bool,
    /// How strong the fence around acting is, once it is known.
    pub fence: Option<Fence>,
}

impl Facts {
    /// What is known about `database`.
    pub fn of(database: &Database, context: &str, production: bool) -> Self {
        let (door, probe) = (&database.door, database.door.probe());
        Self {
            context: context.to_owned(),
            place: door.login().to_string(),
            login: probe.login.clone(),
            version: probe.version.clone(),
            standby: probe.standby,
            pooled: probe.pooled,
            production,
            fence: None,
        }
    }
}
