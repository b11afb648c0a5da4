//! The demo that everything is measured on, and a session beside the programs that knows what they should show.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use purview::{
    database::Database,
    demo::{self, Cluster, Condition, Home, LoginKind, Options, Scale, System},
    list::{Ask, Paged, Query},
    mapping::Library,
    pg::{Door, Identity, Journal, Run},
    question::Question as _,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tokio::runtime::Runtime;

use super::figures::Series;

/// The table that stands for a large one, and the one that stands for a huge one.
pub(super) const USERS: &str = "public.users";
pub(super) const AUDIT: &str = "public.audit_logs";
/// A word that few users have.
pub(super) const WORD: &str = "larissa";

/// Everything around the programs.
pub(super) struct World {
    pub(super) runtime: Runtime,
    pub(super) cluster: Cluster,
    pub(super) home: PathBuf,
    pub(super) scale: Scale,
    session: PgConnection,
    /// The directory of the server's socket.
    socket: String,
    /// How long the demo took to start, if it was not there yet.
    pub(super) built: Option<f64>,
}

/// What is known of a table.
pub(super) struct Known {
    /// The first keys, in order, as much of each as a narrow column shows.
    pub(super) keys: Vec<String>,
    numbers: HashMap<String, usize>,
    pub(super) last: String,
}

/// How much of a key has to be on screen, in characters; enough to tell it from all others.
pub(super) const SHOWN: usize = 13;

impl World {
    /// Starts the demo, building it if it is not there.
    pub(super) fn open() -> anyhow::Result<Self> {
        let scale = match std::env::var("PURVIEW_BENCH_SCALE") {
            Ok(text) => text.parse()?,
            Err(_) => Scale::Large,
        };
        let home = match scale {
            Scale::Large => target().join("bench-demo"),
            other @ (Scale::Tiny | Scale::Small | Scale::Medium) => {
                target().join(format!("bench-demo-{other}"))
            }
        };
        // A home for the programs, so that nothing of whoever measures is read or written.
        std::fs::create_dir_all(target().join("bench-home"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (cluster, seconds, kept) = start(&runtime, &home, scale)?;
        let url = cluster.url(System::OrgAssistant.database(), LoginKind::Superuser);
        let session = runtime.block_on(PgConnection::connect(&url))?;
        let built = (!kept).then_some(seconds);
        let mut world =
            Self { runtime, cluster, home, scale, session, socket: String::new(), built };
        world.socket = world.column("SHOW unix_socket_directories")?.remove(0);
        Ok(world)
    }

    /// Stops the server; its data stays for the next time.
    pub(super) fn close(self) -> anyhow::Result<()> {
        let home = Home::at(&self.home)?;
        self.runtime.block_on(demo::stop(&home, &|_| ()))?;
        Ok(())
    }

    /// A login's URL over the socket.
    pub(super) fn url(&self, login: LoginKind) -> String {
        let url = self.cluster.url(System::OrgAssistant.database(), login);
        let socket = utf8_percent_encode(&self.socket, NON_ALPHANUMERIC);
        format!("{url}?host={socket}&sslmode=disable")
    }

    /// The database as somebody of the support sees it, for what is asked without a screen.
    pub(super) fn database(&self) -> anyhow::Result<Arc<Database>> {
        let login = self.cluster.login(System::OrgAssistant.database(), LoginKind::Support)?;
        let journal = Journal::new(target().join("bench-home/journal.jsonl"), login.to_string());
        let database = self.runtime.block_on(async {
            let door = Door::open(login, None, journal, chrono::Utc::now).await?;
            Database::open(door, &Library::shipped(), None).await
        })?;
        Ok(Arc::new(database))
    }

    /// What `view` takes on `database`, and what `statement` takes by hand, in turn; both have to have as many rows.
    pub(super) fn against_hand(
        &mut self,
        database: &Arc<Database>,
        (view, query): (&(impl Paged + 'static), &Query),
        statement: &str,
        rounds: usize,
    ) -> anyhow::Result<(Series, Series)> {
        let (mut ours, mut by_hand) = (Series::default(), Series::default());
        for _ in 0..rounds {
            let ask = Ask { view: view.clone(), query: query.clone() };
            let began = Instant::now();
            let asked = ask.ask(Arc::clone(database), Identity::Observer, Run::new());
            let page = self.runtime.block_on(asked)?;
            ours.time(began.elapsed());
            let began = Instant::now();
            let rows = self.column(statement)?;
            by_hand.time(began.elapsed());
            anyhow::ensure!(
                page.items.len() == rows.len().min(query.limit),
                "other rows than by hand"
            );
        }
        Ok((ours, by_hand))
    }

    /// Runs a statement and returns the first column.
    pub(super) fn column(&mut self, statement: &str) -> anyhow::Result<Vec<String>> {
        let query = sqlx::query(AssertSqlSafe(statement.to_owned()));
        let rows = self.runtime.block_on(query.fetch_all(&mut self.session))?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Runs a statement of which nothing is read.
    pub(super) fn run(&mut self, statement: &'static str) -> anyhow::Result<()> {
        let script = sqlx::raw_sql(statement);
        self.runtime.block_on(script.execute(&mut self.session))?;
        Ok(())
    }

    /// Reads what there is to know of `table`, whose key is called `id`.
    pub(super) fn known(&mut self, table: &str) -> anyhow::Result<Known> {
        let first =
            format!("SELECT left(t.id::text, {SHOWN}) FROM {table} t ORDER BY t.id LIMIT 5000");
        let last =
            format!("SELECT left(t.id::text, {SHOWN}) FROM {table} t ORDER BY t.id DESC LIMIT 1");
        let (keys, last) = (self.column(&first)?, self.column(&last)?);
        let numbers = keys.iter().enumerate().map(|(number, key)| (key.clone(), number)).collect();
        Ok(Known { keys, numbers, last: last.into_iter().next().unwrap_or_default() })
    }
}

impl Known {
    /// The number of the lowest row on screen.
    pub(super) fn lowest(&self, screen: &vt100::Screen) -> Option<usize> {
        let contents = screen.contents();
        let word = |word: &str| {
            let key = word.trim_start_matches(|c: char| !c.is_ascii_hexdigit()).get(..SHOWN)?;
            self.numbers.get(key).copied()
        };
        contents.lines().filter_map(|line| line.split_whitespace().take(3).find_map(word)).max()
    }
}

/// Starts the demo in `home`; also tells how many seconds that took, and whether it was kept from an earlier run.
pub(super) fn start(
    runtime: &Runtime,
    home: &Path,
    scale: Scale,
) -> anyhow::Result<(Cluster, f64, bool)> {
    let home = Home::at(home)?;
    let kept = !matches!(demo::status(&home)?, Condition::Absent);
    let options = Options::new(home, System::OrgAssistant, Some(scale), chrono::Utc::now());
    let began = Instant::now();
    let cluster = runtime.block_on(demo::start(&options, &|step| eprintln!("{step}")))?;
    Ok((cluster, began.elapsed().as_secs_f64(), kept))
}

/// The folder of the programs that are measured: those for people, built as people get them.
pub(super) fn programs() -> PathBuf {
    // This program is an example, and those lie in a folder beside the binary.
    let own = std::env::current_exe().unwrap_or_default();
    own.ancestors().nth(2).unwrap_or(&own).to_owned()
}

/// Where what is kept between runs lies.
pub(super) fn target() -> PathBuf {
    programs().with_file_name("")
}
