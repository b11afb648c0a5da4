//! Sessions: every value against the server's own view, and what is hidden from whom.

use purview::{
    demo::LoginKind,
    monitor::Topic,
    pg::{Kind, Row},
};

use super::{Peer, as_login, cells, common, seen, sorted};

/// A session at rest, one in a transaction and one that waits for it.
struct Scene {
    test: common::TestDatabase,
    idle: Peer,
    holder: Peer,
    waiter: super::Waiting,
}

impl Scene {
    async fn set() -> Self {
        let test = common::empty_database().await;
        let (mut idle, mut holder) = (Peer::of(&test).await, Peer::of(&test).await);
        idle.run("SET application_name = 'resting'; CREATE TABLE t (id int)").await;
        holder.run("BEGIN; LOCK TABLE t; SELECT 'the holder'").await;
        let waiter = Peer::of(&test).await;
        let waiter = waiter.waits("SELECT count(*)::text FROM t", &mut idle.workshop).await;
        idle.run("SELECT 'last'").await;
        Self { test, idle, holder, waiter }
    }

    fn pids(&self) -> [i32; 3] {
        [self.idle.pid, self.holder.pid, self.waiter.pid]
    }

    async fn end(mut self) {
        self.holder.run("ROLLBACK").await;
        self.waiter.task.await.unwrap().unwrap();
    }
}

fn of(pids: &[i32], rows: Vec<Row>) -> Vec<Row> {
    let is_meant =
        |row: &Row| pids.iter().any(|pid| row[0].as_deref() == Some(pid.to_string().as_str()));
    sorted(rows.into_iter().filter(is_meant).collect())
}

#[tokio::test]
async fn who_may_look_sees_every_session_as_the_server_does() {
    let scene = Scene::set().await;
    let mut watch = scene.test.workshop().await;
    let direct = watch
        .script(
            "SET TimeZone = 'UTC'; SELECT pid::text, backend_start::text, datname::text, usename::text, application_name, backend_type, state, \
             CASE state WHEN 'idle in transaction' THEN NULL ELSE wait_event_type END, query, array_to_json(pg_blocking_pids(pid))::text FROM pg_stat_activity",
        )
        .await
        .unwrap();
    let direct = of(&scene.pids(), direct);
    assert_eq!(direct.len(), 3);
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let database = as_login(&scene.test, login).await;
        let page = seen(&database, Topic::Activity, "").await.unwrap();
        assert_eq!(page.caveat, None, "{login:?}");
        let columns = [
            "pid",
            "backend_start",
            "database",
            "role",
            "application",
            "backend_type",
            "state",
            "wait_event_type",
            "query",
            "blocked_by",
        ];
        let mut rows = of(&scene.pids(), cells(&page, &columns));
        for row in &mut rows {
            if row[6].as_deref() == Some("idle in transaction") {
                row[7] = None;
            }
        }
        assert_eq!(rows, direct, "{login:?}");
    }
    scene.end().await;
}

#[tokio::test]
async fn who_waits_and_who_is_waited_for_is_said_and_the_longest_comes_first() {
    let scene = Scene::set().await;
    let database = as_login(&scene.test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Activity, "").await.unwrap();
    let rows = cells(&page, &["pid", "blocks", "problem", "query_seconds"]);
    let at = |pid: i32| {
        rows.iter().position(|row| row[0].as_deref() == Some(pid.to_string().as_str())).unwrap()
    };
    let (idle, holder, waiter) = (at(scene.idle.pid), at(scene.holder.pid), at(scene.waiter.pid));
    assert!(holder < waiter && waiter < idle, "{rows:?}");
    assert_eq!(rows[holder][1], Some(format!("[{}]", scene.waiter.pid)));
    let said = "idle in transaction, others wait for it".to_owned();
    assert_eq!(rows[holder][2], Some(said));
    assert_eq!(rows[waiter][2], Some(format!("waits for {}", scene.holder.pid)));
    assert_eq!((&rows[holder][3], &rows[idle][3]), (&None, &None));
    // What is idle can be left out.
    let page = seen(&database, Topic::Activity, "state!=idle").await.unwrap();
    let states = cells(&page, &["state"]);
    assert!(!states.is_empty() && states.iter().all(|row| row[0].as_deref() != Some("idle")));
    scene.end().await;
}

#[tokio::test]
async fn times_are_counted_by_the_servers_own_clock() {
    let scene = Scene::set().await;
    let mut watch = scene.test.workshop().await;
    let mut ages = async || {
        let direct = format!(
            "SELECT extract(epoch FROM clock_timestamp() - query_start)::text, extract(epoch FROM clock_timestamp() - xact_start)::text, \
             extract(epoch FROM clock_timestamp() - state_change)::text FROM pg_stat_activity WHERE pid = {}",
            scene.waiter.pid
        );
        let rows = watch.script(&direct).await.unwrap();
        [0, 1, 2].map(|at| rows[0][at].as_deref().unwrap().parse::<f64>().unwrap())
    };
    let database = as_login(&scene.test, LoginKind::Dba).await;
    let before = ages().await;
    let filter = format!("pid={}", scene.waiter.pid);
    let page = seen(&database, Topic::Activity, &filter).await.unwrap();
    let after = ages().await;
    let columns = ["query_seconds", "transaction_seconds", "state_seconds"];
    let said = cells(&page, &columns);
    for (index, column) in columns.iter().enumerate() {
        let said: f64 = said[0][index].as_deref().unwrap().parse().unwrap();
        // It is rounded to the millisecond.
        let range = before[index] - 0.001..=after[index] + 0.001;
        assert!(range.contains(&said), "{column}: {said} is not in {range:?}");
    }
    scene.end().await;
}

#[tokio::test]
async fn what_is_hidden_is_said_to_be_hidden_with_the_grant_that_shows_it() {
    let scene = Scene::set().await;
    let database = as_login(&scene.test, LoginKind::Support).await;
    let page = seen(&database, Topic::Activity, "").await.unwrap();
    let columns = ["pid", "role", "state", "query", "readable"];
    let rows = of(&scene.pids(), cells(&page, &columns));
    let hidden = |pid: i32| {
        vec![Some(pid.to_string()), Some("postgres".into()), None, None, Some("false".into())]
    };
    assert_eq!(rows, sorted(scene.pids().map(hidden).into()));
    // Who waits for whom is no secret.
    let waits = seen(&database, Topic::Activity, &format!("pid={}", scene.waiter.pid)).await;
    let blocked = cells(&waits.unwrap(), &["blocked_by"]);
    assert_eq!(blocked[0][0], Some(format!("[{}]", scene.holder.pid)));
    let caveat = page.caveat.unwrap();
    assert_eq!(caveat.kind, Kind::Permission);
    assert!(caveat.summary.contains("hidden from `purview_support`"), "{caveat}");
    assert_eq!(caveat.hint.unwrap(), "grant pg_read_all_stats to \"purview_support\"");
    scene.end().await;
}

#[tokio::test]
async fn text_that_the_server_cut_is_marked() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    let long = "x".repeat(5000);
    peer.run(&format!("SELECT '{long}'")).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Activity, &format!("pid={}", peer.pid)).await.unwrap();
    let query = cells(&page, &["query"])[0][0].clone().unwrap();
    assert!(query.starts_with("SELECT 'xxx") && query.ends_with("x…"), "{query}");
    assert!(query.len() < 5000);
}
