//! Finds the server's programs: the newest version from 13 to 18 that really runs.

use std::path::{Path, PathBuf};

use super::account::Account;
use crate::pg::{Kind, Problem};

/// The versions that the demo was tried on.
const VERSIONS: std::ops::RangeInclusive<u32> = 13..=18;

/// Where packages put them, `*` standing for anything within one name.
const FOLDERS: [&str; 11] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib64/postgresql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/lib/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
    "/opt/local/lib/postgresql*/bin",
];

/// The programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    /// The folder with `postgres`, `initdb` and `pg_ctl`.
    pub(super) folder: PathBuf,
    /// The major version.
    pub(super) major: u32,
    /// The version as the server writes it.
    pub(super) version: String,
}

impl Programs {
    /// The newest that runs under `account`, or the newest of the version `major`; only those in `given`, if that is given.
    pub(super) async fn find(
        account: &Account,
        given: Option<&Path>,
        major: Option<u32>,
    ) -> Result<Self, Problem> {
        let mut best: Option<Self> = None;
        for folder in given.map_or_else(folders, |given| vec![folder_of(given)]) {
            let Some(found) = Self::try_out(&folder, account).await else { continue };
            let fits = major.map_or(VERSIONS.contains(&found.major), |major| found.major == major);
            if fits && best.as_ref().is_none_or(|best| found.major > best.major) {
                best = Some(found);
            }
        }
        best.ok_or_else(|| missing(major))
    }

    /// One of its programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether a library that a server loads at its start is there.
    pub(super) fn has_library(&self, name: &str) -> bool {
        let real =
            self.program("postgres").canonicalize().unwrap_or_else(|_| self.program("postgres"));
        let beside = real.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
        [
            "lib/postgresql",
            "lib",
            "lib64",
            "lib64/pgsql",
            "lib/pgsql",
            &format!("lib/postgresql{}", self.major),
        ]
        .iter()
        .flat_map(|folder| {
            ["so", "dylib"].map(|end| beside.join(folder).join(format!("{name}.{end}")))
        })
        .chain(
            beside
                .parent()
                .map(|above| above.join(format!("lib/postgresql{}/{name}.so", self.major))),
        )
        .any(|library| library.is_file())
    }

    /// What is in `folder`, if all of it is there and it really runs.
    async fn try_out(folder: &Path, account: &Account) -> Option<Self> {
        if !["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let asked =
            account.command(&folder.join("postgres")).arg("--version").output().await.ok()?;
        let version = version(&String::from_utf8(asked.stdout).ok()?)?;
        let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        Some(Self { folder: folder.to_owned(), major, version })
    }
}

/// The version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version(said: &str) -> Option<String> {
    let after = said.split_once("(PostgreSQL) ")?.1;
    Some(after.split_whitespace().next()?.to_owned())
}

/// The folder that somebody gave, who may have named a program in it.
fn folder_of(given: &Path) -> PathBuf {
    let folder = if given.is_file() { given.parent().unwrap_or(given) } else { given };
    folder.to_owned()
}

/// Where to look.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = FOLDERS.iter().flat_map(|pattern| matching(pattern)).collect();
    folders.extend(std::env::split_paths(&path).filter(|folder| folder.is_absolute()));
    folders.dedup();
    folders
}

/// The directories that fit `pattern`, which has at most one `*`.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![pattern.into()] };
    let (parent, start) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(start))
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .collect();
    found.sort();
    found
}

fn missing(major: Option<u32>) -> Problem {
    let hint =
        "install the PostgreSQL server, or name the folder of its programs in `PURVIEW_PG_BIN`";
    match major {
        None => {
            Problem::new(Kind::Missing, "found no PostgreSQL server of version 13 to 18").hint(hint)
        }
        Some(major) => Problem::new(
            Kind::Missing,
            format!("found no PostgreSQL server of the demo's version: {major}"),
        )
        .hint(format!("{hint}; or `purview demo reset`, which loses what is in the demo")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_packagers_write_them() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(version(debian).as_deref(), Some("15.18"));
        assert_eq!(version("postgres (PostgreSQL) 18beta1\n").as_deref(), Some("18beta1"));
        assert_eq!(version("zsh: killed"), None);
    }

    #[test]
    fn a_star_stands_for_anything_within_one_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["postgresql@15/bin", "postgresql/bin", "mysql/bin"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let found = matching(&format!("{}/postgresql*/bin", folder.path().display()));
        let wanted = ["postgresql/bin", "postgresql@15/bin"].map(|name| folder.path().join(name));
        assert_eq!(found, wanted);
        assert!(matching("/no such folder/*/bin").is_empty());
    }
}
