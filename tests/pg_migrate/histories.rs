//! Histories of four tools, made by hand with their own DDL, against files in each tool's form.

use purview::{
    demo::LoginKind,
    migrate::{Edit, Order, State, Tool},
};

use crate::{common, folder, opened, plan, stand, states};

const SQLX: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), \
    success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL);";

/// A row as sqlx writes it, of a file with this text.
fn sqlx_row(version: i64, name: &str, text: &str) -> String {
    let text = text.replace('\'', "''");
    format!(
        "INSERT INTO _sqlx_migrations VALUES ({version}, '{name}', DEFAULT, true, sha384(convert_to(E'{text}', 'UTF8')), 1500000);"
    )
}

#[tokio::test]
async fn every_state_of_a_version_is_told() {
    let database = common::empty_database().await;
    let files = folder(&[
        ("1_a.up.sql", "SELECT 1"),
        ("1_a.down.sql", "SELECT 1"),
        ("2_b.sql", "SELECT 2"),
        ("3_c.up.sql", "SELECT 3;\n"),
        ("3_c.down.sql", "SELECT 3"),
        ("4_d.sql", "SELECT 4"),
        ("6_f.sql", "SELECT 6 -- why"),
        ("7_g.sql", "SELECT 77"),
        ("8_h.sql", "SELECT 8"),
        ("8_i.sql", "SELECT 8"),
        ("10_j.sql", "SELECT 10"),
    ]);
    let mut rows =
        vec![SQLX.to_owned(), sqlx_row(1, "a", "SELECT 1"), sqlx_row(2, "b", "SELECT 2")];
    rows.extend([
        sqlx_row(3, "c", "SELECT 3;\\r\\n"),
        sqlx_row(5, "gone away", "SELECT 5"),
        sqlx_row(6, "f", "SELECT 6 "),
        sqlx_row(7, "g", "SELECT 7"),
    ]);
    database.workshop().await.script(&rows.concat()).await.unwrap();
    let database = opened(&database, LoginKind::Superuser).await;
    let stand = stand(&database, files.path()).await.unwrap();
    assert_eq!(stand.tool, Tool::Sqlx);
    let found: Vec<_> = stand.steps.iter().map(|it| (it.version.as_str(), it.state)).collect();
    assert_eq!(
        found,
        [
            ("1", State::Applied),
            ("2", State::Irreversible),
            ("3", State::Modified(Edit::LineEnds)),
            ("4", State::OutOfOrder),
            ("5", State::Missing),
            ("6", State::Modified(Edit::Comments)),
            ("7", State::Modified(Edit::Real)),
            ("8", State::Duplicate),
            ("8", State::Duplicate),
            ("10", State::Pending),
        ]
    );
    assert_eq!(stand.steps[0].milliseconds, Some(1.5));
    assert!(stand.steps[0].at.as_deref().unwrap().ends_with('Z'));
    assert_eq!(stand.steps[4].name, "gone_away");
    assert!(stand.is_open() && stand.due() == 2);
    let refusal = plan(&database, files.path(), Order::Up(None)).await.unwrap_err();
    assert!(refusal.summary.contains("has no file: 5"), "{refusal}");
}

#[tokio::test]
async fn prismas_attempts_are_one_step_and_its_own_command_is_told() {
    let database = common::empty_database().await;
    let files = folder(&[
        ("migration_lock.toml", ""),
        ("20240101000000_init/migration.sql", "SELECT 1"),
        ("20240102000000_more/migration.sql", "SELECT 2"),
        ("20240103000000_half/migration.sql", "SELECT 3"),
        ("20240104000000_next/migration.sql", "SELECT 4"),
    ]);
    let script = "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, \
        migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);
        INSERT INTO _prisma_migrations SELECT v.id, encode(sha256(v.text), 'hex'), v.ended, v.name, NULL, v.back, '2024-02-01', 1 FROM (VALUES
            ('a', 'SELECT 1'::bytea, timestamptz '2024-02-01 00:00:02+00', '20240101000000_init', NULL::timestamptz),
            ('b', 'SELECT x', NULL, '20240102000000_more', '2024-02-01'),
            ('c', 'SELECT 2', '2024-02-01 00:00:01+00', '20240102000000_more', NULL),
            ('d', 'SELECT 3', NULL, '20240103000000_half', NULL)) AS v(id, text, ended, name, back)";
    database.workshop().await.script(&format!("SET TimeZone = 'UTC'; {script}")).await.unwrap();
    let database = opened(&database, LoginKind::Superuser).await;
    assert_eq!(
        states(&database, files.path()).await,
        [
            ("20240101000000", "applied"),
            ("20240102000000", "applied"),
            ("20240103000000", "failed"),
            ("20240104000000", "pending")
        ]
        .map(|(version, state)| (version.to_owned(), state))
    );
    let found = stand(&database, files.path()).await.unwrap();
    assert_eq!((found.steps[0].milliseconds, found.tool), (Some(2000.0), Tool::Prisma));
    let refusal = plan(&database, files.path(), Order::Up(None)).await.unwrap_err();
    assert!(refusal.hint.unwrap().contains("prisma migrate deploy"));
}

