//! One refresh of the sessions of a busy server: what it costs the server, and how many bytes the terminal gets.
//!
//! The load is `pgbench`, which comes with the server. What it costs is told by the server's own count of the operator's statements; the yardstick is the
//! same SQL at the same pace, as `\watch` of psql would send it.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
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
const WORKERS: &str = "4";
/// They stop by themselves if nobody stops them.
const MOST: Duration = Duration::from_mins(2);
/// How long is watched; the view is refreshed every other second.
const WATCHED: Duration = Duration::from_secs(12);
/// How often the yardstick asks, and how long it rests between: a server that is asked at once again has everything at hand still.
const ASKED: usize = 6;
const RESTS: Duration = Duration::from_secs(2);

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    world.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")?;
    let load = Load::begin(world)?;
    let outcome = under_load(world);
    load.end()?;
    world.run("DROP TABLE pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers")?;
    outcome
}

fn under_load(world: &mut World) -> anyhow::Result<()> {
    for (name, size) in [("200x60", WIDE), ("80x24", NARROW)] {
        let mut terminal = start(world, size)?;
        terminal.until("sessions", shows("pgb"))?;
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
        std::thread::sleep(RESTS);
    }
    let (calls, time) = counted(world, "purview_support")?;
    Ok(time / calls.max(1.0))
}

/// `pgbench` at work.
struct Load(Child);

impl Load {
    fn begin(world: &mut World) -> anyhow::Result<Self> {
        let folder = world.column("SELECT setting FROM pg_config WHERE name = 'BINDIR'")?.remove(0);
        let program = Path::new(&folder).join("pgbench");
        let url = world.url(LoginKind::Superuser);
        let command = |words: &[&str]| {
            let mut command = Command::new(&program);
            command.args(words).arg(&url).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let filled = command(&["-i", "-q"]).status()?;
        anyhow::ensure!(filled.success(), "`pgbench` could not fill its tables");
        let most = MOST.as_secs().to_string();
        Ok(Self(command(&["-n", "-c", WORKERS, "-T", &most]).spawn()?))
    }

    fn end(mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}
