//! Runs: what they write, how they exclude each other, wait for others, go back, and what they refuse.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use purview::{
    demo::{LoginKind, System},
    migrate::{Order, Pace, Progress, Taking},
    pg::{Identity, Run},
    question::Question as _,
};

use crate::{common, folder, opened, plan, stand, states, take, told};

#[tokio::test]
async fn history_rows_are_those_that_sqlx_would_write() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    let up = "CREATE TABLE a (id int);\n-- ü\nSELECT ';';\n";
    let files = folder(&[
        ("0007_make_a_table.up.sql", up),
        ("0007_make_a_table.down.sql", "DROP TABLE a"),
        ("20240101000000_next.sql", "SET search_path = nowhere; SET ROLE purview_jail; SELECT 1"),
    ]);
    let opened = opened(&database, LoginKind::Superuser).await;
    assert_eq!(take(&opened, files.path(), Order::Up(None)).await.unwrap(), 2);
    let row = told(&mut workshop, &format!(
        "SELECT version, description, success, checksum = sha384(convert_to('{}', 'UTF8')), octet_length(checksum), execution_time > 0, installed_on > now() - interval '1 minute' FROM _sqlx_migrations WHERE version = 7",
        up.replace('\'', "''")
    )).await;
    assert_eq!(row, "7 make a table t t 48 t t");
    let columns = "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '!' ELSE '' END, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '_sqlx_migrations'::regclass AND attnum > 0";
    assert_eq!(
        told(&mut workshop, columns).await,
        "version bigint!, description text!, installed_on timestamp with time zone!, success boolean!, checksum bytea!, execution_time bigint!"
    );
    let found = stand(&opened, files.path()).await.unwrap();
    assert!(found.steps[0].by.as_deref().unwrap().starts_with("postgres ("));
    assert_eq!(found.steps[1].state.word(), "irreversible");
}

