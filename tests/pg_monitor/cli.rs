//! The same on the command line: the fields that scripts rely on, and how it ends.

use purview::demo::LoginKind;
use serde_json::Value;

use super::{Peer, common, program::Program};

fn program(test: &common::TestDatabase, login: LoginKind) -> Program {
    Program::new().with("PURVIEW_URL", test.url(login))
}

#[tokio::test]
async fn each_view_has_the_fields_that_scripts_rely_on() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE EXTENSION pg_stat_statements; CREATE TABLE t (id int PRIMARY KEY)").await;
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; LOCK TABLE t").await;
    let waiter = Peer::of(&test).await.waits("SELECT FROM t", &mut watch.workshop).await;
    let program = program(&test, LoginKind::Dba);
    let contract = [
        (
            "activity",
            "pid backend_start database role application state wait_event_type wait_event query_seconds transaction_seconds blocked_by query",
        ),
        ("locks", "pid blocked_by depth relation mode wait_seconds query"),
        ("statements", "query_id role calls total_ms mean_ms rows query"),
        ("sizes", "schema table total_bytes table_bytes index_bytes"),
        ("indexes", "schema table index scans bytes unique state"),
    ];
    for (view, fields) in contract {
        let rows = program.run(["get", view, "-o", "json"]).objects();
        assert!(!rows.is_empty(), "{view}");
        for row in &rows {
            for field in fields.split(' ') {
                assert!(row.contains_key(field), "{view} lacks {field}: {row:?}");
            }
        }
    }
    let filter = format!("pid={}", waiter.pid);
    let rows = program.run(["get", "activity", "--filter", &filter, "-o", "json"]).objects();
    assert_eq!(rows[0]["blocked_by"], Value::from(vec![holder.pid]));
    assert_eq!(rows[0]["pid"], waiter.pid);
    assert!(rows[0]["query_seconds"].is_number());
    holder.run("COMMIT").await;
    waiter.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_session_is_ended_only_if_somebody_agrees() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    let program = program(&test, LoginKind::Superuser);
    let pid = peer.pid.to_string();
    let asked = program.run(["terminate", &pid]);
    assert_eq!(asked.code, 4);
    assert!(
        asked.said.contains("nobody waits for it") && asked.said.contains("--yes"),
        "{}",
        asked.said
    );
    peer.run("SELECT 1").await;
    let ended = program.run(["terminate", &pid, "--yes"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.said);
    assert!(ended.said.contains(&format!("ended the session {pid}")), "{}", ended.said);
    assert!(peer.workshop.script("SELECT 1").await.is_err());
    assert_eq!(program.run(["terminate", &pid, "--yes"]).code, 5);
}

#[tokio::test]
async fn a_query_is_cancelled_and_its_session_lives() {
    let test = common::empty_database().await;
    let (mut watch, mut holder) = (Peer::of(&test).await, Peer::of(&test).await);
    watch.run("CREATE TABLE t ()").await;
    holder.run("BEGIN; LOCK TABLE t").await;
    let waiter = Peer::of(&test).await.waits("SELECT FROM t", &mut watch.workshop).await;
    let pid = waiter.pid.to_string();
    let ran = program(&test, LoginKind::Superuser).run(["cancel", &pid, "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    let problem = waiter.task.await.unwrap().unwrap_err();
    assert_eq!(problem.sqlstate.as_deref(), Some("57014"));
    // Whoever may not is told so by the exit code.
    let holder = holder.pid.to_string();
    assert_eq!(program(&test, LoginKind::Support).run(["cancel", &holder, "--yes"]).code, 4);
    assert_eq!(program(&test, LoginKind::Dba).run(["terminate", &holder, "--yes"]).code, 4);
}
