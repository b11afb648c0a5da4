//! The server of the cluster: made and started by its own programs.
//!
//! Its directory is there when the cluster in it is complete, and not before.

use std::{
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Options,
    account::Account,
    home::{half_of, remove_halves},
    postmaster::Postmaster,
    programs::Programs,
    settings::{ACCESS, Settings},
};
use crate::pg::{Kind, Problem};

/// A server's directory, and under whom and with what it runs.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) folder: PathBuf,
    pub(super) account: Account,
    pub(super) programs: Programs,
}

impl Server {
    /// Makes the directory with an empty cluster in it; it is there when the cluster is complete, not before.
    pub(super) async fn create(&self, password: &str) -> Result<(), Problem> {
        // What is still being written to is removed the next time.
        drop(remove_halves(&self.folder));
        let half = half_of(&self.folder).map_err(|error| cannot(&self.folder, &error))?;
        let wrong = |error: std::io::Error| cannot(&half, &error);
        for folder in [half.clone(), half.join("data"), half.join("socket")] {
            std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(wrong)?;
            self.account.own(&folder).map_err(wrong)?;
        }
        let secret = half.join("password");
        self.write(&secret, password).map_err(wrong)?;
        self.initdb(&half).await?;
        std::fs::remove_file(&secret).map_err(wrong)?;
        self.write(&half.join("data/pg_hba.conf"), ACCESS).map_err(wrong)?;
        std::fs::rename(&half, &self.folder).map_err(wrong)
    }

    /// Whether a complete cluster is there.
    pub(super) fn exists(folder: &Path) -> bool {
        folder.join("data/PG_VERSION").is_file()
    }

    /// The major version of the cluster.
    pub(super) fn major(folder: &Path) -> Option<u32> {
        std::fs::read_to_string(folder.join("data/PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Starts it and returns where it listens. A port that is taken makes place for another.
    pub(super) async fn start(
        &self,
        port: Option<u16>,
        socket: &Path,
        options: &Options,
    ) -> Result<Postmaster, Problem> {
        let mut port = port.filter(|port| is_free(*port));
        for _ in 0..40 {
            if let Some(running) = Postmaster::alive(&self.folder) {
                return Ok(running);
            }
            let chosen = match port {
                Some(port) => port,
                None => free_port()?,
            };
            self.configure(chosen, socket, options)?;
            Postmaster::clear_zombie(&self.folder);
            let before = self.log_length();
            if self.pg_ctl(&["start", "-w", "-s", "-t", "600", "-l", "../log"]).await? {
                continue;
            }
            let said = self.log_since(before);
            if said.contains("could not create any TCP/IP sockets") {
                port = None;
            } else if said.contains("lock file") || said.contains("still in use") {
                // Somebody is starting it, or sessions of a killed server have not noticed yet.
                port = Some(chosen);
                tokio::time::sleep(Duration::from_millis(250)).await;
            } else {
                return Err(did_not_start(&said, &self.folder));
            }
        }
        Err(did_not_start(&self.log_since(0), &self.folder))
    }

    async fn initdb(&self, half: &Path) -> Result<(), Problem> {
        let mut last = String::new();
        // Sorting and letters as in Unicode where the system can; every system has `C`.
        for locale in ["C.UTF-8", "en_US.UTF-8", "C"] {
            let mut initdb = self.account.command(&self.programs.program("initdb"));
            initdb
                .current_dir(half)
                .args([
                    "--pgdata=data",
                    "--username=postgres",
                    "--pwfile=password",
                    "--auth=scram-sha-256",
                ])
                .args(["--encoding=UTF8", "--lc-messages=C", "--no-sync"])
                .arg(format!("--locale={locale}"));
            let output = initdb.output().await.map_err(|error| cannot(half, &error))?;
            if output.status.success() {
                return Ok(());
            }
            last = String::from_utf8_lossy(&output.stderr).into_owned();
            if !last.contains("locale") {
                break;
            }
        }
        let line = last.lines().rfind(|line| line.contains("error") || line.contains("fatal"));
        let line = line.or(last.lines().last()).unwrap_or("no reason given");
        Err(Problem::new(Kind::Refused, format!("cannot make the demo's cluster: {line}")).hint(
            "name another directory in `PURVIEW_DEMO_DIR`, or another server in `PURVIEW_PG_BIN`",
        ))
    }

    fn configure(&self, port: u16, socket: &Path, options: &Options) -> Result<(), Problem> {
        let settings = Settings {
            port,
            socket,
            has_statements: self.programs.has_library("pg_stat_statements"),
            has_cron: options.jobs && self.programs.has_library("pg_cron"),
            max_connections: options.max_connections,
        };
        let path = self.folder.join("data/postgresql.conf");
        let new = self.folder.join("data/postgresql.conf.new");
        self.write(&new, &settings.text())
            .and_then(|()| std::fs::rename(&new, &path))
            .map_err(|error| cannot(&path, &error))
    }

    /// Runs `pg_ctl` in the data directory, so that no path with strange letters reaches the shell that it uses.
    async fn pg_ctl(&self, arguments: &[&str]) -> Result<bool, Problem> {
        let mut command = self.account.command(&self.programs.program("pg_ctl"));
        command.current_dir(self.folder.join("data")).arg("-D").arg(".").args(arguments);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let status = command.status().await.map_err(|error| cannot(&self.folder, &error))?;
        Ok(status.success())
    }

    fn write(&self, path: &Path, text: &str) -> std::io::Result<()> {
        use std::io::Write as _;
        let mut options = std::fs::File::options();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        self.account.own(path)
    }

    fn log_length(&self) -> usize {
        std::fs::metadata(self.folder.join("log")).map_or(0, |log| log.len() as usize)
    }

    fn log_since(&self, length: usize) -> String {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(log.get(length..).unwrap_or_default()).into_owned()
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that is free now; if it is taken meanwhile, the start fails and another is chosen.
fn free_port() -> Result<u16, Problem> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| {
            Problem::new(
                Kind::Connection,
                format!("there is no free port on this machine: {error}"),
            )
        })
}

fn did_not_start(said: &str, folder: &Path) -> Problem {
    let reason = said.lines().rfind(|line| line.contains("FATAL:") || line.contains("PANIC:"));
    let reason = reason
        .and_then(|line| line.split_once(":  "))
        .map_or("no reason given", |(_, reason)| reason);
    Problem::new(Kind::Connection, format!("the demo's server did not start: {reason}"))
        .hint(format!("see `{}`; `purview demo reset` makes it anew", folder.join("log").display()))
}

fn cannot(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Kind::Refused, format!("cannot set up the demo in `{}`: {error}", path.display()))
        .hint("name another directory in `PURVIEW_DEMO_DIR`")
}