#[tokio::test]
async fn drizzle_is_read_in_both_its_forms() {
    let old = common::empty_database().await;
    let journal = r#"{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_first","breakpoints":true},{"idx":1,"version":"7","when":1700000001000,"tag":"0001_second","breakpoints":true}]}"#;
    let files = folder(&[
        ("meta/_journal.json", journal),
        ("0000_first.sql", "SELECT 1;--> statement-breakpoint\nSELECT 2;"),
        ("0001_second.sql", "SELECT 3;"),
    ]);
    let script = "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint); \
        INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (encode(sha256(convert_to(E'SELECT 1;--> statement-breakpoint\\nSELECT 2;', 'UTF8')), 'hex'), 1700000000000)";
    old.workshop().await.script(script).await.unwrap();
    let old = opened(&old, LoginKind::Superuser).await;
    let expected = |a: &str, b: &str| vec![(a.to_owned(), "applied"), (b.to_owned(), "pending")];
    assert_eq!(states(&old, files.path()).await, expected("0000", "0001"));

    let new = common::empty_database().await;
    let files = folder(&[
        ("20240101000000_first/migration.sql", "SELECT 1"),
        ("20240101000000_first/snapshot.json", "{}"),
        ("20240102000000_second/migration.sql", "SELECT 2"),
        ("20240102000000_second/snapshot.json", "{}"),
    ]);
    let script = "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric, name text, applied_at timestamptz DEFAULT now()); \
        INSERT INTO drizzle.__drizzle_migrations (hash, created_at, name) VALUES (encode(sha256('SELECT 1'), 'hex'), 1704067200000, '20240101000000_first')";
    new.workshop().await.script(script).await.unwrap();
    let new = opened(&new, LoginKind::Superuser).await;
    assert_eq!(states(&new, files.path()).await, expected("20240101000000", "20240102000000"));
}

#[tokio::test]
async fn of_supabase_the_statements_themselves_are_compared() {
    let database = common::empty_database().await;
    let files = folder(&[
        ("20240101000000_a.sql", "-- first\nSELECT 1;\nSELECT 2;\n"),
        ("20240102000000_b.sql", "SELECT 3;"),
        ("20240103000000_c.sql", "SELECT 5;"),
        ("20240104000000_d.sql", "SELECT 6;"),
    ]);
    let script = "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY, statements text[], name text); \
        INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000000', '{\"-- first\\nSELECT 1\",SELECT 2}', 'a'), ('20240102000000', '{\"SELECT /* x */ 3\"}', 'b'), ('20240103000000', '{SELECT 4}', 'c')";
    database.workshop().await.script(&script.replace("\\n", "\n")).await.unwrap();
    let database = opened(&database, LoginKind::Superuser).await;
    let found = stand(&database, files.path()).await.unwrap();
    let states: Vec<_> = found.steps.iter().map(|it| it.state).collect();
    assert_eq!(found.tool, Tool::Supabase);
    assert_eq!(
        states,
        [
            State::Applied,
            State::Modified(Edit::Comments),
            State::Modified(Edit::Real),
            State::Pending
        ]
    );
}

#[tokio::test]
async fn a_history_that_is_hidden_is_said_to_be_and_by_what() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    workshop.script(&[SQLX.to_owned(), sqlx_row(1, "a", "SELECT 1")].concat()).await.unwrap();
    let files = folder(&[("1_a.sql", "SELECT 1")]);
    let dba = opened(&database, LoginKind::Dba).await;
    let problem = stand(&dba, files.path()).await.unwrap_err();
    assert_eq!(problem.exit_code(), 4);
    let grant = problem.hint.unwrap();
    assert!(grant.starts_with("grant select on \"public\".\"_sqlx_migrations\" to "), "{grant}");
    workshop.script(&grant).await.unwrap();
    assert_eq!(stand(&dba, files.path()).await.unwrap().steps.len(), 1);
    workshop.script("ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY").await.unwrap();
    let problem = stand(&dba, files.path()).await.unwrap_err();
    assert!(problem.summary.contains("by row security"), "{problem}");
}

#[tokio::test]
async fn without_files_the_history_alone_is_shown_and_without_both_it_is_said() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    let opened = opened(&database, LoginKind::Superuser).await;
    let ask = async || {
        use purview::{
            migrate::Standing,
            pg::{Identity, Run},
            question::Question as _,
        };
        Standing::default()
            .ask(std::sync::Arc::clone(&opened), Identity::Observer, Run::new())
            .await
    };
    assert!(ask().await.unwrap_err().summary.contains("no history"));
    workshop.script(&[SQLX.to_owned(), sqlx_row(1, "a", "SELECT 1")].concat()).await.unwrap();
    let stand = ask().await.unwrap();
    assert_eq!(stand.steps[0].state, State::Recorded);
    assert!(!stand.is_open());
}
