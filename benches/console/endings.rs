//! Whatever ends the program: it is gone at once, and the terminal is as it was.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;

use super::{
    figures::{self, Goal, Unit},
    subject::{self, Subject, WIDE, ready},
    terminal::Terminal,
    world::{USERS, World, programs},
};

/// The argument by which this program only holds a terminal, to be killed with it.
pub(super) const HOLD: &str = "--hold-a-terminal";

/// Within this all endings have to be over.
const AT_ONCE: f64 = 50.0;

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let users = world.known(USERS)?;
    let mut clean = 0;
    let mut told = |what: &str, took: Duration, left: &[&str]| {
        let took = took.as_secs_f64() * 1000.0;
        let what = match left {
            [] => format!("{what}, terminal clean"),
            left => format!("{what}, LEFT: {}", left.join(", ")),
        };
        clean += i32::from(left.is_empty() && took <= AT_ONCE);
        figures::line(&what, Unit::Milliseconds, took, None, &[Goal::Most(AT_ONCE)]);
    };
    let ways = [
        ("quit", None),
        ("SIGTERM", Some("TERM")),
        ("SIGHUP", Some("HUP")),
        ("SIGINT", Some("INT")),
    ];
    for (name, signal) in ways {
        let mut terminal = Subject::Purview.start(world, USERS, WIDE)?;
        ready(&mut terminal, &users)?;
        terminal.watch(Duration::from_millis(300));
        let at = match signal {
            None => terminal.press(Subject::Purview.quit())?,
            Some(signal) => kill(terminal.pid(), signal)?,
        };
        let took = terminal.ended()?.1.saturating_duration_since(at);
        told(&format!("ended by {name}"), took, &terminal.left_behind());
    }
    let mut terminal =
        Terminal::start(CommandBuilder::new(programs().join("examples/panics")), WIDE)?;
    terminal.until("a program that will panic", subject::shows("ready"))?;
    let at = terminal.press("x")?;
    let took = terminal.ended()?.1.saturating_duration_since(at);
    told("ended by a panic in a task", took, &terminal.left_behind());
    told("ended by a hang-up", hang_up()?, &[]);
    figures::line("clean endings of 6", Unit::Count, f64::from(clean), None, &[Goal::Shown]);
    Ok(())
}

fn kill(pid: u32, signal: &str) -> anyhow::Result<Instant> {
    let at = Instant::now();
    Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status()?;
    Ok(at)
}

/// A terminal that is gone from one moment to the next, as a lost line leaves it: whoever holds it is killed.
fn hang_up() -> anyhow::Result<Duration> {
    let mut holder = Command::new(std::env::current_exe()?)
        .arg(HOLD)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    if let Some(out) = holder.stdout.take() {
        BufReader::new(out).read_line(&mut line)?;
    }
    let pid: u32 = line.trim().parse()?;
    let at = Instant::now();
    holder.kill()?;
    let running = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // A zombie that nobody waits for has ended.
        stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
    };
    while running() && at.elapsed() < Duration::from_secs(5) {
        thread::sleep(Duration::from_micros(200));
    }
    let took = at.elapsed();
    holder.wait()?;
    Ok(took)
}

/// Holds a terminal with the program in it until it is killed.
pub(super) fn hold() -> anyhow::Result<()> {
    let mut world = World::open()?;
    let users = world.known(USERS)?;
    let mut terminal = Subject::Purview.start(&world, USERS, WIDE)?;
    ready(&mut terminal, &users)?;
    terminal.watch(Duration::from_millis(300));
    println!("{}", terminal.pid());
    terminal.watch(Duration::from_secs(30));
    Ok(())
}
