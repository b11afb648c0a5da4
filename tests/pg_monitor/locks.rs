//! The tree of locks against chains made by hand.

use purview::{
    demo::LoginKind,
    headline::Counted,
    home::Overview,
    monitor::Topic,
    pg::{Identity, Row, Run},
    question::Question as _,
};

use super::{Peer, as_login, cells, common, seen, until};

/// The tree in this database, each session by its letter: `A`, `  └ B`.
async fn tree(test: &common::TestDatabase, login: LoginKind, letters: &[(char, i32)]) -> Vec<Row> {
    let database = as_login(test, login).await;
    let page = seen(&database, Topic::Locks, &format!("database={}", test.name)).await.unwrap();
    let columns = ["tree", "holds_up", "also_blocked_by", "lock", "relation", "mode"];
    let mut rows = cells(&page, &columns);
    for row in &mut rows {
        for (letter, pid) in letters {
            for at in [0, 2] {
                row[at] =
                    row[at].take().map(|text| text.replace(&pid.to_string(), &letter.to_string()));
            }
        }
    }
    rows
}

fn row(cells: [&str; 6]) -> Row {
    cells.map(|cell| (cell != "-").then(|| cell.to_owned())).into()
}

async fn test() -> (common::TestDatabase, Peer) {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0), (3, 0); CREATE TABLE \"Odd name\" ()").await;
    (test, watch)
}

#[tokio::test]
async fn a_chain_of_rows_is_a_tree_three_deep() {
    let (test, mut watch) = test().await;
    let [mut a, mut b, mut c] =
        [Peer::of(&test).await, Peer::of(&test).await, Peer::of(&test).await];
    a.run("BEGIN; UPDATE t SET n = 1 WHERE id = 1").await;
    b.run("BEGIN; UPDATE t SET n = 1 WHERE id = 2").await;
    c.run("BEGIN; UPDATE t SET n = 1 WHERE id = 3").await;
    let d = Peer::of(&test).await;
    let letters = [('A', a.pid), ('B', b.pid), ('C', c.pid), ('D', d.pid)];
    let b = b.waits("UPDATE t SET n = 2 WHERE id = 1; COMMIT", &mut watch.workshop).await;
    let c = c.waits("UPDATE t SET n = 2 WHERE id = 2; COMMIT", &mut watch.workshop).await;
    let d = d.waits("UPDATE t SET n = 2 WHERE id = 3", &mut watch.workshop).await;
    // Whoever may only look sees the same tree.
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let wait = ["transactionid", "public.t", "ShareLock"];
        assert_eq!(
            tree(&test, login, &letters).await,
            [
                row(["A", "3", "-", "-", "-", "-"]),
                row(["└ B", "2", "-", wait[0], wait[1], wait[2]]),
                row(["  └ C", "1", "-", wait[0], wait[1], wait[2]]),
                row(["    └ D", "0", "-", wait[0], wait[1], wait[2]]),
            ],
            "{login:?}"
        );
    }
    home_tells_of_it(&test).await;
    a.run("COMMIT").await;
    for waiting in [b, c, d] {
        waiting.task.await.unwrap().unwrap();
    }
    assert!(tree(&test, LoginKind::Dba, &letters).await.is_empty());
}

/// Home counts who waits, names who holds them up, and knows of a transaction that is open meanwhile. Other tests may lock too: it is the whole server.
async fn home_tells_of_it(test: &common::TestDatabase) {
    let home = async |login| {
        let found =
            Overview::default().ask(as_login(test, login).await, Identity::Observer, Run::new());
        found.await.unwrap().lines
    };
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let lines = home(login).await;
        let line = |view| lines.iter().find(|line| line.lead.view == view).unwrap();
        let blocked = line("locks");
        assert!(
            matches!(blocked.count, Ok(Counted::All(amount)) if amount.rows >= 3),
            "{blocked:?}"
        );
        assert!(blocked.what.contains(" hold"), "{blocked:?}");
        let open = line("transactions");
        assert!(matches!(open.count, Ok(Counted::All(amount)) if amount.rows >= 1), "{open:?}");
    }
    // Who blocks whom is told to everybody, what others do is not.
    let lines = home(LoginKind::Support).await;
    let line = |view| lines.iter().find(|line| line.lead.view == view).unwrap();
    assert!(matches!(line("locks").count, Ok(Counted::All(amount)) if amount.rows >= 3));
    assert_eq!(line("transactions").count, Ok(Counted::Unknown));
}

