//! A throw-away server for tests of how purview connects: its own `pg_hba.conf`, TLS, and a pooler in front.
//!
//! It listens on a socket and on loopback, in a directory of its own, and ends with the test.

#![allow(dead_code, reason = "each test uses what it needs")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// A server, and everything that belongs to it.
pub(crate) struct Server {
    pub(crate) directory: TempDir,
    pub(crate) port: u16,
    programs: PathBuf,
}

impl Server {
    /// A server with these lines in `pg_hba.conf` (after one for the superuser on the socket) and in `postgresql.conf`.
    pub(crate) fn start(hba: &str, settings: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("pv").tempdir_in("/tmp").unwrap();
        give(directory.path());
        let server = Self { directory, port: free_port(), programs: programs() };
        let data = server.path("data");
        done(
            &server
                .program("initdb")
                .args(["-U", "postgres", "--auth=trust", "-N", "-D"])
                .arg(&data)
                .output()
                .unwrap(),
        );
        let hba = format!("local all postgres trust\n{hba}");
        fs::write(data.join("pg_hba.conf"), hba).unwrap();
        let socket = server.directory.path().display();
        let all = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{socket}'\nfsync = off\nmax_connections = 40\n{settings}\n",
            server.port
        );
        fs::write(data.join("postgresql.auto.conf"), all).unwrap();
        server.control(&["start", "-w", "-s"]);
        server
    }

    /// A standby of it, which has all that it has by now. It has to let `postgres` replicate through the socket.
    pub(crate) fn standby(&self) -> Self {
        let directory = tempfile::Builder::new().prefix("pv").tempdir_in("/tmp").unwrap();
        give(directory.path());
        let standby = Self { directory, port: free_port(), programs: self.programs.clone() };
        let place =
            format!("host={} port={} user=postgres", self.directory.path().display(), self.port);
        // Not by `pg_basebackup`, which not every package of the server programs has.
        self.control(&["stop", "-m", "fast", "-w", "-s"]);
        let mut copying = as_server(Path::new("cp"));
        copying.arg("-a").arg(self.path("data")).arg(standby.path("data"));
        done(&copying.output().unwrap());
        self.control(&["start", "-w", "-s"]);
        standby.write("data/standby.signal", 0o600, "");
        let settings = standby.path("data").join("postgresql.auto.conf");
        let all = fs::read_to_string(&settings).unwrap();
        let socket = standby.directory.path().display();
        let own = format!(
            "{all}port = {}\nunix_socket_directories = '{socket}'\nhot_standby = on\nprimary_conninfo = '{place}'\n",
            standby.port
        );
        fs::write(&settings, own).unwrap();
        standby.control(&["start", "-w", "-s"]);
        standby
    }

    /// A file of this test's own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file that belongs to the server's account.
    pub(crate) fn write(&self, name: &str, mode: u32, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        give(&path);
        path
    }

    /// Runs `pg_ctl`.
    pub(crate) fn control(&self, arguments: &[&str]) {
        let log = self.path("log");
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.path("data")).arg("-l").arg(log).args(arguments);
        // The server would keep a pipe open.
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(
            status.success(),
            "pg_ctl {arguments:?}: {}",
            fs::read_to_string(self.path("log")).unwrap_or_default()
        );
    }

    /// Words for a connection through the socket as the superuser.
    pub(crate) fn socket(&self) -> String {
        format!(
            "host={} port={} user=postgres dbname=postgres",
            self.directory.path().display(),
            self.port
        )
    }

    /// Runs `command` as the account that the server runs as.
    pub(crate) fn program(&self, name: &str) -> Command {
        as_server(&self.programs.join(name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.path("data")).args(["stop", "-m", "immediate", "-s"]);
        let _ = command.status();
    }
}

/// A pooler before a server.
pub(crate) struct Pooler {
    child: Child,
    pub(crate) port: u16,
}

impl Pooler {
    /// `PgBouncer` in transaction mode, each login with this many connections; absent where it is not installed.
    pub(crate) fn start(server: &Server, size: u32) -> Option<Self> {
        Self::with(server, size, "", "")
    }

    /// The same with more words for its databases and more lines for itself.
    pub(crate) fn with(server: &Server, size: u32, words: &str, lines: &str) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"]
            .into_iter()
            .find(|path| Path::new(path).exists())?;
        let port = free_port();
        let place = server.directory.path().display();
        server.write(
            "users",
            0o600,
            "\"postgres\" \"\"\n\"observer\" \"\"\n\"jail\" \"\"\n\"stranger\" \"\"\n",
        );
        let settings = format!(
            "[databases]\n* = host={place} port={} {words}\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {place}\nlisten_port = {port}\n\
             auth_type = trust\nauth_file = {place}/users\npool_mode = transaction\ndefault_pool_size = {size}\nlogfile = {place}/pooler.log\n{lines}\n",
            server.port
        );
        let settings = server.write(&format!("pooler{port}.ini"), 0o600, &settings);
        let mut command = as_server(Path::new(program));
        let child = command.arg("-q").arg(settings).stderr(Stdio::null()).spawn().unwrap();
        let socket = server.path(&format!(".s.PGSQL.{port}"));
        // It is there when its socket answers; each look waits for the last one to fail.
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            std::thread::yield_now();
        }
        Some(Self { child, port })
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fails with what a program said, if it failed.
pub(crate) fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Says why a test was not run.
#[expect(clippy::print_stdout, reason = "a test that was skipped has to be seen")]
pub(crate) fn skipped(reason: &str) {
    println!("skipped: {reason}");
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The server refuses to run as root, and so does the pooler.
fn as_server(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/tmp").env("LC_ALL", "C.UTF-8");
    command
}

/// Gives a file or directory to the server's account.
fn give(path: &Path) {
    if is_root() {
        done(&Command::new("chown").arg("postgres:").arg(path).output().unwrap());
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The newest server programs that there are, or those that `PURVIEW_TEST_PG_BIN` names.
fn programs() -> PathBuf {
    if let Some(given) = std::env::var_os("PURVIEW_TEST_PG_BIN").filter(|given| !given.is_empty()) {
        return given.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap();
    let mut found: Vec<_> = versions.map(|entry| entry.unwrap().path().join("bin")).collect();
    found.sort();
    found.pop().expect("the server programs are installed")
}
