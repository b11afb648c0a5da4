//! What the server knows of whom is acted as: two who have the same are the same to it.

use super::{Acting, SettingName};

/// The role, the settings and the search path of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guise {
    role: String,
    settings: Vec<(SettingName, String)>,
    search_path: Option<String>,
}

impl Guise {
    /// That of `acting`.
    pub(super) fn of(acting: &Acting) -> Self {
        Self {
            role: acting.role.clone(),
            settings: acting.settings.clone(),
            search_path: acting.search_path.clone(),
        }
    }
}
