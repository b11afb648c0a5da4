//! The five systems that the demo brings.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

use crate::{migrate::Source, pg::Problem, text::hex};

/// One of the five systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// Org AI Assistant.
    OrgAssistant,
    /// Jenifer, an assistant of executives.
    Jenifer,
    /// hasteCRM.
    Hastecrm,
    /// AI Sekretarka.
    Sekretarka,
    /// Rishi Platform.
    Rishi,
}

impl System {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::OrgAssistant, Self::Jenifer, Self::Hastecrm, Self::Sekretarka, Self::Rishi];

    /// The name by which people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrgAssistant => "org-assistant",
            Self::Jenifer => "jenifer",
            Self::Hastecrm => "hastecrm",
            Self::Sekretarka => "sekretarka",
            Self::Rishi => "rishi",
        }
    }

    /// Its database.
    pub const fn database(self) -> &'static str {
        match self {
            Self::OrgAssistant => "org_assistant",
            Self::Jenifer | Self::Hastecrm | Self::Sekretarka | Self::Rishi => self.name(),
        }
    }

    /// The role that owns its objects.
    pub fn owner(self) -> String {
        format!("{}_owner", self.database())
    }

    /// The SQL that makes the application's roles.
    pub(super) const fn roles(self) -> &'static str {
        match self {
            Self::OrgAssistant => include_str!("roles/org-assistant.sql"),
            Self::Jenifer => include_str!("roles/jenifer.sql"),
            Self::Hastecrm => include_str!("roles/hastecrm.sql"),
            Self::Sekretarka => include_str!("roles/sekretarka.sql"),
            Self::Rishi => include_str!("roles/rishi.sql"),
        }
    }

    /// The SQL that makes the sample data.
    pub(super) const fn sample(self) -> &'static str {
        match self {
            Self::OrgAssistant => include_str!("sample/org-assistant.sql"),
            Self::Jenifer => include_str!("sample/jenifer.sql"),
            Self::Hastecrm => include_str!("sample/hastecrm.sql"),
            Self::Sekretarka => include_str!("sample/sekretarka.sql"),
            Self::Rishi => include_str!("sample/rishi.sql"),
        }
    }

    /// A short checksum of all that its database is made of; another one means that this program would make another database.
    pub(super) fn recipe(self) -> Result<String, Problem> {
        let mut sum = Sha256::new();
        let source = Source::embedded(self.name())?;
        for step in source.migrations() {
            sum.update(step.up.as_bytes());
        }
        sum.update(self.roles().as_bytes());
        sum.update(self.sample().as_bytes());
        Ok(hex(&sum.finalize()[..8]))
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for System {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let is_it = |system: &Self| system.name() == text || system.database() == text;
        Self::ALL.into_iter().find(is_it).ok_or_else(|| {
            let names = Self::ALL.map(|system| format!("`{system}`")).join(", ");
            Problem::usage(format!("there is no such system: {text}"))
                .hint(format!("the demo has {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_known_by_its_name_and_by_its_database() {
        for system in System::ALL {
            assert_eq!(system.name().parse::<System>().unwrap(), system);
            assert_eq!(system.database().parse::<System>().unwrap(), system);
        }
        assert!("acme".parse::<System>().unwrap_err().hint.unwrap().contains("`jenifer`"));
    }

    #[test]
    fn every_system_is_made_of_something_else() {
        let recipes: std::collections::BTreeSet<_> =
            System::ALL.iter().map(|system| system.recipe().unwrap()).collect();
        assert_eq!(recipes.len(), System::ALL.len());
    }
}
