//! The passwords of the cluster's logins, made by chance and kept in a file that only its owner reads.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};

use super::{LoginKind, state};
use crate::{pg::Problem, text::hex};

/// A password for each login. It never shows itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secrets {
    superuser: String,
    admin: String,
    support: String,
    dba: String,
    jail: String,
}

impl Secrets {
    /// Those in the file, or new ones, which are then in the file.
    pub(super) fn keep(path: &Path) -> Result<Self, Problem> {
        if let Some(kept) = Self::read(path)? {
            return Ok(kept);
        }
        let new = Self {
            superuser: chance()?,
            admin: chance()?,
            support: chance()?,
            dba: chance()?,
            jail: chance()?,
        };
        state::write(path, &new)?;
        Ok(new)
    }

    /// Those in the file, if it is there.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Problem> {
        state::read(path)
    }

    /// The password of a login.
    pub(super) fn of(&self, login: LoginKind) -> &str {
        match login {
            LoginKind::Superuser => &self.superuser,
            LoginKind::Admin => &self.admin,
            LoginKind::Support => &self.support,
            LoginKind::Dba => &self.dba,
            LoginKind::Jail => &self.jail,
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// 128 bits in letters and digits that need no quoting anywhere.
fn chance() -> Result<String, Problem> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Problem::bug(format!("the system has no random numbers: {error}")))?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_survive_and_stay_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        let first = Secrets::keep(&path).unwrap();
        assert_eq!(Secrets::keep(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!format!("{first:?}").contains(first.of(LoginKind::Admin)));
        assert_ne!(first.of(LoginKind::Admin), first.of(LoginKind::Jail));
    }
}
