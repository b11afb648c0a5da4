//! The cluster as a whole: start, stop, reset, status.
//!
//! Everything that changes it holds the lock; what is done stands in the state, and everything else is done again.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Home, LoginKind, Progress, Scale, System,
    account::Account,
    build,
    lock::Lock,
    postmaster::Postmaster,
    programs::Programs,
    secrets::Secrets,
    server::Server,
    state::{self, State},
};
use crate::pg::{Kind, Login, Problem, Workshop};

/// How many databases are built at a time.
const AT_A_TIME: usize = 2;

/// The settings under which databases are built.
const BUILDING: &str = "-c search_path=\"$user\",public -c statement_timeout=0 -c lock_timeout=0 \
    -c idle_in_transaction_session_timeout=0 -c default_transaction_read_only=off";

/// What is wanted of a start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the cluster lies.
    pub home: Home,
    /// The system that will be opened.
    pub system: System,
    /// How much data that system is to have; whatever it has where not given.
    pub scale: Option<Scale>,
    /// How much data the others are to have.
    pub rest: Scale,
    /// The moment around which the data lies.
    pub anchor: DateTime<Utc>,
    /// How many sessions there may be.
    pub max_connections: u32,
    /// Whether the jobs of the database run, where the server can. They hold a session, so that a database with them cannot be copied.
    pub jobs: bool,
}

impl Options {
    /// The demo as people start it; its data ends at noon of the day of `now`.
    pub fn new(home: Home, system: System, scale: Option<Scale>, now: DateTime<Utc>) -> Self {
        let noon = now.date_naive().and_hms_opt(12, 0, 0).map_or(now, |noon| noon.and_utc());
        Self {
            home,
            system,
            scale,
            rest: Scale::Small,
            anchor: noon,
            max_connections: 60,
            jobs: true,
        }
    }
}

/// A cluster that runs.
#[derive(Debug, Clone)]
pub struct Cluster {
    secrets: Secrets,
    server: Postmaster,
    folder: PathBuf,
    state: State,
}

impl Cluster {
    /// How to reach `database` with a login, over the socket.
    pub fn login(&self, database: &str, login: LoginKind) -> Result<Login, Problem> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let socket = encoded(self.server.socket.to_str().unwrap_or_default());
        let mut url = format!("{}?host={socket}&sslmode=disable", self.url(database, login));
        if login == LoginKind::Superuser {
            // What a person set in `PGOPTIONS` is not meant for what is built here.
            url.push_str("&options=");
            url.push_str(&encoded(BUILDING));
        }
        url.parse()
    }

    /// The same over loopback, with its password, as every program understands it.
    pub fn url(&self, database: &str, login: LoginKind) -> String {
        let (role, secret, port) = (login.role(), self.secrets.of(login), self.server.port);
        format!("postgresql://{role}:{secret}@127.0.0.1:{port}/{database}")
    }

    /// A session that builds, as the superuser.
    pub async fn workshop(&self, database: &str) -> Result<Workshop, Problem> {
        Workshop::open(&self.login(database, LoginKind::Superuser)?).await
    }

    /// The process id of the server.
    pub const fn pid(&self) -> u32 {
        self.server.pid
    }

    /// The port on loopback.
    pub const fn port(&self) -> u16 {
        self.server.port
    }

    /// The server's own directory, with its data and its log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The databases that are complete, and how much data they have.
    pub fn databases(&self) -> impl Iterator<Item = (System, Scale)> {
        System::ALL.into_iter().filter_map(|system| {
            self.state.databases.get(system.name()).map(|made| (system, made.scale))
        })
    }

    pub(super) fn secret(&self, login: LoginKind) -> &str {
        self.secrets.of(login)
    }

    /// The databases that the server has.
    async fn existing(&self) -> Result<Vec<String>, Problem> {
        let mut workshop = self.workshop("postgres").await?;
        let rows = workshop.script("SELECT datname FROM pg_catalog.pg_database").await?;
        workshop.close().await;
        Ok(rows.into_iter().flatten().flatten().collect())
    }
}

/// What [`status()`] finds.
#[derive(Debug, Clone)]
pub enum Condition {
    /// There is none.
    Absent,
    /// It is there and does not run.
    Stopped,
    /// It runs.
    Running(Box<Cluster>),
}

