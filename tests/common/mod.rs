//! One throw-away cluster per test process, one database per test.
//!
//! The cluster is a copy of one that was built once for these sources and is kept under `target`; it dies with the process, however that dies.

#![allow(dead_code, reason = "each test uses what it needs")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::{
    collections::BTreeMap,
    fs::File,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, Utc};
use purview::{
    demo::{self, Cluster, Home, LoginKind, Options, Scale, System},
    migrate::{Runner, Source},
    pg::{Door, Journal, Login, Workshop},
};
use tokio::sync::Mutex;

/// Noon of the day around which all data of tests lies.
pub(crate) fn anchor() -> DateTime<Utc> {
    "2025-06-30T12:00:00Z".parse().unwrap()
}

/// A database of its own for one test.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    /// Its name.
    pub(crate) name: String,
}

/// A copy of the database of `system`, with tiny sample data.
pub(crate) async fn database(system: System) -> TestDatabase {
    let name = new_name(system.database());
    cluster().copy_database(system, &name).await.unwrap();
    TestDatabase { name }
}

/// The same with its pending steps taken, which is done once in a process.
pub(crate) async fn hardened(system: System) -> TestDatabase {
    static MADE: Mutex<BTreeMap<&str, String>> = Mutex::const_new(BTreeMap::new());
    let mut made = MADE.lock().await;
    if !made.contains_key(system.name()) {
        let first = database(system).await;
        let source = Source::embedded(system.name()).unwrap();
        let mut runner = Runner::open(&first.login(LoginKind::Admin), source).await.unwrap();
        assert!(!runner.up(None).await.unwrap().is_empty(), "{system}: nothing is pending");
        runner.close().await;
        made.insert(system.name(), first.name);
    }
    let name = new_name(system.database());
    cluster().copy_of(system, &made[system.name()], &name).await.unwrap();
    TestDatabase { name }
}

/// An empty database.
pub(crate) async fn empty_database() -> TestDatabase {
    let name = new_name("empty");
    cluster().empty_database(&name).await.unwrap();
    TestDatabase { name }
}

impl TestDatabase {
    /// How to connect to it.
    pub(crate) fn login(&self, login: LoginKind) -> Login {
        cluster().login(&self.name, login).unwrap()
    }

    /// How other programs connect to it.
    pub(crate) fn url(&self, login: LoginKind) -> String {
        cluster().url(&self.name, login)
    }

    /// A superuser's session.
    pub(crate) async fn workshop(&self) -> Workshop {
        cluster().workshop(&self.name).await.unwrap()
    }

    /// The door as people use it: an operator's login and the jail.
    pub(crate) async fn door(&self, operator: LoginKind) -> Door {
        let path = home().path().join(format!("{}.journal", self.name));
        let (login, jail) = (self.login(operator), self.login(LoginKind::Jail));
        let journal = Journal::new(path, login.to_string());
        Door::open(login, Some(jail), journal, anchor).await.unwrap()
    }
}

/// The process's cluster.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    // A thread of its own: tests ask from within runtimes of theirs.
    CLUSTER.get_or_init(|| std::thread::spawn(|| runtime().block_on(launch())).join().unwrap())
}

/// The server programs that `PURVIEW_TEST_PG_BIN` names.
pub(crate) fn programs() -> Option<PathBuf> {
    std::env::var_os("PURVIEW_TEST_PG_BIN").filter(|given| !given.is_empty()).map(PathBuf::from)
}

/// How much of what repeats itself is tried: `few`, or `all` of it with `PURVIEW_TEST_ALL`, however long that takes.
pub(crate) fn share<T>(few: T, all: T) -> T {
    if std::env::var_os("PURVIEW_TEST_ALL").is_some() { all } else { few }
}

/// What tests want of a cluster: little data, many sessions, nobody at work in it.
pub(crate) fn options(home: Home) -> Options {
    Options {
        rest: Scale::Tiny,
        max_connections: 200,
        jobs: false,
        ..Options::new(home, System::OrgAssistant, None, anchor())
    }
}

/// A cluster's directory that goes away, with the cluster, when this process ends.
pub(crate) fn passing_home(name: &str) -> Home {
    let folder = place().join(format!("{name}-{}", std::process::id()));
    // What an earlier process of the same number may have left.
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    watch(&folder);
    Home::at(&folder).unwrap().with_programs(programs())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Where the process's cluster lies.
pub(crate) fn home() -> &'static Home {
    static HOME: OnceLock<Home> = OnceLock::new();
    HOME.get_or_init(|| passing_home("run"))
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("clusters")
}

fn new_name(of: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{of}_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

async fn launch() -> Cluster {
    copy_kept(home()).await;
    demo::start(&options(home().clone()), &|_| ()).await.unwrap()
}

/// Copies the kept cluster to `home`, building it first if it is not of these sources.
pub(crate) async fn copy_kept(home: &Home) {
    std::fs::create_dir_all(place()).unwrap();
    let lock = File::create(place().join("lock")).unwrap();
    lock.lock().unwrap();
    let kept = Home::at(&place().join(kept_name())).unwrap().with_programs(programs());
    if !demo::is_current(&kept).unwrap() {
        demo::reset(&kept, &|_| ()).await.unwrap();
        demo::start(&options(kept.clone()), &|_| ()).await.unwrap();
        demo::stop(&kept, &|_| ()).await.unwrap();
    }
    demo::copy(&kept, home).await.unwrap();
}

/// One kept cluster per version of the server.
fn kept_name() -> String {
    let folder = programs().unwrap_or_default().to_string_lossy().into_owned();
    let name: String =
        folder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("kept{name}")
}

/// Lets a shell wait for the end of this process, which closes the shell's input, and then stop the server in `folder` by its number and remove everything.
fn watch(folder: &Path) {
    const SCRIPT: &str = r#"
        read -r _
        server=$(sed -n 's/.*"server": "\(.*\)",*$/\1/p' "$1/state.json")
        server=${server:-$1/server}
        pid=$(head -n 1 "$server/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
            kill -QUIT "$pid" 2>/dev/null
            i=0
            while kill -0 "$pid" 2>/dev/null && [ "$i" -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
        fi
        rm -rf -- "$server" "$1"
    "#;
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", SCRIPT, "sh"]).arg(folder).process_group(0);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let input: ChildStdin = shell.spawn().unwrap().stdin.take().unwrap();
    // Never closed by us: the end of the process does that.
    std::mem::forget(input);
}
