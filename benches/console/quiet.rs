//! Doing nothing, and being asked while a query waits.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use super::{
    figures::{self, Goal, Series, Unit},
    subject::{ESCAPE, Subject, WIDE, ready},
    world::{AUDIT, USERS, World},
};

const IDLE: Duration = Duration::from_secs(3);

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    idle(world)?;
    waiting(world)
}

fn idle(world: &mut World) -> anyhow::Result<()> {
    let users = world.known(USERS)?;
    let mut bytes = Vec::new();
    let mut wakes = Vec::new();
    for subject in Subject::BOTH {
        let mut terminal = subject.start(world, USERS, WIDE)?;
        ready(&mut terminal, &users)?;
        terminal.watch(Duration::from_secs(1));
        let before = (terminal.bytes, switches(terminal.pid()));
        terminal.watch(IDLE);
        bytes.push((terminal.bytes - before.0) as f64);
        wakes.push((switches(terminal.pid()) - before.1) as f64);
    }
    let none = [Goal::Most(0.0)];
    figures::line("idle for 3 s: bytes", Unit::Bytes, bytes[0], Some(bytes[1]), &none);
    figures::line("idle for 3 s: wake-ups", Unit::Count, wakes[0], Some(wakes[1]), &none);
    Ok(())
}

/// How often the threads of a process went to sleep, which is as often as they woke up.
fn switches(pid: u32) -> u64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
    let count = |path: std::path::PathBuf| -> Option<u64> {
        let status = fs::read_to_string(path.join("status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    tasks.flatten().filter_map(|task| count(task.path())).sum()
}

/// A table is locked by somebody else: keys are answered all the same, and Esc cancels on the server.
fn waiting(world: &mut World) -> anyhow::Result<()> {
    let users = world.known(USERS)?;
    let (mut keys, mut cancels) = (Series::default(), Series::default());
    for _ in 0..5 {
        let mut terminal = Subject::Purview.start(world, USERS, WIDE)?;
        ready(&mut terminal, &users)?;
        terminal.watch(Duration::from_millis(300));
        world.run("BEGIN; LOCK TABLE public.audit_logs IN ACCESS EXCLUSIVE MODE")?;
        terminal.press(&Subject::Purview.open(AUDIT))?;
        let waits = until(world, true)?;
        terminal.watch(Duration::from_millis(30));
        anyhow::ensure!(
            waits.is_some(),
            "the query did not wait:\n{}",
            terminal.screen().contents()
        );
        keys.time(terminal.tap("?")?.took);
        terminal.tap(ESCAPE)?;
        terminal.watch(Duration::from_millis(30));
        let at = terminal.press(ESCAPE)?;
        match until(world, false)? {
            Some(gone) => cancels.time(gone.duration_since(at)),
            None => cancels.add(f64::INFINITY),
        }
        world.run("ROLLBACK")?;
    }
    let line = |what, series: &Series, most| {
        figures::line(what, Unit::Milliseconds, series.most(), None, &[Goal::Most(most)]);
    };
    line("key while a query waits, slowest of 5", &keys, 4.0);
    line("Esc to cancelled on the server, slowest of 5", &cancels, 50.0);
    Ok(())
}

/// Waits until somebody waits for a lock, or nobody does; tells when that was.
fn until(world: &mut World, waits: bool) -> anyhow::Result<Option<Instant>> {
    const WAITERS: &str =
        "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    let end = Instant::now() + Duration::from_secs(1);
    while Instant::now() < end {
        if (world.column(WAITERS)?.first().map(String::as_str) == Some("0")) != waits {
            return Ok(Some(Instant::now()));
        }
        thread::sleep(Duration::from_micros(500));
    }
    Ok(None)
}