#[tokio::test]
async fn two_runs_at_once_take_turns_although_one_builds_an_index_concurrently() {
    let database = common::empty_database().await;
    database
        .workshop()
        .await
        .script("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 50000) g")
        .await
        .unwrap();
    let files = folder(&[
        ("1_a.sql", "CREATE INDEX CONCURRENTLY t_a ON t (a);\nCREATE TABLE b ()"),
        ("2_b.sql", "CREATE TABLE c ()"),
    ]);
    let (one, other) = (
        opened(&database, LoginKind::Superuser).await,
        opened(&database, LoginKind::Superuser).await,
    );
    let (first, second) = tokio::join!(
        take(&one, files.path(), Order::Up(None)),
        take(&other, files.path(), Order::Up(None))
    );
    let outcomes = [&first, &second];
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().find_map(|it| it.as_ref().err()).unwrap();
    assert!(refused.summary.contains("not what was agreed to"), "{refused}");
    let mut workshop = database.workshop().await;
    assert_eq!(
        told(&mut workshop, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass")
            .await,
        "t"
    );
    assert_eq!(told(&mut workshop, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").await, "0");
}

#[tokio::test]
async fn a_step_that_is_in_the_way_makes_way_and_comes_again_when_the_way_is_free() {
    let database = common::empty_database().await;
    let mut blocker = database.workshop().await;
    blocker.script("CREATE TABLE t (a int)").await.unwrap();
    let files = folder(&[("1_a.sql", "CREATE TABLE u ();\nALTER TABLE t ADD b int")]);
    let opened = opened(&database, LoginKind::Superuser).await;
    let plan = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
    let pid: i32 =
        told(&mut blocker, "BEGIN; LOCK TABLE t; SELECT pg_backend_pid()").await.parse().unwrap();
    let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let run = Run::told(move |part| drop(tell.send(*part.downcast::<Progress>().unwrap())));
    let pace = Pace {
        lock_timeout: Duration::from_millis(700),
        backoff: Duration::from_millis(50),
        look_every: Duration::from_millis(50),
        ..Pace::default()
    };
    let taking = Taking { plan, drop_invalid: false, pace };
    let work = taking.ask(Arc::clone(&opened), Identity::Observer, run);
    let watcher = async {
        let mut all = Vec::new();
        while let Some(progress) = heard.recv().await {
            if matches!(progress, Progress::Again { attempt: 2, .. }) {
                blocker.script("ROLLBACK").await.unwrap();
            }
            all.push(progress);
        }
        all
    };
    let (done, all) = tokio::join!(work, watcher);
    assert_eq!(done.unwrap(), 1);
    let again = all.iter().filter_map(|it| {
        let Progress::Again { by, .. } = it else { return None };
        Some(by.iter().map(|it| it.pid).collect::<Vec<_>>())
    });
    let again: Vec<_> = again.collect();
    assert!(again.len() >= 2 && again.contains(&vec![pid]), "{all:?}");
    assert!(again.iter().all(|by| by.is_empty() || *by == [pid]), "{all:?}");
}

#[tokio::test]
async fn nothing_else_is_tried_again_and_a_blocker_that_stays_is_named() {
    let database = common::empty_database().await;
    let mut blocker = database.workshop().await;
    blocker.script("CREATE TABLE t (a int)").await.unwrap();
    let opened = opened(&database, LoginKind::Superuser).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let pace = Pace {
        lock_timeout: Duration::from_millis(700),
        attempts: 2,
        backoff: Duration::from_millis(20),
        look_every: Duration::from_millis(50),
        ..Pace::default()
    };
    let go = async |text: &str| {
        let files = folder(&[("1_a.sql", text)]);
        let plan = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
        let heard = Arc::clone(&heard);
        let run = Run::told(move |part| {
            heard.lock().unwrap().push(*part.downcast::<Progress>().unwrap());
        });
        let taking = Taking { plan, drop_invalid: false, pace };
        taking.ask(Arc::clone(&opened), Identity::Observer, run).await.unwrap_err()
    };
    let problem = go("CREATE TABLE u (); SELECT 1/0").await;
    assert!(problem.summary.contains("statement 2 of 2"), "{problem}");
    assert!(!heard.lock().unwrap().iter().any(|it| matches!(it, Progress::Again { .. })));
    let pid = told(&mut blocker, "BEGIN; LOCK TABLE t; SELECT pg_backend_pid()").await;
    let problem = go("ALTER TABLE t ADD b int").await;
    assert_eq!(problem.sqlstate.as_deref(), Some("55P03"));
    assert!(problem.hint.unwrap().contains(&format!("in the way: {pid} of ")));
}

#[tokio::test]
async fn a_run_is_cancelled_on_the_server_between_and_within_statements() {
    let database = common::empty_database().await;
    let opened = opened(&database, LoginKind::Superuser).await;
    let files = folder(&[("1_a.sql", "CREATE TABLE u (); SELECT pg_sleep(600); SELECT 1")]);
    let plan = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
    let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let run = Run::told(move |part| drop(tell.send(*part.downcast::<Progress>().unwrap())));
    let handle = run.clone();
    let taking = Taking { plan, drop_invalid: false, pace: Pace::default() };
    let stop = async {
        let mut workshop = database.workshop().await;
        while let Some(progress) = heard.recv().await {
            if matches!(progress, Progress::Statement { number: 2, .. }) {
                crate::until(&mut workshop, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep' AND query = 'SELECT pg_sleep(600)'", "1").await;
                handle.cancel().await.unwrap();
                break;
            }
        }
    };
    let (outcome, ()) =
        tokio::join!(taking.ask(Arc::clone(&opened), Identity::Observer, run), stop);
    assert_eq!(outcome.unwrap_err().exit_code(), 130);
    assert_eq!(states(&opened, files.path()).await[0].1, "pending");
}

#[tokio::test]
async fn going_back_stops_at_what_has_no_way_back_before_anything_is_undone() {
    let database = common::empty_database().await;
    let opened = opened(&database, LoginKind::Superuser).await;
    let files = folder(&[
        ("1_a.up.sql", "CREATE TABLE a ()"),
        ("1_a.down.sql", "DROP TABLE a"),
        ("2_b.sql", "CREATE TABLE b ()"),
        ("3_c.up.sql", "CREATE TABLE c ()"),
        ("3_c.down.sql", "DROP TABLE c"),
    ]);
    take(&opened, files.path(), Order::Up(None)).await.unwrap();
    let problem = plan(&opened, files.path(), Order::Down(Some(0))).await.unwrap_err();
    assert!(problem.summary.contains("no way back from migration: 0002_b"), "{problem}");
    assert_eq!(plan(&opened, files.path(), Order::Down(None)).await.unwrap().jobs().len(), 1);
    assert_eq!(take(&opened, files.path(), Order::Redo(None)).await.unwrap(), 2);
    assert_eq!(take(&opened, files.path(), Order::Down(None)).await.unwrap(), 1);
    assert_eq!(states(&opened, files.path()).await[2].1, "pending");
    for order in [Order::Up(Some(9)), Order::Down(Some(9)), Order::Redo(Some(9))] {
        let problem = plan(&opened, files.path(), order).await.unwrap_err();
        assert!(problem.summary.contains("no migration of that version: 9"), "{problem}");
    }
}

#[tokio::test]
async fn undone_and_taken_again_nobody_sees_the_schema_without_it() {
    let database = common::empty_database().await;
    let opened = opened(&database, LoginKind::Superuser).await;
    let files = folder(&[("1_a.up.sql", "CREATE TABLE a ()"), ("1_a.down.sql", "DROP TABLE a")]);
    take(&opened, files.path(), Order::Up(None)).await.unwrap();
    std::fs::write(
        files.path().join("1_a.down.sql"),
        "DROP TABLE a; DO $$ BEGIN IF now() > '2000-01-01' THEN RAISE 'no'; END IF; END $$",
    )
    .unwrap();
    take(&opened, files.path(), Order::Redo(None)).await.unwrap_err();
    let mut workshop = database.workshop().await;
    assert_eq!(told(&mut workshop, "SELECT to_regclass('a')").await, "a");
    assert_eq!(states(&opened, files.path()).await[0].1, "applied");
}

#[tokio::test]
async fn a_context_that_is_read_only_and_files_that_changed_since_they_were_shown_are_refused() {
    let database = common::empty_database().await;
    let files = folder(&[("1_a.sql", "CREATE TABLE a ()")]);
    let door = database.door(LoginKind::Superuser).await.read_only(true);
    let closed = Arc::new(purview::database::Database::new(door, None));
    assert_eq!(take(&closed, files.path(), Order::Up(None)).await.unwrap_err().exit_code(), 4);
    let opened = opened(&database, LoginKind::Superuser).await;
    let plan = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
    std::fs::write(files.path().join("1_a.sql"), "CREATE TABLE evil ()").unwrap();
    // What was shown runs, whatever the file says by now.
    let taking = Taking { plan, drop_invalid: false, pace: Pace::default() };
    taking.ask(Arc::clone(&opened), Identity::Observer, Run::new()).await.unwrap();
    let mut workshop = database.workshop().await;
    assert_eq!(
        told(&mut workshop, "SELECT to_regclass('evil') IS NULL AND to_regclass('a') IS NOT NULL")
            .await,
        "t"
    );
}

#[tokio::test]
async fn a_plan_knows_how_large_the_tables_are_and_every_migration_of_the_demo_has_one() {
    let database = common::database(System::OrgAssistant).await;
    let opened = opened(&database, LoginKind::Superuser).await;
    let mut workshop = database.workshop().await;
    let files = folder(&[("1_a.sql", "ALTER TABLE emails ALTER COLUMN subject SET NOT NULL")]);
    workshop.script("DROP TABLE _sqlx_migrations").await.unwrap();
    let found = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
    let target = found.steps[0].statements[0].target.clone().unwrap();
    let expected = told(&mut workshop, "SELECT reltuples::int8 || '/' || pg_total_relation_size(oid) FROM pg_class WHERE oid = 'emails'::regclass").await;
    assert_eq!(format!("{}/{}", target.rows, target.bytes), expected);
    assert!(found.steps[0].statements[0].effect().unwrap().contains("scans ~"));
}

/// How far the server is with an index is told while it is built, as the server has it.
#[tokio::test]
async fn how_far_an_index_is_that_is_built_concurrently_is_told_as_it_goes() {
    let database = common::empty_database().await;
    // A row of each page takes a moment, so that there is something to look at.
    let made = "CREATE TABLE t (a int, wide text) WITH (fillfactor = 10); ALTER TABLE t ALTER wide SET STORAGE PLAIN; \
        INSERT INTO t SELECT g, repeat('x', 700) FROM generate_series(1, 120) g; \
        CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN $1; END $$";
    let mut workshop = database.workshop().await;
    workshop.script(made).await.unwrap();
    let blocks = "SELECT (pg_relation_size('t') / current_setting('block_size')::int)::text";
    let blocks: u64 = told(&mut workshop, blocks).await.parse().unwrap();
    let files = folder(&[("1_a.sql", "CREATE INDEX CONCURRENTLY t_a ON t (slow(a))")]);
    let opened = opened(&database, LoginKind::Superuser).await;
    let plan = plan(&opened, files.path(), Order::Up(None)).await.unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let run =
        Run::told(move |part| ear.lock().unwrap().push(*part.downcast::<Progress>().unwrap()));
    let pace = Pace { look_every: Duration::from_millis(30), ..Pace::default() };
    let taking = Taking { plan, drop_invalid: false, pace };
    assert_eq!(taking.ask(opened, Identity::Observer, run).await.unwrap(), 1);
    let heard = heard.lock().unwrap();
    let scanned: Vec<u64> = heard
        .iter()
        .filter_map(|progress| {
            let Progress::Building { phase, done, total, unit } = progress else { return None };
            if unit != "blocks" || !phase.starts_with("building index") {
                return None;
            }
            assert_eq!(*total, blocks, "{progress:?}");
            Some(*done)
        })
        .collect();
    assert!(scanned.len() > 2 && scanned.windows(2).all(|pair| pair[0] < pair[1]), "{heard:?}");
    assert!(scanned.iter().all(|done| *done <= blocks));
    assert!(heard.iter().any(|it| it.to_string().contains(&format!("of {blocks} blocks"))));
}
