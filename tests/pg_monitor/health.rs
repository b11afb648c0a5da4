//! Open transactions, connections, replication and slots.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    sync::Arc,
};

use purview::{
    database::Database,
    demo::LoginKind,
    monitor::{Act, End, Target, Topic},
    pg::{Confirmed, Door, Identity, Journal, Kind, Run, Sql},
    question::Question,
};

use super::{Peer, as_login, cells, common, number, seen, statements::server};

#[tokio::test]
async fn open_transactions_say_how_long_how_many_locks_and_what_holds_back_vacuum() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE TABLE t (id int); CREATE TABLE u (id int)").await;
    let mut old = Peer::of(&test).await;
    old.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM t; SELECT FROM u").await;
    let waiter = Peer::of(&test).await.waits("DROP TABLE u", &mut watch.workshop).await;
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let database = as_login(&test, login).await;
        let filter = format!("database={}", test.name);
        let page = seen(&database, Topic::Transactions, &filter).await.unwrap();
        let columns = ["name", "kind", "state", "locks", "blocks", "problem"];
        let rows = cells(&page, &columns);
        let locks =
            format!("SELECT count(*)::text FROM pg_locks WHERE granted AND pid = {}", old.pid);
        let locks = number(&mut watch.workshop, &locks).await.to_string();
        let said = "idle in transaction, others wait for it";
        // The oldest comes first.
        assert_eq!(
            rows[0],
            [&old.pid.to_string(), "session", "idle in transaction", &locks, "1", said]
                .map(|cell| Some(cell.to_owned()))
        );
        assert_eq!(rows[1][0], Some(waiter.pid.to_string()));
        let age =
            format!("SELECT age(backend_xmin)::text FROM pg_stat_activity WHERE pid = {}", old.pid);
        let before = number(&mut watch.workshop, &age).await;
        let page = seen(&database, Topic::Transactions, &format!("pid={}", old.pid)).await.unwrap();
        let said: i64 = cells(&page, &["xmin_age"])[0][0].as_deref().unwrap().parse().unwrap();
        assert!((before..=number(&mut watch.workshop, &age).await).contains(&said));
    }
    // Who may not look is told at least that there is one.
    let support = as_login(&test, LoginKind::Support).await;
    let page = seen(&support, Topic::Transactions, &format!("pid={}", old.pid)).await.unwrap();
    assert_eq!(cells(&page, &["state", "readable"]), [vec![None, Some("false".to_owned())]]);
    assert!(page.caveat.is_some());
    old.run("COMMIT").await;
    waiter.task.await.unwrap().unwrap();
    let page = seen(&support, Topic::Transactions, &format!("database={}", test.name)).await;
    assert!(page.unwrap().items.is_empty());
}

#[tokio::test]
async fn who_wrote_and_reads_no_more_holds_back_vacuum_too() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE TABLE t (id int); CREATE TABLE gone (id int)").await;
    let mut writer = Peer::of(&test).await;
    writer.run("BEGIN; INSERT INTO t VALUES (1)").await;
    watch.run("INSERT INTO gone VALUES (1)").await;
    watch.run("DELETE FROM gone").await;
    watch.run("VACUUM gone").await;
    assert!(number(&mut watch.workshop, "SELECT pg_relation_size('gone')::text").await > 0);
    let database = as_login(&test, LoginKind::Dba).await;
    let filter = format!("pid={}", writer.pid);
    let page = seen(&database, Topic::Transactions, &filter).await.unwrap();
    let said = cells(&page, &["xmin_age", "holds_back_vacuum"]);
    assert_eq!(said, [[None, Some("true".to_owned())]]);
    writer.run("COMMIT").await;
    watch.run("VACUUM gone").await;
    assert_eq!(number(&mut watch.workshop, "SELECT pg_relation_size('gone')::text").await, 0);
}

#[tokio::test]
async fn connections_are_counted_against_each_limit() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    let name = &test.name;
    watch.run(&format!("ALTER DATABASE \"{name}\" CONNECTION LIMIT 20")).await;
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; SELECT pg_advisory_xact_lock(3)").await;
    let waiter = Peer::of(&test).await;
    let waiter = waiter.waits("SELECT pg_advisory_xact_lock(3)", &mut watch.workshop).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let filter = format!("kind=database name={name}");
    // Once to connect, so that its connections are among those that are counted.
    seen(&database, Topic::Connections, &filter).await.unwrap();
    let page = seen(&database, Topic::Connections, &filter).await.unwrap();
    let direct = "SELECT count(*)::text, '20', round(count(*) / 20.0, 4)::text, count(*) FILTER (WHERE state = 'idle in transaction')::text, \
                  count(*) FILTER (WHERE wait_event_type = 'Lock')::text FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
    let columns = ["used", "limit", "share", "idle_in_transaction", "waiting"];
    assert_eq!(cells(&page, &columns), watch.run(direct).await);
    // Whoever sees less counts as many.
    let support = as_login(&test, LoginKind::Support).await;
    seen(&support, Topic::Connections, &filter).await.unwrap();
    let page = seen(&support, Topic::Connections, &filter).await.unwrap();
    let used = cells(&page, &["used"]);
    assert_eq!(used[0][0], watch.run(direct).await[0][0]);
    assert!(page.caveat.is_some());
    let server = seen(&database, Topic::Connections, "kind=server").await.unwrap();
    let direct = "SELECT (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int \
                  - coalesce(current_setting('reserved_connections', true)::int, 0))::text";
    assert_eq!(cells(&server, &["limit"]), watch.run(direct).await);
    holder.run("COMMIT").await;
    waiter.task.await.unwrap().unwrap();
}