/// One of the contexts that exist while the demo runs.
#[derive(Debug, Clone)]
pub struct Context {
    /// `demo-` and the system's name.
    pub name: String,
    /// The system.
    pub system: System,
    /// The operator's login.
    pub operator: Login,
    /// The login for acting.
    pub jail: Login,
}

/// Starts the cluster, making what of it is not there; returns when all five databases are complete.
pub async fn start(options: &Options, progress: Progress<'_>) -> Result<Cluster, Problem> {
    let home = &options.home;
    let account = Account::find().await?;
    home.prepare(&account)?;
    let _lock = Lock::take(&home.lock(), progress).await?;
    let mut state: State = state::read(&home.state())?.unwrap_or_default();
    let folder = match &state.server {
        Some(folder) if Server::exists(folder) => folder.clone(),
        Some(_) | None => home.server(&account).await?,
    };
    if Server::exists(&folder) {
        refuse_other_scale(options, &state)?;
    } else {
        state = State { server: Some(folder.clone()), port: state.port, ..State::default() };
        state::write(&home.state(), &state)?;
        state.programs = Some(make(home, &account, &folder, progress).await?);
        state::write(&home.state(), &state)?;
    }
    let secrets = Secrets::read(&home.secrets())?.ok_or_else(|| {
        Problem::usage("the demo's passwords are lost").hint("`purview demo reset` makes it anew")
    })?;
    let server = match Postmaster::alive(&folder) {
        Some(running) => running,
        None => run(options, &account, &folder, &mut state, progress).await?,
    };
    let mut cluster = Cluster { secrets, server, folder, state };
    complete(&mut cluster, options, progress).await?;
    Ok(cluster)
}

/// Makes an empty cluster; returns the folder of the programs it was made with.
async fn make(
    home: &Home,
    account: &Account,
    folder: &Path,
    progress: Progress<'_>,
) -> Result<PathBuf, Problem> {
    let programs = Programs::find(account, home.programs(), None).await?;
    let place = folder.parent().unwrap_or(folder).display();
    progress(&format!("cluster: PostgreSQL {} in {place}", programs.version));
    let secrets = Secrets::keep(&home.secrets())?;
    let server = Server { folder: folder.to_owned(), account: account.clone(), programs };
    server.create(secrets.of(LoginKind::Superuser)).await?;
    Ok(server.programs.folder)
}

/// Starts the server of a cluster that is there.
async fn run(
    options: &Options,
    account: &Account,
    folder: &Path,
    state: &mut State,
    progress: Progress<'_>,
) -> Result<Postmaster, Problem> {
    progress("server: start");
    let server = installed(&options.home, account, folder, state).await?;
    let socket = options.home.socket(folder, account)?;
    let running = server.start(state.port, &socket, options).await?;
    if state.port != Some(running.port) {
        state.port = Some(running.port);
        state::write(&options.home.state(), state)?;
    }
    Ok(running)
}

/// The programs for the cluster in `folder`: those it was made with, or others of that version.
async fn installed(
    home: &Home,
    account: &Account,
    folder: &Path,
    state: &State,
) -> Result<Server, Problem> {
    let major = Server::major(folder);
    let known = home.programs().or(state.programs.as_deref());
    let programs = match Programs::find(account, known, major).await {
        Err(_) if home.programs().is_none() && known.is_some() => {
            Programs::find(account, None, major).await?
        }
        found => found?,
    };
    Ok(Server { folder: folder.to_owned(), account: account.clone(), programs })
}

