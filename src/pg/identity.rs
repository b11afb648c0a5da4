//! As whom a statement runs.
//!
//! There is no default: whoever asks the gate has to say it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::SettingName;

/// As whom a statement runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The operator's own login, for catalogs and a privileged look at rows. Never changes its role.
    Observer,
    /// Somebody else: a role, and the settings by which the application's policies know the user.
    Acting(Arc<Acting>),
}

impl Identity {
    /// Who is being acted as, if anybody.
    pub fn acting(&self) -> Option<&Acting> {
        match self {
            Self::Observer => None,
            Self::Acting(acting) => Some(acting),
        }
    }
}

/// Whom the operator acts as, why and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The database role.
    pub role: String,
    /// Settings, in the order in which they are made; values are bound, never pasted.
    pub settings: Vec<(SettingName, String)>,
    /// The search path that the application's login would have; the server's own when absent.
    pub search_path: Option<String>,
    /// The user, where the identity is one of a user.
    pub person: Option<Person>,
    /// Why: a reason or a ticket.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when; the gate refuses statements after it.
    pub until: DateTime<Utc>,
}

impl Acting {
    /// Whether a connection is needed on which no identity setting was ever made.
    ///
    /// A setting that was made once reads `''` for the rest of its session, even after ROLLBACK and RESET: "never set" and "empty" are different identities.
    pub fn needs_fresh_session(&self) -> bool {
        self.settings.is_empty()
    }

    /// How the person or role is called on screen.
    pub fn label(&self) -> &str {
        self.person.as_ref().map_or(self.role.as_str(), |person| person.label.as_str())
    }

    /// The same in short, where the whole is said elsewhere: without what follows an `@`.
    pub fn short(&self) -> &str {
        let label = self.label();
        label.split('@').next().filter(|name| !name.is_empty()).unwrap_or(label)
    }
}

/// A user of the application, or what it takes for one: a visitor, a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user's id, as text; absent where it is no user.
    pub id: Option<String>,
    /// What people call the user: an e-mail address or a name.
    pub label: String,
    /// The organization of the membership that is acted in, where the identity depends on it.
    pub organization: Option<String>,
}
