//! Pages of the timeline against the same statements by hand, and an export of it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use chrono::Utc;
use purview::{
    audit::{Events, at_time},
    demo::LoginKind,
    list::{From, Query},
};

use super::{
    figures::{self, Goal, Unit},
    subject::{Subject, memory, variables},
    world::World,
};

/// How often each page is asked for.
const ROUNDS: usize = 9;
/// Events of a page, and one that tells whether there are more.
const PAGE: usize = 200;
/// Events of a short export, and of a long one.
const EXPORTS: [usize; 2] = [100_000, 1_000_000];

/// Measures and prints.
pub(super) fn measure(world: &mut World) -> anyhow::Result<()> {
    let database = world.database()?;
    let middle = "SELECT to_char(to_timestamp((extract(epoch FROM min(created_at)) + extract(epoch FROM max(created_at))) / 2), 'YYYY-MM-DD\"T\"HH24:MI') FROM audit_logs";
    let middle = world.column(middle)?.remove(0);
    let busy = "SELECT user_id::text FROM audit_logs WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1";
    let busy = world.column(busy)?.remove(0);
    let before = From::After(at_time(&middle, Utc::now())?);
    let of_one = Events { actor: Some(busy.clone()), ..Events::default() };
    let pages = [
        (
            "the newest page of events",
            Events::default(),
            From::Start,
            [String::new(), String::new()],
        ),
        (
            "a page of events in the middle",
            Events::default(),
            before,
            ["a.created_at", "c.created_at"]
                .map(|at| format!("WHERE {at} <= '{middle}Z'::timestamptz AT TIME ZONE 'UTC'")),
        ),
        (
            "a page of events of one user",
            of_one,
            From::Start,
            ["a.user_id", "v.user_id"].map(|user| format!("WHERE {user} = '{busy}'")),
        ),
    ];
    for (what, events, from, conditions) in pages {
        let statement = by_hand(&conditions);
        let query = Query { from, limit: PAGE, ..Query::default() };
        let (ours, hand) = world.against_hand(&database, (&events, &query), &statement, ROUNDS)?;
        let what = format!("{what}, against SQL by hand");
        let goal = [Goal::Ratio(1.5)];
        figures::line(&what, Unit::Milliseconds, ours.median(), Some(hand.median()), &goal);
    }
    exports(world)
}

/// What somebody would write who knows both sources and their indexes.
fn by_hand([logs, calls]: &[String; 2]) -> String {
    let most = PAGE + 1;
    format!(
        "SELECT row_to_json(x)::text FROM (SELECT e.*, u.email, o.name AS organization FROM ( \
         (SELECT a.created_at AS at, 0 AS s, a.id, a.user_id, a.organization_id, a.action_type, a.resource_type, a.resource_id, a.tool_name, a.ip_address, NULL::jsonb AS result \
            FROM audit_logs a {logs} ORDER BY a.created_at DESC, a.id DESC LIMIT {most}) UNION ALL \
         (SELECT c.created_at, 1, c.id, v.user_id, d.organization_id, c.status, 'conversation', v.id, c.tool_name, NULL, c.result \
            FROM ai_tool_calls c LEFT JOIN messages m ON m.id = c.message_id LEFT JOIN conversations v ON v.id = m.conversation_id \
            LEFT JOIN departments d ON d.id = v.department_id {calls} ORDER BY c.created_at DESC, c.id DESC LIMIT {most})) e \
         LEFT JOIN users u ON u.id = e.user_id LEFT JOIN organizations o ON o.id = e.organization_id \
         ORDER BY e.at DESC, e.s DESC, e.id DESC LIMIT {most}) x"
    )
}

/// What the command writes when somebody wants all of it: how fast it comes, and that memory does not grow with it.
fn exports(world: &World) -> anyhow::Result<()> {
    let [short, long] = [export(world, EXPORTS[0])?, export(world, EXPORTS[1])?];
    figures::line("100 000 events exported as CSV", Unit::Seconds, short.0, None, &[Goal::Shown]);
    // Ten times as much, against what it would take at the same pace.
    let linear = Some(short.0 * (EXPORTS[1] / EXPORTS[0]) as f64);
    figures::line(
        "1 000 000 events exported as CSV",
        Unit::Seconds,
        long.0,
        linear,
        &[Goal::Ratio(1.2)],
    );
    let goals = [Goal::Ratio(1.1)];
    figures::line(
        "its memory at most, against that of 100 000",
        Unit::Megabytes,
        long.1,
        Some(short.1),
        &goals,
    );
    Ok(())
}

/// Exports so many events to a reader that keeps none; tells the seconds that it took and the memory that it had at most.
fn export(world: &World, events: usize) -> anyhow::Result<(f64, f64)> {
    let url = world.url(LoginKind::Support);
    let count = events.to_string();
    let began = Instant::now();
    let mut child = Command::new(Subject::Purview.path())
        .args(["--url", &url, "audit", "--limit", &count, "-o", "csv"])
        .envs(variables(world))
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("an export without output"))?;
    let (mut lines, mut most) = (0, 0.0_f64);
    for line in BufReader::with_capacity(1 << 16, out).split(b'\n') {
        line?;
        lines += 1;
        if lines % (events / 10) == 0 {
            most = most.max(memory(child.id()).1);
        }
    }
    anyhow::ensure!(child.wait()?.success(), "the export failed");
    // A value may hold line breaks.
    anyhow::ensure!(lines > events, "{lines} lines of {events} events");
    Ok((began.elapsed().as_secs_f64(), most))
}
