//! The real console in a real terminal on a real server.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and measures"
)]

mod common;
mod terminal;

use std::time::Duration;

use purview::{
    demo::{LoginKind, System},
    pg::{Row, Workshop},
};
use terminal::{Console, purview};

/// A console on a copy of a sample database, at `address`, and a superuser's session beside it.
async fn console(address: &str) -> (Console, Workshop) {
    on(&common::database(System::OrgAssistant).await, address).await
}

async fn on(database: &common::TestDatabase, address: &str) -> (Console, Workshop) {
    let (url, jail) = (database.url(LoginKind::Admin), database.url(LoginKind::Jail));
    let console = Console::start(purview(&["--acting-url", &jail, &url, "--at", address]), 120, 40);
    (console, database.workshop().await)
}

/// What the console's session does, as the server sees it.
const WATCHED: &str = "SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%audit_logs%' AND state = 'active'";

async fn watch(workshop: &mut Workshop, wanted: impl Fn(&[Row]) -> bool) {
    for _ in 0..2000 {
        if wanted(&workshop.script(WATCHED).await.unwrap()) {
            return;
        }
    }
    panic!("the server never showed what was wanted");
}

#[tokio::test]
async fn rows_are_there_and_nothing_is_sent_while_nothing_happens() {
    let (mut console, _workshop) = console("tables").await;
    console.shows("audit_logs");
    console.shows("preview");
    // The preview follows the cursor after a moment; then there is silence.
    console.until("the preview", |screen| screen.contents().contains("problem"));
    console.listen(Duration::from_millis(400));
    assert_eq!(console.listen(Duration::from_millis(1500)), 0);
    console.send(":q\r");
    assert!(console.ended().0.success());
    assert_eq!(console.is_given_back(), Ok(()));
}

#[tokio::test]
async fn escape_cancels_on_the_server_at_once_and_keys_are_answered_meanwhile() {
    let database = common::database(System::OrgAssistant).await;
    let (mut console, mut workshop) = on(&database, "tables").await;
    // A transaction sees the sessions as they were when it first looked: the lock is another's.
    let mut locker = database.workshop().await;
    console.shows("audit_logs");
    locker.script("BEGIN; LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE").await.unwrap();
    console.send(":rows public.audit_logs\r");
    watch(&mut workshop, |rows| !rows.is_empty()).await;
    // A key is answered while the question waits.
    console.send(":");
    let answered = console.until("the prompt", |screen| {
        screen.cell(39, 0).is_some_and(|cell| cell.contents() == ":")
    });
    assert!(answered < Duration::from_millis(200), "{answered:?}");
    console.send("\x1b");
    console
        .until("no prompt", |screen| screen.cell(39, 0).is_none_or(|cell| cell.contents() != ":"));
    console.send("\x1b");
    let began = std::time::Instant::now();
    watch(&mut workshop, <[Row]>::is_empty).await;
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    console.shows("stopped");
}

/// Ends every session of the database but the one that asks.
const END_OTHERS: &str = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Lets so many sessions of plain logins into the database.
async fn admit(workshop: &mut Workshop, sessions: i32) {
    let database = workshop.script("SELECT quote_ident(current_database())").await.unwrap();
    let database = database[0][0].as_deref().unwrap();
    let limit = format!("ALTER DATABASE {database} CONNECTION LIMIT {sessions}");
    workshop.script(&limit).await.unwrap();
}

#[tokio::test]
async fn a_session_that_was_ended_is_replaced_without_a_word() {
    let (mut console, mut workshop) = console("tables").await;
    console.shows("audit_logs");
    workshop.script(END_OTHERS).await.unwrap();
    workshop.script("CREATE TABLE public.aaa_new ()").await.unwrap();
    console.send("\x12");
    console.shows("aaa_new");
    assert!(!console.screen().contents().contains("LOST"));
}

#[tokio::test]
async fn a_lost_connection_is_said_and_made_again_while_the_rows_stay() {
    let (mut console, mut workshop) = console("tables").await;
    console.shows("audit_logs");
    admit(&mut workshop, 0).await;
    workshop.script(END_OTHERS).await.unwrap();
    console.send("\x12");
    console.shows("LOST");
    assert!(console.screen().contents().contains("audit_logs"));
    admit(&mut workshop, -1).await;
    console.until("the connection", |screen| !screen.contents().contains("LOST"));
    assert!(console.screen().contents().contains("audit_logs"));
}

#[tokio::test]
async fn a_timeline_is_written_into_a_file_of_ones_own_and_none_that_is_there_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.csv");
    let (mut console, mut workshop) = console("audit").await;
    console.shows("audit log");
    let into = format!("E\x15{}\r", file.display());
    console.send(&into);
    console.shows("saved,");
    let count =
        "SELECT ((SELECT count(*) FROM audit_logs) + (SELECT count(*) FROM ai_tool_calls))::text";
    let count = workshop.script(count).await.unwrap()[0][0].clone().unwrap();
    assert!(console.screen().contents().contains(&format!("saved, {count} rows")));
    let written = std::fs::read(&file).unwrap();
    console.send(&into);
    console.shows("there is such a file, and it stays as it is");
    assert_eq!(std::fs::read(&file).unwrap(), written);
    // Who leaves in the middle leaves nothing behind.
    workshop.script("BEGIN; LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE").await.unwrap();
    console.send(&into.replace("events.csv", "other.csv"));
    console.shows("0 rows written");
    console.send(":q\r");
    assert!(console.ended().0.success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn the_last_row_and_the_first_one_are_a_key_away() {
    let (mut console, _workshop) = console("rows public.audit_logs").await;
    console.shows("1–");
    console.send("G");
    console.shows("near the end");
    console.send("gg");
    console.shows("1–3");
}
