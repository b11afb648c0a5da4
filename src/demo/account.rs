//! The account under which the server runs: one's own, or an unprivileged one where that is root, as which PostgreSQL refuses to run.

use std::{path::Path, process::Stdio};

use tokio::process::Command;

use crate::pg::{Kind, Problem};

/// Accounts to run under instead of root, in order.
const UNPRIVILEGED: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// The account under which the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// Whoever runs purview.
    Own,
    /// An unprivileged one, because purview runs as root.
    Other {
        /// Its name.
        name: String,
        /// Its user id.
        uid: u32,
        /// Its group id.
        gid: u32,
    },
}

impl Account {
    /// Finds it.
    pub(super) async fn find() -> Result<Self, Problem> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        for name in UNPRIVILEGED {
            if let (Some(uid), Some(gid)) = (id("-u", name).await, id("-g", name).await)
                && uid != 0
            {
                return Ok(Self::Other { name: name.to_owned(), uid, gid });
            }
        }
        Err(Problem::new(
            Kind::Permission,
            "PostgreSQL does not run as root, and there is no account `postgres` or `nobody`",
        )
        .hint("run purview as an ordinary user"))
    }

    /// The user id.
    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Own => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => *uid,
        }
    }

    /// A command that will run under this account, untouched by what the environment says about PostgreSQL and languages.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("PG") || name.starts_with("LC_") || name.starts_with("LANG") {
                command.env_remove(&*name);
            }
        }
        command.env("LC_ALL", "C").stdin(Stdio::null());
        if let Self::Other { uid, gid, .. } = self {
            // The order matters and is the library's business: supplementary groups, group, user, then the directory.
            command.uid(*uid).gid(*gid).current_dir("/");
        }
        command
    }

    /// Makes `path` its own.
    pub(super) fn own(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, .. } => std::os::unix::fs::chown(path, Some(*uid), Some(*gid)),
        }
    }

    /// Whether it can go into the directory `path`.
    pub(super) async fn reaches(&self, path: &Path) -> bool {
        if *self == Self::Own {
            return true;
        }
        let mut shell = self.command(Path::new("/bin/sh"));
        shell
            .args(["-c", "cd -- \"$1\"", "sh"])
            .arg(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        shell.status().await.is_ok_and(|status| status.success())
    }
}

/// A number that `id` prints for an account.
async fn id(what: &str, account: &str) -> Option<u32> {
    let output = Command::new("id").args([what, "--", account]).output().await.ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
