//! Progress of long commands, wraparound, settings, sequences, and what wait events mean.

use purview::{demo::LoginKind, monitor::Topic};

use super::{Peer, as_login, cells, common, number, seen, sorted, until};

#[tokio::test]
async fn long_commands_say_how_far_they_are_and_for_whom_they_wait() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 100); CREATE TABLE old (id int)").await;
    // An index that is built beside other work waits for every transaction that might not know of it.
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; INSERT INTO t VALUES (0)").await;
    let builder = Peer::of(&test).await;
    let builder =
        builder.waits("CREATE INDEX CONCURRENTLY of_t ON t (id)", &mut watch.workshop).await;
    let major = number(&mut watch.workshop, "SELECT current_setting('server_version_num')").await;
    let other = Peer::of(&test).await;
    let pid = other.pid;
    let task = tokio::spawn({
        let mut workshop = other.workshop;
        async move { workshop.script("COPY (SELECT pg_sleep(600)) TO '/dev/null'").await }
    });
    if major >= 140_000 {
        let question =
            format!("SELECT count(*)::text FROM pg_stat_progress_copy WHERE pid = {pid}");
        until(&mut watch.workshop, &question, |count| count > 0).await;
    }
    let direct = "SELECT p.pid::text, 'index', 'public.t', p.phase, p.lockers_done::text, p.lockers_total::text, p.current_locker_pid::text, p.command \
                  FROM pg_stat_progress_create_index p WHERE datname = current_database()";
    let columns = ["pid", "kind", "object", "phase", "done", "total", "waits_for", "command"];
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let database = as_login(&test, login).await;
        let page = seen(&database, Topic::Progress, "kind=index").await.unwrap();
        let rows = cells(&page, &columns);
        assert_eq!(rows, watch.run(direct).await, "{login:?}");
        assert_eq!(rows[0][6], Some(holder.pid.to_string()));
        let page = seen(&database, Topic::Progress, "kind=copy").await.unwrap();
        let expected = if major >= 140_000 {
            vec![vec![Some(pid.to_string()), Some("COPY TO".to_owned())]]
        } else {
            vec![]
        };
        assert_eq!(cells(&page, &["pid", "command"]), expected);
    }
    let support = as_login(&test, LoginKind::Support).await;
    let page = seen(&support, Topic::Progress, "kind=index").await.unwrap();
    assert_eq!(cells(&page, &["phase", "readable"]), [vec![None, Some("false".to_owned())]]);
    assert!(page.caveat.unwrap().hint.unwrap().contains("pg_read_all_stats"));
    watch.run(&format!("SELECT pg_cancel_backend({pid})")).await;
    assert!(task.await.unwrap().is_err());
    holder.run("COMMIT").await;
    builder.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn transaction_numbers_are_as_old_as_the_server_says() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch
        .run("CREATE TABLE young (id int); CREATE TABLE eager (t text) WITH (autovacuum_freeze_max_age = 100000)")
        .await;
    let database = as_login(&test, LoginKind::Dba).await;
    // Other tests use up numbers meanwhile: each is between what is said before and after.
    let ages = "SELECT relname::text, greatest(age(c.relfrozenxid), (SELECT age(relfrozenxid) FROM pg_class t WHERE t.oid = c.reltoastrelid))::text \
                FROM pg_class c WHERE relname IN ('young', 'eager') UNION ALL SELECT datname, age(datfrozenxid)::text FROM pg_database WHERE datname = current_database()";
    let before = sorted(watch.run(ages).await);
    let mut told = Vec::new();
    for name in ["young", "eager", test.name.as_str()] {
        let page = seen(&database, Topic::Wraparound, &format!("name={name}")).await.unwrap();
        told.extend(cells(&page, &["name", "xid_age", "vacuum_at", "left", "state"]));
    }
    let (told, after) = (sorted(told), sorted(watch.run(ages).await));
    assert_eq!((told.len(), before.len()), (3, 3), "{told:?}");
    let figure = |cell: &Option<String>| cell.as_deref().unwrap().parse::<i64>().unwrap();
    for ((told, before), after) in told.iter().zip(&before).zip(&after) {
        assert_eq!(told[0], before[0]);
        assert!((figure(&before[1])..=figure(&after[1])).contains(&figure(&told[1])));
        assert_eq!(figure(&told[3]), (1 << 31) - figure(&told[1]));
        let limit = if told[0].as_deref() == Some("eager") { "100000" } else { "200000000" };
        assert_eq!((told[2].as_deref(), told[4].as_deref()), (Some(limit), Some("ok")));
    }
}

#[tokio::test]
async fn settings_are_those_that_a_session_begins_with() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    let name = &test.name;
    watch.run(&format!("ALTER DATABASE \"{name}\" SET statement_timeout = '7min'")).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Settings, "").await.unwrap();
    let rows = cells(&page, &["name", "state"]);
    let state = |name: &str| {
        let row = rows.iter().find(|row| row[0].as_deref() == Some(name)).unwrap();
        row[1].clone().unwrap()
    };
    assert_eq!(state("statement_timeout"), "ok");
    let fresh = Peer::of(&test).await.run("SELECT name::text, setting FROM pg_settings WHERE name IN ('fsync', 'autovacuum', 'track_io_timing', 'full_page_writes')").await;
    for row in fresh {
        let (name, off) = (row[0].as_deref().unwrap(), row[1].as_deref() == Some("off"));
        assert_eq!(state(name) != "ok", off, "{name}");
    }
    // What is dangerous comes first.
    assert_eq!(rows[0][1].as_deref(), Some("danger"));
}

