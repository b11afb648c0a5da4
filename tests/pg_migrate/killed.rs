//! The real program, killed at every boundary between statements: the next start says exactly what is done, and goes on from there.
//!
//! The migration itself stops at gates, advisory locks that the test holds, so that the test knows where it is.

use std::{
    path::Path,
    process::{Child, Stdio},
};

use purview::{
    demo::LoginKind,
    pg::{Sql, Workshop},
};

use crate::{
    common::{self, TestDatabase},
    folder,
    program::Program,
    told, until,
};

/// A program of the owner.
fn program(database: &TestDatabase) -> Program {
    Program::new().with("PURVIEW_URL", database.url(LoginKind::Superuser))
}

fn words<'a>(command: &'a str, folder: &'a Path) -> Vec<&'a str> {
    let mut words: Vec<_> = command.split(' ').collect();
    words.extend(["--source", folder.to_str().unwrap()]);
    words
}

/// Version, state and detail of the only step, as the next start tells them.
fn told_state(program: &Program, folder: &Path) -> (String, String) {
    let rows = program.run(words("migrate status -o json", folder)).objects();
    let text = |name: &str| rows[0][name].as_str().unwrap_or_default().to_owned();
    (text("state"), text("detail"))
}

fn start(program: &Program, folder: &Path) -> Child {
    let mut command = program.command(words("migrate up --yes", folder));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until nobody migrates any more; a session finds out by itself that its program is gone.
async fn until_gone(workshop: &mut Workshop) {
    let question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    until(workshop, question, "0").await;
}

async fn hold(workshop: &mut Workshop, key: usize) {
    workshop.script(&format!("SELECT pg_advisory_lock({key})::text")).await.unwrap();
}

async fn release(workshop: &mut Workshop, key: usize) {
    workshop.script(&format!("SELECT pg_advisory_unlock({key})")).await.unwrap();
}

fn at_gate(key: usize) -> String {
    format!(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = {key} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
}

/// Gates before, between and after two tables.
const GATED: &str = "SELECT pg_advisory_xact_lock(1);\nCREATE TABLE a ();\nSELECT pg_advisory_xact_lock(2);\nCREATE TABLE b ();\nSELECT pg_advisory_xact_lock(3);\n";

const TABLES: &str = "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class WHERE relname IN ('a', 'b', 't_x') AND relnamespace = 'public'::regnamespace";

#[tokio::test]
async fn of_a_step_in_one_transaction_nothing_is_done_wherever_it_was_killed() {
    let files = folder(&[("1_a.sql", GATED)]);
    for gate in 1..=3 {
        let database = common::empty_database().await;
        let mut workshop = database.workshop().await;
        let program = program(&database);
        hold(&mut workshop, gate).await;
        let child = start(&program, files.path());
        until(&mut workshop, &at_gate(gate), "1").await;
        kill(child);
        release(&mut workshop, gate).await;
        until_gone(&mut workshop).await;
        assert_eq!(told_state(&program, files.path()).0, "pending", "gate {gate}");
        assert_eq!(told(&mut workshop, TABLES).await, "", "gate {gate}");
        assert_eq!(program.run(words("migrate up --yes", files.path())).code, 0);
        assert_eq!(told(&mut workshop, TABLES).await, "a,b", "gate {gate}");
    }
}

#[tokio::test]
async fn statement_by_statement_the_next_start_says_how_many_are_done_and_goes_on_with_the_next() {
    let apart = format!("-- no-transaction\n{GATED}");
    let files = folder(&[("1_a.sql", &apart)]);
    for (gate, done, tables) in [(1, 0, ""), (2, 2, "a"), (3, 4, "a,b")] {
        let database = common::empty_database().await;
        let mut workshop = database.workshop().await;
        let program = program(&database);
        hold(&mut workshop, gate).await;
        let child = start(&program, files.path());
        until(&mut workshop, &at_gate(gate), "1").await;
        kill(child);
        release(&mut workshop, gate).await;
        until_gone(&mut workshop).await;
        let expected = ("partly".to_owned(), format!("{done} of its statements are done"));
        assert_eq!(told_state(&program, files.path()), expected, "gate {gate}");
        assert_eq!(told(&mut workshop, TABLES).await, tables, "gate {gate}");
        let ran = program.run(words("migrate up --yes", files.path()));
        assert_eq!(ran.code, 0, "{}", ran.said);
        assert!(done == 0 || ran.said.contains("done already: SELECT"), "{}", ran.said);
        assert_eq!(told_state(&program, files.path()).0, "irreversible");
        assert_eq!(told(&mut workshop, TABLES).await, "a,b");
    }
}

#[tokio::test]
async fn killed_before_the_history_has_it_all_statements_are_known_to_be_done() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    let program = program(&database);
    let nothing = folder(&[("1_a.sql", "SELECT 1")]);
    assert_eq!(program.run(words("migrate up --yes", nothing.path())).code, 0);
    let files = folder(&[
        ("1_a.sql", "SELECT 1"),
        ("2_b.sql", "-- no-transaction\nCREATE TABLE a ();\nCREATE TABLE b ()"),
    ]);
    workshop.script("BEGIN; LOCK TABLE _sqlx_migrations IN SHARE MODE").await.unwrap();
    let child = start(&program, files.path());
    until(&mut workshop, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '_sqlx_migrations'::regclass", "1").await;
    kill(child);
    workshop.script("ROLLBACK").await.unwrap();
    until_gone(&mut workshop).await;
    let rows = program.run(words("migrate status -o json", files.path())).objects();
    // The server may have gone on to the end although nobody listened.
    let state = rows[1]["state"].as_str().unwrap().to_owned();
    assert!(["partly", "irreversible"].contains(&state.as_str()), "{state}");
    assert!(state != "partly" || rows[1]["detail"] == "2 of its statements are done");
    assert_eq!(program.run(words("migrate up --yes", files.path())).code, 0);
    assert_eq!(
        told(
            &mut workshop,
            "SELECT string_agg(version::text, ',' ORDER BY version) FROM _sqlx_migrations"
        )
        .await,
        "1,2"
    );
}

/// A program that is at work on an index, which waits for a transaction of the test's own.
async fn building(
    database: &TestDatabase,
    program: &Program,
    files: &Path,
    writer: &mut Workshop,
) -> Child {
    let mut workshop = database.workshop().await;
    writer.script("CREATE TABLE t (x int)").await.unwrap();
    writer.script("BEGIN; INSERT INTO t VALUES (1)").await.unwrap();
    let child = start(program, files);
    let waits = "SELECT count(*) FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase LIKE 'waiting for writers%'";
    until(&mut workshop, waits, "1").await;
    child
}

#[tokio::test]
async fn an_index_that_the_server_finished_although_the_program_was_killed_is_known_to_be_done() {
    let database = common::empty_database().await;
    let program = program(&database);
    let files = folder(&[(
        "1_a.sql",
        "CREATE TABLE a ();\nCREATE INDEX CONCURRENTLY t_x ON t (x);\nCREATE TABLE b ();",
    )]);
    let mut writer = database.workshop().await;
    let child = building(&database, &program, files.path(), &mut writer).await;
    kill(child);
    writer.script("COMMIT").await.unwrap();
    until_gone(&mut writer).await;
    let expected = ("partly".to_owned(), "2 of its statements are done".to_owned());
    assert_eq!(told_state(&program, files.path()), expected);
    assert_eq!(program.run(words("migrate up --yes", files.path())).code, 0);
    assert_eq!(told(&mut writer, TABLES).await, "a,b,t_x");
}

#[tokio::test]
async fn half_an_index_is_found_and_dropping_it_is_offered() {
    let database = common::empty_database().await;
    let program = program(&database);
    let files = folder(&[(
        "1_a.sql",
        "CREATE TABLE a ();\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_x ON t (x);\nCREATE TABLE b ();",
    )]);
    let mut writer = database.workshop().await;
    let child = building(&database, &program, files.path(), &mut writer).await;
    kill(child);
    let end = Sql::new(
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_progress_create_index WHERE datname = current_database()",
    );
    writer.fetch(&end).await.unwrap();
    writer.script("COMMIT").await.unwrap();
    until_gone(&mut writer).await;
    let expected = ("partly".to_owned(), "1 of its statements are done".to_owned());
    assert_eq!(told_state(&program, files.path()), expected);
    let ran = program.run(words("migrate up --yes", files.path()));
    assert_eq!(ran.code, 5, "{}", ran.said);
    assert!(
        ran.said.contains("left an index behind that is of no use: public.t_x"),
        "{}",
        ran.said
    );
    assert!(ran.said.contains("--drop-invalid"), "{}", ran.said);
    let ran = program.run(words("migrate up --yes --drop-invalid", files.path()));
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert_eq!(
        told(&mut writer, "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass")
            .await,
        "t"
    );
}
