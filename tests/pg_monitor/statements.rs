//! Statements: every number against the extension's own view, wherever it is, and why there are none.

use purview::{
    demo::{LoginKind, System},
    list::{Ask, Query},
    monitor::{Intervals, Topic, Watch},
    pg::{Door, Identity, Journal, Kind, Run},
    question::Question,
};
use std::sync::Arc;

use super::{Peer, as_login, cells, common, seen, sorted};

#[path = "../server/mod.rs"]
pub(crate) mod server;

/// What the extension's own view says of statements about the table `counted`, from version 1.8 on.
fn direct(schema: &str) -> String {
    format!(
        "SELECT queryid::text, pg_get_userbyid(userid)::text, calls::text, round(total_exec_time::numeric, 3)::text, \
         round((total_exec_time / calls)::numeric, 3)::text, rows::text, query FROM {schema}.pg_stat_statements \
         WHERE query LIKE '%counted%' AND query NOT LIKE '%pg_stat_statements%' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
}

const COLUMNS: [&str; 7] = ["query_id", "role", "calls", "total_ms", "mean_ms", "rows", "query"];

#[tokio::test]
async fn statements_are_counted_as_the_extension_counts_them_whatever_its_schema() {
    for schema in ["public", "\"of Extensions\""] {
        let test = common::empty_database().await;
        let mut peer = Peer::of(&test).await;
        let make = format!(
            "CREATE SCHEMA IF NOT EXISTS {schema}; CREATE EXTENSION pg_stat_statements SCHEMA {schema}; CREATE TABLE counted (id int); GRANT USAGE ON SCHEMA {schema} TO purview_dba"
        );
        peer.run(&make).await;
        for id in 0..5 {
            peer.run(&format!("INSERT INTO counted SELECT {id} FROM generate_series(1, 3)")).await;
        }
        peer.run("SELECT count(*)::text FROM counted").await;
        let rows = sorted(peer.run(&direct(schema)).await);
        assert!(
            rows.iter()
                .any(|row| row[2].as_deref() == Some("5") && row[5].as_deref() == Some("15")),
            "{rows:?}"
        );
        for login in [LoginKind::Superuser, LoginKind::Dba] {
            let database = as_login(&test, login).await;
            let page =
                seen(&database, Topic::Statements, "query~counted query!~pg_stat").await.unwrap();
            assert_eq!(sorted(cells(&page, &COLUMNS)), rows, "{schema} {login:?}");
        }
    }
}

#[tokio::test]
async fn a_statement_of_a_function_is_not_the_same_as_one_that_was_sent() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    peer.run(
        "CREATE EXTENSION pg_stat_statements; CREATE TABLE counted (id int); CREATE FUNCTION counts() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM counted); END'",
    )
    .await;
    peer.run("SET pg_stat_statements.track = 'all'").await;
    peer.run("SELECT counts()::text").await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Statements, "query~counted").await.unwrap();
    let keys: std::collections::HashSet<_> =
        page.items.iter().map(|item| item.position.key.clone()).collect();
    assert_eq!(keys.len(), page.items.len());
    // From version 1.9 on the extension tells them apart.
    let column = "SELECT count(*)::text FROM pg_attribute WHERE attrelid = 'pg_stat_statements'::regclass AND attname = 'toplevel'";
    if peer.run(column).await[0][0].as_deref() == Some("1") {
        let levels = cells(&page, &["toplevel"]);
        assert!(levels.contains(&vec![Some("false".to_owned())]), "{levels:?}");
        assert!(levels.contains(&vec![Some("true".to_owned())]), "{levels:?}");
    }
}

#[tokio::test]
async fn between_two_looks_the_difference_is_what_ran_between_them() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    peer.run("CREATE EXTENSION pg_stat_statements; CREATE TABLE counted (id int)").await;
    peer.run("INSERT INTO counted VALUES (1)").await;
    let database = as_login(&test, LoginKind::Dba).await;
    let look =
        async || seen(&database, Topic::Statements, "query~\"insert into counted\"").await.unwrap();
    let mut intervals = Intervals::default();
    let mut first = look().await;
    intervals.learn(&mut first);
    for _ in 0..4 {
        peer.run("INSERT INTO counted VALUES (2)").await;
    }
    let mut second = look().await;
    intervals.learn(&mut second);
    let at = |page: &purview::list::Page, name: &str| -> f64 {
        page.value(&page.items[0], name).unwrap().parse().unwrap()
    };
    let passed = at(&second, "at") - at(&first, "at");
    assert!((at(&second, "calls/s") * passed - 4.0).abs() < 0.01);
    let cost = at(&second, "total_ms") - at(&first, "total_ms");
    assert!((at(&second, "mean_now") - cost / 4.0).abs() < 0.002);
}

#[tokio::test]
async fn what_others_ran_is_counted_but_not_told_to_who_may_not_see_it() {
    let test = common::database(System::Hastecrm).await;
    let mut peer = Peer::of(&test).await;
    peer.run("CREATE TABLE counted (id int)").await;
    let support = as_login(&test, LoginKind::Support).await;
    let page = seen(&support, Topic::Statements, "readable=false").await.unwrap();
    assert!(!page.items.is_empty());
    assert!(cells(&page, &["query", "query_id"]).iter().all(|row| row == &[None, None]));
    let caveat = page.caveat.unwrap();
    assert_eq!(caveat.hint.unwrap(), "grant pg_read_all_stats to \"purview_support\"");
}

#[tokio::test]
async fn without_the_extension_it_is_said_what_brings_it() {
    let test = common::empty_database().await;
    let database = as_login(&test, LoginKind::Dba).await;
    for topic in [Topic::Statements, Topic::SlowQueries] {
        let problem = seen(&database, topic, "").await.unwrap_err();
        assert_eq!(problem.kind, Kind::Missing);
        assert!(problem.summary.contains("`pg_stat_statements` is not installed"), "{problem}");
        assert!(problem.hint.unwrap().contains("create extension pg_stat_statements"));
    }
    // Once it is there, it is there: nobody has to connect anew.
    Peer::of(&test).await.run("CREATE EXTENSION pg_stat_statements").await;
    seen(&database, Topic::Statements, "").await.unwrap();
}

#[tokio::test]
async fn where_the_server_does_not_count_it_is_said_that_it_has_to_be_restarted() {
    let server = server::Server::start("", "");
    let directory = tempfile::tempdir().unwrap();
    let open = async || {
        let journal = Journal::new(directory.path().join("journal"), "test");
        let login = server.socket().parse().unwrap();
        Door::open(login, None, journal, common::anchor).await.unwrap()
    };
    let door = open().await;
    let create = [purview::pg::Sql::new("CREATE EXTENSION pg_stat_statements")];
    door.write(&create, &purview::pg::Confirmed::by_person(&create)).await.unwrap();
    let database = Arc::new(purview::database::Database::new(door, None));
    let ask = Ask { view: Watch(Topic::Statements), query: Query::default() };
    let problem = ask.ask(database, Identity::Observer, Run::new()).await.unwrap_err();
    assert_eq!(problem.sqlstate.as_deref(), Some("55000"));
    assert!(problem.hint.unwrap().contains("`shared_preload_libraries` and restart"));
}
