//! Start, open, walk, page, jump, filter: both programs in turn, round by round.

use super::{
    figures::{self, Goal, Series, Unit},
    subject::{DOWN, END, HOME, Subject, WIDE, memory, page_down, ready, shows},
    world::{AUDIT, Known, SHOWN, USERS, WORD, World},
};

/// How often everything is done.
const ROUNDS: usize = 9;
/// How many rows are walked in a round.
const ROWS: usize = 110;
/// How many pages are turned in a round.
const PAGES: usize = 20;

/// What is measured of one program.
#[derive(Debug, Clone, Default)]
struct Measured {
    start: Series,
    ready_memory: Series,
    peak_memory: Series,
    row: Series,
    end_users: Series,
    filter: Series,
    open_audit: Series,
    page: Series,
    page_bytes: Series,
    end_audit: Series,
    open_users: Series,
    users_list: Series,
}

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let (users, audit) = (world.known(USERS)?, world.known(AUDIT)?);
    let found = world.column(&format!(
        "SELECT left(t.id::text, {SHOWN}) FROM {USERS} t WHERE t.email ILIKE '%{WORD}%' ORDER BY t.id LIMIT 1"
    ))?;
    let found = found.into_iter().next().unwrap_or_default();
    let mut measured = [Measured::default(), Measured::default()];
    for _ in 0..ROUNDS {
        for (subject, measured) in Subject::BOTH.into_iter().zip(&mut measured) {
            one(subject, world, &users, &audit, &found, measured)?;
            other(subject, world, &users, &audit, measured)?;
        }
    }
    let [purview, floor] = measured;
    print(&purview, &floor);
    Ok(())
}

/// From the users on.
fn one(
    subject: Subject,
    world: &World,
    users: &Known,
    audit: &Known,
    found: &str,
    measured: &mut Measured,
) -> anyhow::Result<()> {
    let mut terminal = subject.start(world, USERS, WIDE)?;
    measured.start.time(ready(&mut terminal, users)?);
    terminal.settle(std::time::Duration::from_millis(300));
    measured.ready_memory.add(memory(terminal.pid()).0);
    for _ in 0..ROWS {
        measured.row.time(terminal.tap(DOWN)?.took);
    }
    measured.end_users.time(terminal.ask(END, shows(&users.last))?.took);
    terminal.ask(HOME, shows(&users.keys[0]))?;
    terminal.press("/")?;
    terminal.watch(std::time::Duration::from_millis(50));
    terminal.press(WORD)?;
    terminal.watch(std::time::Duration::from_millis(50));
    measured.filter.time(terminal.ask("\r", shows(found))?.took);
    terminal.ask(subject.unfilter(), shows(&users.keys[0]))?;
    terminal.watch(std::time::Duration::from_millis(200));
    measured.open_audit.time(terminal.ask(&subject.open(AUDIT), shows(&audit.keys[0]))?.took);
    for _ in 0..PAGES {
        let answer = page_down(&mut terminal, audit)?;
        measured.page.time(answer.took);
        measured.page_bytes.add(answer.bytes as f64);
    }
    measured.end_audit.time(terminal.ask(END, shows(&audit.last))?.took);
    terminal.ask(HOME, shows(&audit.keys[0]))?;
    measured.peak_memory.add(memory(terminal.pid()).1);
    terminal.press(subject.quit())?;
    terminal.ended()?;
    Ok(())
}

/// From the events on: what is opened first is opened cold.
fn other(
    subject: Subject,
    world: &World,
    users: &Known,
    audit: &Known,
    measured: &mut Measured,
) -> anyhow::Result<()> {
    let mut terminal = subject.start(world, AUDIT, WIDE)?;
    ready(&mut terminal, audit)?;
    terminal.watch(std::time::Duration::from_millis(300));
    let opened = terminal.ask(&subject.open(USERS), shows(&users.keys[0]))?;
    measured.open_users.time(opened.took);
    if subject == Subject::Purview {
        terminal.watch(std::time::Duration::from_millis(300));
        // Everybody has an e-mail address.
        let people = |screen: &vt100::Screen| screen.contents().matches('@').count() > 40;
        let opened = terminal.ask(":users\r", people)?;
        measured.users_list.time(opened.took);
    } else {
        measured.users_list.time(opened.took);
    }
    terminal.press(subject.quit())?;
    terminal.ended()?;
    Ok(())
}

fn print(purview: &Measured, floor: &Measured) {
    use Goal::{Most, Ratio, Shown};
    let median = |what: &str, of: fn(&Measured) -> &Series, goals: &[Goal]| {
        let (own, least) = (of(purview).median(), of(floor).median());
        figures::line(what, Unit::Milliseconds, own, Some(least), goals);
    };
    let worst = |what: &str, of: fn(&Measured) -> &Series, goals: &[Goal]| {
        let (own, least) = (of(purview).p95(), of(floor).p95());
        figures::line(what, Unit::Milliseconds, own, Some(least), goals);
    };
    median("start to first rows", |m| &m.start, &[Ratio(2.0)]);
    median("open 100 000 rows", |m| &m.open_users, &[Ratio(2.0)]);
    median("open 100 000 users with roles, departments, state", |m| &m.users_list, &[Shown]);
    median("open 5 000 000 rows", |m| &m.open_audit, &[Ratio(2.0)]);
    median("row down, p50", |m| &m.row, &[Ratio(1.4)]);
    worst("row down, p95", |m| &m.row, &[Ratio(1.9)]);
    median("page down in 5 000 000, p50", |m| &m.page, &[Ratio(2.0)]);
    worst("page down in 5 000 000, p95", |m| &m.page, &[Ratio(2.0)]);
    let bytes = (purview.page_bytes.median(), floor.page_bytes.median());
    figures::line("page down, bytes", Unit::Bytes, bytes.0, Some(bytes.1), &[Most(18_000.0)]);
    median("jump to the end of 100 000", |m| &m.end_users, &[Ratio(2.0)]);
    median("jump to the end of 5 000 000", |m| &m.end_audit, &[Ratio(2.0)]);
    median("filter 100 000", |m| &m.filter, &[Ratio(2.0)]);
    let memory = (purview.ready_memory.most(), floor.ready_memory.most());
    figures::line("memory when ready", Unit::Megabytes, memory.0, Some(memory.1), &[Most(14.0)]);
    let memory = (purview.peak_memory.most(), floor.peak_memory.most());
    figures::line("memory at most", Unit::Megabytes, memory.0, Some(memory.1), &[Most(32.0)]);
}