#[tokio::test]
async fn who_waits_for_two_stands_once_and_names_the_other() {
    let (test, mut watch) = test().await;
    let [mut a, mut b, mut c, d] = [
        Peer::of(&test).await,
        Peer::of(&test).await,
        Peer::of(&test).await,
        Peer::of(&test).await,
    ];
    a.run("BEGIN; SELECT pg_advisory_xact_lock(7, 9)").await;
    b.run("BEGIN; LOCK TABLE \"Odd name\" IN SHARE MODE").await;
    c.run("BEGIN; LOCK TABLE \"Odd name\" IN SHARE MODE").await;
    let letters = [('A', a.pid), ('B', b.pid), ('C', c.pid), ('D', d.pid)];
    let b = b.waits("SELECT pg_advisory_xact_lock(7, 9); COMMIT", &mut watch.workshop).await;
    let c = c.waits("SELECT pg_advisory_xact_lock(7, 9); COMMIT", &mut watch.workshop).await;
    let d = d.waits("BEGIN; LOCK TABLE \"Odd name\"; COMMIT", &mut watch.workshop).await;
    let advisory = ["advisory", "-", "ExclusiveLock"];
    assert_eq!(
        tree(&test, LoginKind::Dba, &letters).await,
        [
            row(["A", "3", "-", "-", "-", "-"]),
            row(["└ B", "1", "-", advisory[0], advisory[1], advisory[2]]),
            // D waits for B and for C: it stands below who waits for longer.
            row(["  └ D", "0", "C", "relation", "public.\"Odd name\"", "AccessExclusiveLock"]),
            row(["└ C", "0", "B", advisory[0], advisory[1], advisory[2]]),
        ]
    );
    a.run("COMMIT").await;
    for waiting in [b, c, d] {
        waiting.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_queue_for_one_row_shows_who_stands_before_whom() {
    let (test, mut watch) = test().await;
    let mut a = Peer::of(&test).await;
    let [b, c, d] = [Peer::of(&test).await, Peer::of(&test).await, Peer::of(&test).await];
    let letters = [('A', a.pid), ('B', b.pid), ('C', c.pid), ('D', d.pid)];
    a.run("BEGIN; UPDATE t SET n = 1 WHERE id = 1").await;
    let b = b.waits("UPDATE t SET n = 2 WHERE id = 1", &mut watch.workshop).await;
    let c = c.waits("UPDATE t SET n = 3 WHERE id = 1", &mut watch.workshop).await;
    let d = d.waits("UPDATE t SET n = 4 WHERE id = 1", &mut watch.workshop).await;
    assert_eq!(
        tree(&test, LoginKind::Dba, &letters).await,
        [
            row(["A", "3", "-", "-", "-", "-"]),
            row(["└ B", "2", "-", "transactionid", "public.t", "ShareLock"]),
            row(["  └ C", "0", "-", "tuple", "public.t", "ExclusiveLock"]),
            row(["  └ D", "0", "C", "tuple", "public.t", "ExclusiveLock"]),
        ]
    );
    a.run("COMMIT").await;
    for waiting in [b, c, d] {
        waiting.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn who_stands_in_a_queue_waits_for_those_before_it_although_they_hold_nothing() {
    let (test, mut watch) = test().await;
    let mut a = Peer::of(&test).await;
    let [b, c] = [Peer::of(&test).await, Peer::of(&test).await];
    let letters = [('A', a.pid), ('B', b.pid), ('C', c.pid)];
    a.run("BEGIN; SELECT FROM t").await;
    let b = b.waits("ALTER TABLE t ADD COLUMN more int", &mut watch.workshop).await;
    let c = c.waits("SELECT FROM t", &mut watch.workshop).await;
    assert_eq!(
        tree(&test, LoginKind::Dba, &letters).await,
        [
            row(["A", "2", "-", "-", "-", "-"]),
            row(["└ B", "1", "-", "relation", "public.t", "AccessExclusiveLock"]),
            row(["  └ C", "0", "-", "relation", "public.t", "AccessShareLock"]),
        ]
    );
    a.run("COMMIT").await;
    for waiting in [b, c] {
        waiting.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_worker_of_a_parallel_query_waits_in_its_own_name() {
    let (test, mut watch) = test().await;
    watch
        .run(
            "CREATE TABLE gate (); CREATE TABLE big AS SELECT generate_series(1, 1000) AS n; ANALYZE big; \
             CREATE FUNCTION through() RETURNS bigint LANGUAGE plpgsql PARALLEL SAFE AS 'BEGIN RETURN (SELECT count(*) FROM public.gate); END'",
        )
        .await;
    let (mut a, mut b) = (Peer::of(&test).await, Peer::of(&test).await);
    a.run("BEGIN; LOCK TABLE gate").await;
    b.run("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off; \
           SET max_parallel_workers_per_gather = 2; ALTER TABLE big SET (parallel_workers = 2)")
        .await;
    let leader = b.pid;
    let task = tokio::spawn(async move {
        b.workshop.script("SELECT count(*)::text FROM big WHERE through() >= 0").await
    });
    let waits =
        "SELECT count(*)::text FROM pg_locks WHERE NOT granted AND relation = 'gate'::regclass";
    until(&mut watch.workshop, waits, |count| count == 2).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Activity, &format!("leader_pid={leader}")).await.unwrap();
    let workers: Vec<i32> = cells(&page, &["pid"])
        .iter()
        .map(|row| row[0].as_deref().unwrap().parse().unwrap())
        .collect();
    assert_eq!(workers.len(), 2);
    assert!(!workers.contains(&leader));
    for row in cells(&page, &["blocked_by"]) {
        assert_eq!(row[0], Some(format!("[{}]", a.pid)));
    }
    let letters = [('A', a.pid), ('W', workers[0]), ('W', workers[1])];
    let worker = row(["└ W", "0", "-", "relation", "public.gate", "AccessShareLock"]);
    assert_eq!(
        tree(&test, LoginKind::Dba, &letters).await,
        [row(["A", "2", "-", "-", "-", "-"]), worker.clone(), worker]
    );
    a.run("COMMIT").await;
    assert_eq!(task.await.unwrap().unwrap()[0][0].as_deref(), Some("1000"));
}

#[tokio::test]
async fn how_long_somebody_waits_is_counted_from_when_the_lock_was_refused() {
    let (test, mut watch) = test().await;
    let mut a = Peer::of(&test).await;
    let b = Peer::of(&test).await;
    a.run("BEGIN; LOCK TABLE t").await;
    let b = b.waits("SELECT FROM t", &mut watch.workshop).await;
    // Before version 14 a lock does not say since when it is waited for; the session's last change of state is all there is.
    let column = watch.run("SELECT count(*)::text FROM pg_attribute WHERE attrelid = 'pg_locks'::regclass AND attname = 'waitstart'").await;
    let since = if column[0][0].as_deref() == Some("1") { "l.waitstart" } else { "s.state_change" };
    let direct = format!(
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - {since}), -1)::text FROM pg_locks l JOIN pg_stat_activity s USING (pid) \
         WHERE l.pid = {} AND NOT granted",
        b.pid
    );
    let mut direct = async || {
        let rows = watch.run(&direct).await;
        rows[0][0].as_deref().unwrap().parse::<f64>().unwrap()
    };
    // It is written down a moment after the lock was refused.
    while direct().await < 0.0 {}
    let before = direct().await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Locks, &format!("pid={}", b.pid)).await.unwrap();
    let said: f64 = cells(&page, &["wait_seconds"])[0][0].as_deref().unwrap().parse().unwrap();
    let range = before - 0.001..=direct().await + 0.001;
    assert!(range.contains(&said), "{said} is not in {range:?}");
    a.run("COMMIT").await;
    b.task.await.unwrap().unwrap();
}
