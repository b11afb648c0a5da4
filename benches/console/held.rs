//! A key held down, 30 times a second, while the list scrolls: what goes over the line, and how far the picture is behind. And how many writes a frame takes.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    figures::{self, Goal, Series, Unit},
    subject::{DOWN, NARROW, Subject, WIDE, page_down, ready},
    terminal::Terminal,
    world::{AUDIT, Known, World, target},
};

/// How many times the key repeats.
const KEYS: u32 = 60;
/// From one to the next.
const BEAT: Duration = Duration::from_micros(33_333);

#[derive(Debug, Clone, Default)]
struct Held {
    lag: Series,
    bytes: Series,
    frames: usize,
}

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let audit = world.known(AUDIT)?;
    for (size, most) in [(WIDE, 500.0), (NARROW, 250.0)] {
        let mut held = Vec::new();
        for subject in Subject::BOTH {
            held.push(hold(&mut scrolled(subject, world, &audit, size)?)?);
        }
        let [purview, floor] = &held[..] else { continue };
        let name = |what: &str| format!("key held at {}x{}: {what}", size.0, size.1);
        let both = |of: fn(&Held) -> f64| (of(purview), Some(of(floor)));
        let (own, least) = both(|held| held.bytes.median());
        figures::line(
            &name("bytes a row"),
            Unit::Bytes,
            own,
            least,
            &[Goal::Most(most), Goal::Ratio(1.1)],
        );
        let (own, least) = both(|held| held.bytes.p95());
        figures::line(&name("bytes a row, p95"), Unit::Bytes, own, least, &[Goal::Shown]);
        let (own, least) = both(|held| held.frames as f64);
        figures::line(&name("frames of 60"), Unit::Count, own, least, &[Goal::Shown]);
        let (own, least) = both(|held| held.lag.median());
        figures::line(&name("lag"), Unit::Milliseconds, own, least, &[Goal::Most(3.0)]);
    }
    writes(world, &audit)
}

/// A program whose list scrolls with the next key.
fn scrolled(
    subject: Subject,
    world: &World,
    known: &Known,
    size: (u16, u16),
) -> anyhow::Result<Terminal> {
    let mut terminal = subject.start(world, AUDIT, size)?;
    ready(&mut terminal, known)?;
    for _ in 0..2 {
        page_down(&mut terminal, known)?;
    }
    terminal.watch(Duration::from_millis(400));
    Ok(terminal)
}

fn hold(terminal: &mut Terminal) -> anyhow::Result<Held> {
    let mut held = Held::default();
    // The first key takes the preview away; a held key does not meet it again.
    terminal.tap(DOWN)?;
    let began = Instant::now();
    for number in 1..=KEYS {
        terminal.watch((began + BEAT * number).saturating_duration_since(Instant::now()));
        let before = terminal.bytes;
        let at = terminal.press(DOWN)?;
        terminal.watch(BEAT * 9 / 10);
        let bytes = terminal.bytes - before;
        held.bytes.add(bytes as f64);
        if bytes > 0 {
            held.frames += 1;
            held.lag.time(terminal.last.saturating_duration_since(at));
        }
    }
    Ok(held)
}

/// Counts the system calls that write to the terminal.
fn writes(world: &World, known: &Known) -> anyhow::Result<()> {
    const WHAT: &str = "write(2) calls a frame";
    let mut counts = Vec::new();
    for subject in Subject::BOTH {
        let mut terminal = scrolled(subject, world, known, WIDE)?;
        let path = target().join("bench-writes");
        let Ok(mut strace) = trace(terminal.pid(), &path) else {
            figures::unmeasured(WHAT, "there is no strace");
            return Ok(());
        };
        thread::sleep(Duration::from_millis(500));
        for _ in 0..30 {
            terminal.tap(DOWN)?;
            terminal.watch(Duration::from_millis(20));
        }
        // It lets go of the program when it is interrupted.
        let _ = Command::new("kill").arg("-INT").arg(strace.id().to_string()).status();
        strace.wait()?;
        let calls = fs::read_to_string(&path)?;
        let calls = calls.lines().filter(|line| line.contains("</dev/pts/")).count();
        counts.push(calls as f64 / 30.0);
    }
    figures::line(WHAT, Unit::Count, counts[0], Some(counts[1]), &[Goal::Most(1.0)]);
    Ok(())
}

fn trace(pid: u32, path: &std::path::Path) -> std::io::Result<Child> {
    Command::new("strace")
        .args(["-f", "-y", "-e", "trace=write,writev", "-p", &pid.to_string(), "-o"])
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
