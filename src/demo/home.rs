//! The directory in which the cluster lies, and what is in it.
//!
//! The directory is whoever's runs purview; only `server` in it belongs to the account under which the server runs, so that the server can change nothing that
//! purview reads.

use std::{
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use directories::ProjectDirs;
use sha2::{Digest as _, Sha256};

use super::account::Account;
use crate::{
    pg::{Kind, Problem},
    text::hex,
};

/// Where servers lie whose account cannot come into the directory (root's own, usually).
const ELSEWHERE: &str = "/var/lib/purview";

/// How the names of directories begin that are not complete.
const HALF: &str = "server.new-";

/// The directory of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
    /// The folder of the server's programs, if it is not to be looked for.
    programs: Option<PathBuf>,
}

impl Home {
    /// The directory that `PURVIEW_DEMO_DIR` names, or else the one for data; and the programs that `PURVIEW_PG_BIN` names.
    pub fn find() -> Result<Self, Problem> {
        let given =
            |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = match given("PURVIEW_DEMO_DIR") {
            Some(root) => root,
            None => Self::usual()?,
        };
        Ok(Self { programs: given("PURVIEW_PG_BIN"), ..Self::at(&root)? })
    }

    /// The directory `root`.
    pub fn at(root: &Path) -> Result<Self, Problem> {
        let root = resolved(root).map_err(|error| cannot_use(root, &error))?;
        Ok(Self { root, programs: None })
    }

    /// The same, with the server's programs in `folder`.
    #[must_use]
    pub fn with_programs(self, folder: Option<PathBuf>) -> Self {
        Self { programs: folder, ..self }
    }

    fn usual() -> Result<PathBuf, Problem> {
        let folders = ProjectDirs::from("", "", "purview").ok_or_else(|| {
            Problem::usage("there is no home directory to put the demo into")
                .hint("name a directory in `PURVIEW_DEMO_DIR`")
        })?;
        Ok(folders.data_dir().join("demo"))
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The folder of the server's programs, if it was given.
    pub(super) fn programs(&self) -> Option<&Path> {
        self.programs.as_deref()
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn state(&self) -> PathBuf {
        self.root.join("state.json")
    }

    pub(super) fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }

    /// Makes sure that the directory is there and is ours.
    pub(super) fn prepare(&self, account: &Account) -> Result<(), Problem> {
        let wrong = |error: std::io::Error| cannot_use(&self.root, &error);
        if !self.root.exists() {
            make_folder(&self.root, if *account == Account::Own { 0o700 } else { 0o711 })
                .map_err(wrong)?;
        }
        let found = std::fs::metadata(&self.root).map_err(wrong)?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(Problem::new(
                Kind::Permission,
                format!("the demo's directory belongs to somebody else: {}", self.root.display()),
            )
            .hint("name a directory of your own in `PURVIEW_DEMO_DIR`"));
        }
        // The server's account must be able to pass through; a directory that holds other things than the demo stays as it is.
        if *account != Account::Own && self.holds_nothing_else().map_err(wrong)? {
            let mode = found.permissions().mode() | 0o011;
            std::fs::set_permissions(&self.root, std::fs::Permissions::from_mode(mode))
                .map_err(wrong)?;
        }
        Ok(())
    }

    /// Where the server's own directory is to be, with everything above it made.
    pub(super) async fn server(&self, account: &Account) -> Result<PathBuf, Problem> {
        if account.reaches(&self.root).await {
            return Ok(self.root.join("server"));
        }
        let elsewhere = self.elsewhere();
        make_folder(&elsewhere, 0o711).map_err(|error| cannot_use(&elsewhere, &error))?;
        if account.reaches(&elsewhere).await {
            return Ok(elsewhere.join("server"));
        }
        Err(Problem::new(
            Kind::Permission,
            format!("the server's account cannot reach its directory: {}", elsewhere.display()),
        )
        .hint("name a directory that everybody can pass through in `PURVIEW_DEMO_DIR`"))
    }

    /// Whether a server's directory is of this home: what a copied or moved home remembers is that of another.
    pub(super) fn owns(&self, server: &Path) -> bool {
        [self.root.clone(), self.elsewhere()].iter().any(|it| server == it.join("server"))
    }

