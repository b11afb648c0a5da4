//! Starts the cluster, making what of it is not there.
//!
//! Each step is noted when it is done; what is not noted is done again.

use std::{
    cmp::Reverse,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use futures::StreamExt as _;

use super::{
    Cluster, Home, LoginKind, Progress, Scale, System,
    account::Account,
    build,
    condition::folder,
    lock::Lock,
    postmaster::Postmaster,
    programs::Programs,
    secrets::Secrets,
    server::Server,
    state::{self, State},
};
use crate::pg::Problem;

/// How many databases are built at a time.
const AT_A_TIME: usize = 2;
/// The systems by how long each takes with as much data as the others.
const LONGEST_FIRST: [System; 5] =
    [System::Hastecrm, System::Sekretarka, System::OrgAssistant, System::Jenifer, System::Rishi];

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
    /// The demo as people start it; its data ends at noon of the day of `now`, at whatever hour that is: its limits hold for a day or a month, and one that is
    /// over is to be over now.
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

    /// How much data the database of `system` is to have.
    pub(super) fn scale_of(&self, system: System) -> Scale {
        if system == self.system { self.scale.unwrap_or(self.rest) } else { self.rest }
    }
}

/// Starts the cluster, making what of it is not there; returns when all five databases are complete.
pub async fn start(options: &Options, progress: Progress<'_>) -> Result<Cluster, Problem> {
    let home = &options.home;
    let account = Account::find().await?;
    home.prepare(&account)?;
    let _lock = Lock::take(&home.lock(), progress).await?;
    let mut state: State = state::read(&home.state())?.unwrap_or_default();
    let folder = match folder(home)? {
        Some(folder) if Server::exists(&folder) => folder,
        Some(_) | None => home.server(&account).await?,
    };
    if Server::exists(&folder) {
        refuse_other_scale(options, &state)?;
        if state.server.as_deref() != Some(&*folder) {
            // It was moved, and was somewhere else before.
            state.server = Some(folder.clone());
            state::write(&home.state(), &state)?;
        }
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
    let existing = match cluster.existing().await {
        // It was killed a moment ago, and had not ended when it was looked for.
        Err(_) if Postmaster::alive(&cluster.folder).is_none() => {
            let Cluster { folder, state, .. } = &mut cluster;
            cluster.server = run(options, &account, folder, state, progress).await?;
            cluster.existing().await?
        }
        existing => existing?,
    };
    complete(&mut cluster, &existing, options, progress).await?;
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
    existing: &[String],
    options: &Options,
    progress: Progress<'_>,
) -> Result<(), Problem> {
    let is_complete = |system: &System| {
        cluster.state.databases.contains_key(system.name())
            && existing.iter().any(|name| name == system.database())
    };
    let mut missing: Vec<_> =
        System::ALL.into_iter().filter(|system| !is_complete(system)).collect();
    // The longest first, so that the others fit beside it.
    let place = |system: &System| LONGEST_FIRST.iter().position(|it| it == system);
    missing.sort_by_key(|system| (Reverse(options.scale_of(*system)), place(system)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_today_hold_for_the_sample_whenever_the_demo_starts() {
        let folder = tempfile::tempdir().unwrap();
        let anchor = |now: &str| {
            let home = Home::at(folder.path()).unwrap();
            Options::new(home, System::OrgAssistant, None, now.parse().unwrap()).anchor
        };
        for (now, noon) in [
            ("2026-11-30T19:00:00Z", "2026-11-30T12:00:00Z"),
            ("2026-11-30T23:59:59Z", "2026-11-30T12:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z"),
            ("2026-12-01T01:59:59Z", "2026-12-01T12:00:00Z"),
        ] {
            assert_eq!(anchor(now).to_rfc3339(), noon.replace('Z', "+00:00"), "{now}");
        }
    }
}