/// A connection of the sort that standbys make.
fn replica(server: &server::Server) -> UnixStream {
    let socket = server.path(&format!(".s.PGSQL.{}", server.port));
    let mut stream = UnixStream::connect(socket).unwrap();
    let words = b"user\0postgres\0replication\0true\0application_name\0standby_1\0\0";
    let length = u32::try_from(words.len() + 8).unwrap();
    stream.write_all(&length.to_be_bytes()).unwrap();
    stream.write_all(&196_608_u32.to_be_bytes()).unwrap();
    stream.write_all(words).unwrap();
    // Until it is ready for a query.
    let mut byte = [0; 1];
    let mut tail = Vec::new();
    while !tail.ends_with(b"Z\0\0\0\x05I") {
        stream.read_exact(&mut byte).unwrap();
        tail.push(byte[0]);
    }
    stream
}

#[tokio::test]
async fn who_receives_changes_is_seen_and_never_ended() {
    let server = server::Server::start("local replication all trust\n", "");
    let directory = tempfile::tempdir().unwrap();
    let journal = Journal::new(directory.path().join("journal"), "test");
    let door = Door::open(server.socket().parse().unwrap(), None, journal, common::anchor);
    let database = Arc::new(Database::new(door.await.unwrap(), None));
    assert!(seen(&database, Topic::Replication, "").await.unwrap().items.is_empty());
    let _replica = replica(&server);
    let page = seen(&database, Topic::Replication, "").await.unwrap();
    let rows = cells(&page, &["pid", "direction", "application", "role", "state"]);
    let direct = Sql::new(
        "SELECT pid::text, 'sends', application_name, usename::text, state FROM pg_catalog.pg_stat_replication",
    );
    let direct = database.door.sample(&direct, &Run::new()).await.unwrap();
    assert_eq!(rows, direct.rows);
    let pid = rows[0][0].as_deref().unwrap().parse().unwrap();
    let target = Target { pid, backend_start: None };
    let session =
        target.clone().ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap();
    assert_eq!(session.refusal.clone().unwrap().kind, Kind::Refused);
    for act in [Act::Cancel, Act::Terminate] {
        let end = End { act, session: session.clone() };
        // Not even if somebody forgot to ask why not.
        let statement = end.statement();
        let rows = database.door.sample(&statement, &Run::new()).await.unwrap();
        assert!(rows.rows.is_empty());
        assert!(end.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.is_err());
    }
    assert_eq!(seen(&database, Topic::Replication, "").await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn slots_say_what_they_hold_back_and_that_nobody_reads_them() {
    let server = server::Server::start("", "wal_level = logical\n");
    let directory = tempfile::tempdir().unwrap();
    let journal = Journal::new(directory.path().join("journal"), "test");
    let door = Door::open(server.socket().parse().unwrap(), None, journal, common::anchor);
    let database = Arc::new(Database::new(door.await.unwrap(), None));
    for statement in [
        "CREATE TABLE t (id int)",
        "SELECT pg_catalog.pg_create_physical_replication_slot('kept', true)",
        "INSERT INTO t SELECT pg_catalog.generate_series(1, 10000)",
    ] {
        let statement = [Sql::new(statement)];
        database.door.write(&statement, &Confirmed::by_person(&statement)).await.unwrap();
    }
    let page = seen(&database, Topic::Slots, "").await.unwrap();
    let columns = ["slot", "kind", "active", "problem", "held_bytes", "wal_status"];
    let direct = Sql::new(
        "SELECT slot_name::text, slot_type, active::text, 'nobody reads it', pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)::text, wal_status \
         FROM pg_catalog.pg_replication_slots",
    );
    let direct = database.door.sample(&direct, &Run::new()).await.unwrap();
    assert_eq!(cells(&page, &columns), direct.rows);
    let held: i64 = direct.rows[0][4].as_deref().unwrap().parse().unwrap();
    assert!(held > 100_000);
}