    fn elsewhere(&self) -> PathBuf {
        Path::new(ELSEWHERE).join(short_name(&self.root))
    }

    /// A short private directory for the socket, where the path in the server's own would be too long for one.
    pub(super) fn socket(&self, server: &Path, account: &Account) -> Result<PathBuf, Problem> {
        let inside = server.join("socket");
        // The least that systems allow is 104 bytes with the final zero; the longest name is `/.s.PGSQL.65535`.
        if inside.as_os_str().len() + 15 < 104 {
            return Ok(inside);
        }
        let short = Path::new("/tmp").join(format!("purview-{}", short_name(&self.root)));
        match std::fs::DirBuilder::new().mode(0o700).create(&short) {
            Ok(()) => account.own(&short).map_err(|error| cannot_use(&short, &error))?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot_use(&short, &error)),
        }
        let found =
            std::fs::symlink_metadata(&short).map_err(|error| cannot_use(&short, &error))?;
        if found.is_dir() && found.uid() == account.uid() && found.mode().trailing_zeros() >= 6 {
            return Ok(short);
        }
        Err(Problem::new(
            Kind::Permission,
            format!("somebody else made the directory for the socket: {}", short.display()),
        )
        .hint("name a directory with a shorter path in `PURVIEW_DEMO_DIR`"))
    }

    /// Removes the cluster; the directory itself stays, with the lock that somebody may be waiting for.
    pub(super) fn remove(&self, server: &Path, account: &Account) -> Result<(), Problem> {
        let wrong = |error: std::io::Error| cannot_use(&self.root, &error);
        // Under another name first: half a cluster must not look like a whole one.
        let doomed = half_of(server).map_err(wrong)?;
        gone(std::fs::rename(server, &doomed)).map_err(wrong)?;
        for file in [self.state(), self.secrets()] {
            gone(std::fs::remove_file(file)).map_err(wrong)?;
        }
        remove_halves(server).map_err(wrong)?;
        let socket = self.socket(server, account)?;
        if !socket.starts_with(server) {
            gone(std::fs::remove_dir_all(socket)).map_err(wrong)?;
        }
        match server.parent() {
            // It holds nothing but this one server.
            Some(elsewhere) if elsewhere != self.root => {
                gone(std::fs::remove_dir(elsewhere)).map_err(wrong)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn holds_nothing_else(&self) -> std::io::Result<bool> {
        for entry in std::fs::read_dir(&self.root)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            let ours = ["lock", "state.", "secrets.", "server"];
            if !ours.iter().any(|ours| name.starts_with(ours)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The path without links, as far as it is there, so that one directory has one name.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(error), Some(parent), Some(name)) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(resolved(parent)?.join(name))
        }
        (found, ..) => found,
    }
}

/// A name for what belongs to the cluster in `root` but lies elsewhere.
fn short_name(root: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let sum = Sha256::digest(root.as_os_str().as_bytes());
    hex(&sum[..6])
}

/// A new name beside the server's directory, for one that is not complete.
///
/// New each time: a program that an earlier try started may still be writing to the old one.
pub(super) fn half_of(server: &Path) -> std::io::Result<PathBuf> {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(server.with_file_name(format!("{HALF}{}", hex(&bytes))))
}

/// Removes what earlier tries left behind.
pub(super) fn remove_halves(server: &Path) -> std::io::Result<()> {
    let Some(parent) = server.parent().filter(|parent| parent.exists()) else { return Ok(()) };
    for entry in std::fs::read_dir(parent)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(HALF) {
            gone(std::fs::remove_dir_all(entry.path()))?;
        }
    }
    Ok(())
}

/// What is not there need not be removed.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn make_folder(path: &Path, mode: u32) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(mode | 0o755).create(parent)?;
    }
    std::fs::DirBuilder::new().recursive(true).mode(mode).create(path)
}

fn cannot_use(path: &Path, error: &std::io::Error) -> Problem {
    Problem::usage(format!("cannot use the directory `{}`: {error}", path.display()))
        .hint("name another one in `PURVIEW_DEMO_DIR`")
}