#[tokio::test]
async fn a_sequence_ends_where_its_column_does() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch
        .run(
            "CREATE TABLE a (id serial); CREATE TABLE b (id int); CREATE SEQUENCE wide OWNED BY b.id; CREATE SEQUENCE fresh; CREATE SEQUENCE round MAXVALUE 10 CYCLE; \
             CREATE SEQUENCE \"Down\" INCREMENT -1; SELECT setval('wide', 2000000000), setval('a_id_seq', 1700000000), setval('round', 10), setval('\"Down\"', -5); \
             GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO purview_dba",
        )
        .await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Sequences, "").await.unwrap();
    let rows = sorted(cells(&page, &["sequence", "last_value", "ends_at", "state", "feeds"]));
    let row = |cells: [&str; 5]| cells.map(|it| (it != "-").then(|| it.to_owned())).to_vec();
    assert_eq!(
        rows,
        [
            row(["Down", "-5", "-9223372036854775808", "ok", "-"]),
            row(["a_id_seq", "1700000000", "2147483647", "ends soon", "public.a.id"]),
            row(["fresh", "-", "9223372036854775807", "unused", "-"]),
            row(["round", "10", "10", "begins anew", "-"]),
            row(["wide", "2000000000", "2147483647", "about to end", "public.b.id"]),
        ]
    );
    let support = as_login(&test, LoginKind::Support).await;
    watch.run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM purview_support").await;
    let page = seen(&support, Topic::Sequences, "sequence=wide").await.unwrap();
    let hidden = number(&mut watch.workshop, "SELECT (NOT has_sequence_privilege('purview_support', 'wide', 'USAGE, SELECT'))::int::text").await;
    let state = cells(&page, &["state"])[0][0].clone().unwrap();
    assert_eq!(state == "hidden", hidden == 1, "{state}");
}

#[tokio::test]
async fn a_wait_event_is_explained_on_every_version() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; SELECT pg_advisory_xact_lock(11)").await;
    let waiter = Peer::of(&test).await;
    let waiter = waiter.waits("SELECT pg_advisory_xact_lock(11)", &mut watch.workshop).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Activity, &format!("pid={}", waiter.pid)).await.unwrap();
    let told = cells(&page, &["wait_event_type", "wait_event", "wait_help"]).remove(0);
    assert_eq!((told[0].as_deref(), told[1].as_deref()), (Some("Lock"), Some("advisory")));
    let major = number(&mut watch.workshop, "SELECT current_setting('server_version_num')").await;
    let expected = if major >= 170_000 {
        let sql =
            "SELECT description FROM pg_wait_events WHERE type = 'Lock' AND name = 'advisory'";
        watch.run(sql).await.remove(0).remove(0).unwrap()
    } else {
        "another session holds the same advisory lock".to_owned()
    };
    assert_eq!(told[2].as_deref(), Some(expected.as_str()));
    // Whoever waits for anything is told what, were it only by its sort.
    let page = seen(&database, Topic::Activity, "").await.unwrap();
    let told = cells(&page, &["wait_event_type", "wait_help"]);
    assert!(told.iter().any(|row| row[0].as_deref() == Some("Client")), "{told:?}");
    assert!(told.iter().all(|row| row[0].is_some() == row[1].is_some()), "{told:?}");
    holder.run("COMMIT").await;
    waiter.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn wait_events_of_every_sort_are_told_and_the_server_knows_those_that_have_a_name() {
    const TOLD: &str = include_str!("../../src/monitor/sql/wait_events_told.sql");
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    let sorts =
        format!("SELECT type FROM ({TOLD}) t WHERE name IS NULL ORDER BY type COLLATE \"C\"");
    let sorts: Vec<_> = watch.run(&sorts).await.into_iter().flatten().flatten().collect();
    let all = ["Activity", "BufferPin", "Client", "Extension", "IO", "IPC", "LWLock", "Lock"];
    assert_eq!(sorts, all.into_iter().chain(["Timeout"]).collect::<Vec<_>>());
    if number(&mut watch.workshop, "SELECT current_setting('server_version_num')").await >= 170_000
    {
        // From 17 on they are written otherwise, and two have gone.
        let unknown = format!(
            "SELECT name FROM ({TOLD}) t WHERE name NOT IN ('BackupWaitWalArchive', 'XactSLRU') AND NOT EXISTS (
             SELECT FROM pg_wait_events w WHERE w.type = t.type AND lower(w.name) = lower(t.name))"
        );
        assert_eq!(watch.run(&unknown).await, Vec::<purview::pg::Row>::new());
    }
}

#[tokio::test]
async fn databases_tell_what_the_server_counted_of_them() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    let direct = "SELECT d.datname::text, pg_database_size(d.oid)::text, coalesce(s.deadlocks, 0)::text, s.temp_files::text FROM pg_database d \
                  JOIN pg_stat_database s ON s.datid = d.oid WHERE d.datname = 'postgres'";
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let database = as_login(&test, login).await;
        let page = seen(&database, Topic::Databases, "database=postgres").await.unwrap();
        let columns = ["database", "bytes", "deadlocks", "temp_files"];
        assert_eq!(cells(&page, &columns), watch.run(direct).await, "{login:?}");
        let all = number(&mut watch.workshop, "SELECT count(*)::text FROM pg_database").await;
        let page = seen(&database, Topic::Databases, "").await.unwrap();
        // Other tests make databases meanwhile.
        assert!(page.items.len() >= 3 && i64::try_from(page.items.len()).unwrap() <= all + 8);
    }
}