/// Builds the databases that are not complete, some at a time, noting each when it is.
async fn complete(
    cluster: &mut Cluster,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(), Problem> {
    let existing = cluster.existing().await?;
    let is_complete = |system: &System| {
        cluster.state.databases.contains_key(system.name())
            && existing.iter().any(|name| name == system.database())
    };
    let mut missing: Vec<_> =
        System::ALL.into_iter().filter(|system| !is_complete(system)).collect();
    // The longest first, so that the others fit beside it.
    missing.sort_by_key(|system| *system != options.system);
    for system in System::ALL.into_iter().filter(|system| !missing.contains(system)) {
        let made = &cluster.state.databases[system.name()];
        if made.recipe != system.recipe()? {
            progress(&format!(
                "{system:<13} is of another version of purview; `purview demo reset` makes it anew"
            ));
        }
    }
    let is_all_there = missing.is_empty();
    let plan = cluster.clone();
    let mut building = futures::stream::iter(missing)
        .map(|system| build::database(&plan, system, options, progress))
        .buffer_unordered(AT_A_TIME);
    while let Some(built) = building.next().await {
        let (system, made) = built?;
        build::logins(&plan, system).await?;
        cluster.state.databases.insert(system.name().to_owned(), made);
        state::write(&options.home.state(), &cluster.state)?;
    }
    if !is_all_there {
        // So that a server that is killed now has little to make up for when it comes again.
        let mut workshop = cluster.workshop("postgres").await?;
        workshop.script("CHECKPOINT").await?;
        workshop.close().await;
    }
    Ok(())
}

/// What was asked for by name is never given in another size.
fn refuse_other_scale(options: &Options, state: &State) -> Result<(), Problem> {
    let (Some(asked), Some(made)) = (options.scale, state.databases.get(options.system.name()))
    else {
        return Ok(());
    };
    if made.scale == asked {
        return Ok(());
    }
    let system = options.system;
    Err(Problem::usage(format!("the demo's {system} is {}, not {asked}", made.scale)).hint(
        format!("`purview demo reset`, then `purview demo --system {system} --scale {asked}`"),
    ))
}

/// Stops the cluster; says whether there was anything to stop.
pub async fn stop(home: &Home, progress: Progress<'_>) -> Result<bool, Problem> {
    if !home.path().exists() {
        return Ok(false);
    }
    let _lock = Lock::take(&home.lock(), progress).await?;
    let Some(folder) = folder(home)? else { return Ok(false) };
    let was_running = Postmaster::running(&folder).is_some();
    Postmaster::stop(&folder, false).await?;
    Ok(was_running)
}

/// Stops the cluster and removes all of it; says whether there was one.
pub async fn reset(home: &Home, progress: Progress<'_>) -> Result<bool, Problem> {
    if !home.path().exists() {
        return Ok(false);
    }
    let account = Account::find().await?;
    let _lock = Lock::take(&home.lock(), progress).await?;
    // A state that cannot be read must not stand in the way of making it anew.
    let folder = match folder(home) {
        Ok(Some(folder)) => folder,
        Ok(None) | Err(_) => home.server(&account).await?,
    };
    let was_there = folder.exists();
    Postmaster::stop(&folder, true).await?;
    home.remove(&folder, &account)?;
    Ok(was_there)
}

/// How the cluster is; changes nothing.
pub fn status(home: &Home) -> Result<Condition, Problem> {
    let Some(folder) = folder(home)?.filter(|folder| Server::exists(folder)) else {
        return Ok(Condition::Absent);
    };
    let (Some(server), Some(secrets)) =
        (Postmaster::alive(&folder), Secrets::read(&home.secrets())?)
    else {
        return Ok(Condition::Stopped);
    };
    let state = state::read(&home.state())?.unwrap_or_default();
    Ok(Condition::Running(Box::new(Cluster { secrets, server, folder, state })))
}

/// Whether the cluster in `home` has all its databases and is what this program would make.
pub fn is_current(home: &Home) -> Result<bool, Problem> {
    let Some(state) = state::read::<State>(&home.state())? else { return Ok(false) };
    for system in System::ALL {
        let recipe = system.recipe()?;
        if state.databases.get(system.name()).is_none_or(|made| made.recipe != recipe) {
            return Ok(false);
        }
    }
    Ok(state.server.is_some_and(|folder| Server::exists(&folder)))
}

/// The cluster, if it runs.
pub fn running(home: &Home) -> Result<Cluster, Problem> {
    match status(home)? {
        Condition::Running(cluster) => Ok(*cluster),
        Condition::Stopped | Condition::Absent => {
            Err(Problem::new(Kind::Connection, "the demo does not run")
                .hint("`purview demo start`"))
        }
    }
}

/// The contexts that exist because the demo runs; none where it does not.
pub fn contexts(home: &Home) -> Result<Vec<Context>, Problem> {
    let Condition::Running(cluster) = status(home)? else { return Ok(Vec::new()) };
    let context = |(system, _): (System, Scale)| {
        Ok(Context {
            name: format!("demo-{system}"),
            system,
            operator: cluster.login(system.database(), LoginKind::Admin)?,
            jail: cluster.login(system.database(), LoginKind::Jail)?,
        })
    };
    cluster.databases().map(context).collect()
}

/// The server's directory, if a start came as far as choosing one.
fn folder(home: &Home) -> Result<Option<PathBuf>, Problem> {
    Ok(state::read::<State>(&home.state())?.and_then(|state| state.server))
}
