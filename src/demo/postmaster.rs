//! The server's process, as it says about itself in its directory.
//!
//! It is found by that and never by name, and nothing is signalled that was not seen to be this cluster's.

use std::{
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::pg::{Kind, Problem};

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// What a server says about itself in `postmaster.pid` (PostgreSQL source, `pidfile.h`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    pub(super) port: u16,
    pub(super) socket: PathBuf,
    is_ready: bool,
}

impl Postmaster {
    /// The server of the directory `folder`, if it takes connections.
    pub(super) fn alive(folder: &Path) -> Option<Self> {
        Self::read(folder).filter(|found| found.is_ready && found.listens())
    }

    /// Removes what a killed server left of its claim, where its process has ended but nobody collected it: to PostgreSQL it looks alive.
    pub(super) fn clear_zombie(folder: &Path) {
        let Some(found) = Self::read(folder).filter(|found| is_zombie(found.pid)) else { return };
        let socket = format!(".s.PGSQL.{}.lock", found.port);
        for claim in [found.socket.join(socket), folder.join("data/postmaster.pid")] {
            // If this fails the server says so when it starts.
            drop(std::fs::remove_file(claim));
        }
    }

    /// Stops the server of `folder`: first asking its sessions to end, unless nothing in it is to be kept.
    pub(super) async fn stop(folder: &Path, is_doomed: bool) -> Result<(), Problem> {
        if !is_doomed && Self::end(folder, Signal::INT, Duration::from_mins(2)).await? {
            return Ok(());
        }
        if Self::end(folder, Signal::QUIT, Duration::from_secs(20)).await? {
            return Ok(());
        }
        Err(Problem::new(Kind::Refused, "the demo's server does not stop")
            .hint(format!("see `{}`", folder.join("log").display())))
    }

    async fn end(folder: &Path, signal: Signal, patience: Duration) -> Result<bool, Problem> {
        let Some(found) = Self::running(folder) else { return Ok(true) };
        let Some(pid) = i32::try_from(found.pid).ok().and_then(Pid::from_raw) else {
            return Ok(true);
        };
        match kill_process(pid, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => {
                return Err(Problem::new(
                    Kind::Permission,
                    format!("cannot stop the demo's server: {error}"),
                )
                .hint("stop it as the user that started it"));
            }
        }
        for _ in 0..patience.as_millis() / BETWEEN_LOOKS.as_millis() {
            if Self::running(folder).is_none_or(|now| now.pid != found.pid) {
                return Ok(true);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Ok(false)
    }

    /// The server of `folder`, ready or not.
    pub(super) fn running(folder: &Path) -> Option<Self> {
        let found = Self::read(folder)?;
        // A server works in its data directory; a stranger that got a dead one's number does not.
        let works_here = || {
            let at = std::fs::read_link(format!("/proc/{}/cwd", found.pid)).ok()?;
            Some(at == folder.join("data").canonicalize().ok()?)
        };
        (works_here().unwrap_or_default() || found.listens()).then_some(found)
    }

    fn listens(&self) -> bool {
        UnixStream::connect(self.socket.join(format!(".s.PGSQL.{}", self.port))).is_ok()
    }

    fn read(folder: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(folder.join("data/postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3)?.parse().ok()?,
            socket: lines.get(4)?.into(),
            is_ready: lines.get(7) == Some(&"ready"),
        })
    }
}

fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str =
        "4711\n/data\n1700000000\n5433\n/data/socket\n127.0.0.1\n  123 4\nready   \n";

    #[test]
    fn a_server_says_where_it_listens() {
        let found = Postmaster::parse(TEXT).unwrap();
        assert_eq!((found.pid, found.port, found.is_ready), (4711, 5433, true));
        assert_eq!(found.socket, Path::new("/data/socket"));
        assert!(!Postmaster::parse(&TEXT.replace("ready", "starting")).unwrap().is_ready);
    }

    #[test]
    fn a_stranger_with_a_dead_servers_number_is_not_our_server() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let text = TEXT.replace("4711", &std::process::id().to_string());
        std::fs::write(folder.path().join("data/postmaster.pid"), text).unwrap();
        assert!(Postmaster::read(folder.path()).is_some());
        assert_eq!(Postmaster::running(folder.path()), None);
        assert_eq!(Postmaster::alive(folder.path()), None);
    }

    proptest! {
        #[test]
        fn half_a_file_is_no_server(text in "[0-9a-z\n/]{0,80}") {
            let _ = Postmaster::parse(&text);
        }
    }
}
