//! One refresh of the sessions of a busy server: what it costs the server, and how many bytes the terminal gets.
//!
//! The load is like that of pgbench: sessions that each update a row of their own and read others, as fast as they can. What it costs is told by the
//! server's own count of the operator's statements; the yardstick is the same SQL, sent as psql would send it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use portable_pty::CommandBuilder;
use purview::demo::LoginKind;
use sqlx::{Connection as _, PgConnection};

use super::{
    figures::{self, Goal, Unit},
    subject::{NARROW, Subject, WIDE, shows, variables},
    terminal::Terminal,
    world::World,
};

/// The statement of the view.
const SAME: &str = include_str!("../../src/monitor/sql/activity.sql");
/// How many sessions work.
const WORKERS: usize = 4;
/// How long is watched; the view is refreshed every other second.
const WATCHED: Duration = Duration::from_secs(12);
/// How often the yardstick asks.
const ASKED: usize = 20;

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    world.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; DROP TABLE IF EXISTS purview_bench; CREATE TABLE purview_bench AS SELECT i AS id, 0 AS n FROM generate_series(1, 10000) i; CREATE UNIQUE INDEX ON purview_bench (id)")?;
    let load = Load::begin(&world.url(LoginKind::Superuser))?;
    let outcome = under_load(world);
    load.end()?;
    world.run("DROP TABLE purview_bench")?;
    outcome
}

fn under_load(world: &mut World) -> anyhow::Result<()> {
    for (name, size) in [("200x60", WIDE), ("80x24", NARROW)] {
        let mut terminal = start(world, size)?;
        terminal.until("sessions", shows("purview_ben"))?;
        terminal.watch(Duration::from_secs(2));
        world.run("SELECT pg_stat_statements_reset()")?;
        let before = terminal.bytes;
        terminal.watch(WATCHED);
        let bytes = (terminal.bytes - before) as f64;
        let (refreshes, server) = counted(world, "purview_dba")?;
        anyhow::ensure!(
            refreshes > 0.0,
            "nothing was refreshed:\n{}",
            terminal.screen().contents()
        );
        let what = format!("activity under load, {name}: bytes of a refresh");
        figures::line(&what, Unit::Bytes, bytes / refreshes, None, &[Goal::Most(620.0)]);
        if size == WIDE {
            let floor = floor(world)?;
            let what = "activity under load: server time of a refresh";
            let goals = [Goal::Ratio(1.6), Goal::Most(0.5)];
            figures::line(what, Unit::Milliseconds, server / refreshes, Some(floor), &goals);
        }
    }
    Ok(())
}

fn start(world: &World, size: (u16, u16)) -> anyhow::Result<Terminal> {
    let mut command = CommandBuilder::new(Subject::Purview.path());
    command.args(["--url", &world.url(LoginKind::Dba), "--at", "activity"]);
    for (name, value) in variables(world) {
        command.env(name, value);
    }
    Terminal::start(command, size)
}

/// How often `login` asked for the sessions, and how many milliseconds all its statements took.
fn counted(world: &mut World, login: &str) -> anyhow::Result<(f64, f64)> {
    let told = world.column(&format!(
        "SELECT concat_ws(' ', coalesce(sum(calls) FILTER (WHERE query LIKE '%pg_blocking_pids%'), 0), coalesce(sum(total_exec_time), 0)) \
         FROM pg_stat_statements WHERE userid = '{login}'::regrole"
    ))?;
    let told = told.first().and_then(|told| told.split_once(' '));
    let (calls, time) = told.ok_or_else(|| anyhow::anyhow!("statements are not counted"))?;
    Ok((calls.parse()?, time.parse()?))
}

/// What the same SQL takes, sent alone.
fn floor(world: &mut World) -> anyhow::Result<f64> {
    let mut session =
        world.runtime.block_on(PgConnection::connect(&world.url(LoginKind::Support)))?;
    world.run("SELECT pg_stat_statements_reset()")?;
    for _ in 0..ASKED {
        let asked = sqlx::raw_sql(SAME).fetch_all(&mut session);
        world.runtime.block_on(asked)?;
    }
    let (calls, time) = counted(world, "purview_support")?;
    Ok(time / calls.max(1.0))
}

/// Sessions that work until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<anyhow::Result<()>>>,
}

impl Load {
    fn begin(url: &str) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let workers = (0..WORKERS).map(|number| {
            let (url, stop) = (url.to_owned(), Arc::clone(&stop));
            thread::Builder::new().spawn(move || work(&url, number, &stop))
        });
        Ok(Self { stop: Arc::clone(&stop), workers: workers.collect::<Result<_, _>>()? })
    }

    fn end(self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::SeqCst);
        for worker in self.workers {
            worker.join().map_err(|_| anyhow::anyhow!("a session of the load died"))??;
        }
        Ok(())
    }
}

fn work(url: &str, number: usize, stop: &AtomicBool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut session = PgConnection::connect(url).await?;
        let (mut at, number, workers) = (0_i32, i32::try_from(number)?, i32::try_from(WORKERS)?);
        while !stop.load(Ordering::SeqCst) {
            at = (at * 31 + 7 * workers + 1) % 10_000;
            let id = at / workers * workers + number;
            sqlx::query("UPDATE purview_bench SET n = n + 1 WHERE id = $1")
                .bind(id)
                .execute(&mut session)
                .await?;
            sqlx::query("SELECT sum(n) FROM purview_bench WHERE id BETWEEN $1 AND $1 + 100")
                .bind(id)
                .execute(&mut session)
                .await?;
        }
        Ok(())
    })
}
