//! What of the cluster is done, written after each step, whole or not at all.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Scale;
use crate::pg::Problem;

/// What of the cluster is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// The server's own directory.
    pub(super) server: Option<PathBuf>,
    /// The folder of the server's programs that made it.
    pub(super) programs: Option<PathBuf>,
    /// The port at the last start; taken again where it is free.
    pub(super) port: Option<u16>,
    /// The databases that are complete.
    pub(super) databases: BTreeMap<String, Made>,
}

/// A complete database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    /// How much data it has.
    pub(super) scale: Scale,
    /// The moment that its data lies around, RFC 3339.
    pub(super) anchor: String,
    /// The checksum of what it was made of.
    pub(super) recipe: String,
}

/// Reads a file that [`write()`] wrote, if it is there.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Problem> {
    let wrong = |error: String| {
        Problem::usage(format!("cannot read `{}`: {error}", path.display()))
            .hint("`purview demo reset` makes the demo anew")
    };
    match std::fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|error| wrong(error.to_string()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// Writes a file that only its owner reads; whoever looks finds the old one or the new one.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), Problem> {
    // A path that is no text has no JSON.
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from);
    text.and_then(|text| replace(path, text.as_bytes())).map_err(|error| {
        Problem::usage(format!("cannot write `{}`: {error}", path.display()))
            .hint("name another directory in `PURVIEW_DEMO_DIR`")
    })
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    // A file that was left half-written may have another mode; it is made anew.
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_somebody_spoilt_names_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert_eq!(read::<State>(&path).unwrap(), None);
        write(&path, &State { port: Some(5433), ..State::default() }).unwrap();
        assert_eq!(read::<State>(&path).unwrap().unwrap().port, Some(5433));
        let path_that_is_no_text =
            <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff");
        let state = State { server: Some(path_that_is_no_text.into()), ..State::default() };
        assert!(write(&path, &state).unwrap_err().summary.contains("UTF-8"));
        std::fs::write(&path, "{\"port\": 54").unwrap();
        assert!(read::<State>(&path).unwrap_err().hint.unwrap().contains("reset"));
    }
}
