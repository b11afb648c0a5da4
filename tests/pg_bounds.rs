//! A policy that sleeps, loops, writes, raises, returns a gigabyte, recurses or prints to the terminal: it is stopped, clamped and cleaned, and whoever
//! comes next finds a session that works.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod program;

use std::{process::Command, sync::Arc, time::Duration};

use chrono::TimeDelta;
use common::TestDatabase;
use program::{Program, Ran};
use purview::{
    database::Database,
    demo::LoginKind,
    list::{Ask, Query},
    pg::{Acting, Door, Fence, Identity, Journal, Kind, Problem, RelationName, Run, Sql, Workshop},
    question::Question as _,
    rls::{Check, Choice, Explain, Statement, Sweep},
    tables::Rows,
};

/// What a policy function does, and the code with which its statement fails.
const STOPPED: [(&str, &str); 3] = [
    ("sleeps", "PERFORM pg_sleep(3600);"),
    ("loops", "LOOP NULL; END LOOP;"),
    // A cancel is an error like others to code that asks for it by name.
    (
        "catches",
        "LOOP BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;",
    ),
];

/// What fails at once, with which code, and as which kind: no code that a function raises makes a connection lost or a question cancelled.
const FAILS: [(&str, &str, &str, Kind); 8] = [
    ("writes", "INSERT INTO bnd.written VALUES (1);", "25006", Kind::Refused),
    (
        "raises",
        "RAISE EXCEPTION E'\\x1b[2J\\x1b]0;title\\x07 \\u202e \\r gone';",
        "P0001",
        Kind::Refused,
    ),
    ("lost", "RAISE EXCEPTION 'lost' USING ERRCODE = '08006';", "08006", Kind::Refused),
    ("shutdown", "RAISE EXCEPTION 'down' USING ERRCODE = '57P01';", "57P01", Kind::Refused),
    ("cancelled", "RAISE EXCEPTION 'stop' USING ERRCODE = '57014';", "57014", Kind::Refused),
    ("long_message", "RAISE EXCEPTION '%', repeat(E'\\x1b[31m', 100000);", "P0001", Kind::Refused),
    ("recurses", "RETURN bnd.recurses();", "54001", Kind::Refused),
    ("asserts", "ASSERT false, 'no';", "P0004", Kind::Refused),
];

/// How long a value is, in characters, of which only a few may arrive.
const HUGE: usize = 120_000_000;

fn world() -> String {
    let mut sql = "
        DO $$ BEGIN CREATE ROLE bnd_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        CREATE SCHEMA bnd; GRANT USAGE, CREATE ON SCHEMA bnd TO bnd_app; GRANT USAGE ON SCHEMA bnd TO PUBLIC;
        CREATE TABLE bnd.written (v int); GRANT INSERT ON bnd.written TO bnd_app; "
        .to_owned();
    let table = |name: &str, condition: &str| {
        format!(
            "CREATE TABLE bnd.{name} (id int PRIMARY KEY, v text); INSERT INTO bnd.{name} VALUES (1, E'a\\x1b[2Jb\\u202ec'); GRANT SELECT, DELETE ON bnd.{name} TO PUBLIC; \
             ALTER TABLE bnd.{name} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON bnd.{name} USING ({condition}); "
        )
    };
    let bodies = STOPPED.iter().copied().chain(FAILS.iter().map(|(name, body, ..)| (*name, *body)));
    for (name, body) in bodies {
        let function = format!(
            "CREATE FUNCTION bnd.{name}() RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN {body} RETURN true; END $f$; "
        );
        sql += &function;
        sql += &table(name, &format!("bnd.{name}()"));
    }
    let functions = format!(
        "CREATE FUNCTION bnd.huge() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN repeat('x', {HUGE}); END $f$; \
         CREATE FUNCTION bnd.escape() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE E'\\x1b[2Jnotice'; RETURN E'\\x1b[2J\\x1b]8;;http://evil\\x07 \\u202e'; END $f$; "
    );
    sql += &functions;
    sql += &table("value", "bnd.huge() = v OR v IS NULL");
    sql += &table("prints", "v <> bnd.escape()");
    // A row that takes little room where it lies and much where it arrives.
    sql += &table("stored", "id > 0 AND v IS NOT NULL");
    let stored = format!("INSERT INTO bnd.stored VALUES (2, repeat('y', {HUGE})); ");
    sql += &stored;
    sql
}

async fn build(workshop: &mut Workshop) {
    // Roles are the cluster's, and the tests of this file share one.
    static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let making = MAKING.lock().await;
    workshop.script(&world()).await.unwrap();
    workshop.script("GRANT bnd_app TO purview_jail").await.unwrap();
    drop(making);
}

fn acting() -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: "bnd_app".into(),
        settings: Vec::new(),
        search_path: Some("public".into()),
        person: None,
        reason: "test".into(),
        since: now,
        until: now + TimeDelta::minutes(30),
    })
}

fn identity() -> Identity {
    Identity::Acting(acting())
}

async fn database(
    test: &TestDatabase,
    operator: LoginKind,
    jail: Option<LoginKind>,
) -> Arc<Database> {
    let folder = tempfile::tempdir().unwrap().keep();
    let journal = Journal::new(folder.join("journal"), "test");
    let jail = jail.map(|jail| test.login(jail));
    // As people connect: the login by which tests build has settings of its own.
    let operator = format!("{}?sslmode=disable", test.url(operator)).parse().unwrap();
    let door = Door::open(operator, jail, journal, common::anchor).await.unwrap();
    Arc::new(Database::new(door, None))
}

fn table(name: &str) -> RelationName {
    RelationName::new("bnd", name)
}

fn explain(name: &str) -> Explain {
    Explain {
        table: table(name),
        choice: Choice::All,
        statement: Statement::Select,
        edits: Vec::new(),
        check: Check::Writes,
        most: 5,
    }
}

/// The ways to somebody's policies: the list, the explanation, the rows and a trial that writes.
const WAYS: [&str; 4] = ["list", "why", "rows", "write"];

async fn by(way: &str, database: &Arc<Database>, name: &str, run: &Run) -> Result<String, Problem> {
    match way {
        "list" => {
            let list = Ask { view: Rows::of(table(name)), query: Query::default() };
            let page = list.ask(Arc::clone(database), identity(), run.clone()).await?;
            Ok(format!("{:?}", page.items))
        }
        "why" => {
            let whys = explain(name).ask(Arc::clone(database), identity(), run.clone()).await?;
            Ok(serde_json::to_string(&whys).unwrap())
        }
        "rows" => {
            let sweep = Sweep {
                table: table(name),
                choice: Choice::All,
                statements: vec![Statement::Select],
                check: Check::Writes,
            };
            let mut lines = Vec::new();
            sweep
                .run(database, &identity(), run, |line| {
                    lines.push(serde_json::to_string(&line).unwrap());
                    Ok(true)
                })
                .await?;
            Ok(lines.join("\n"))
        }
        _ => {
            let acting = acting();
            let mut trial = database.door.trial(&acting, run).await?;
            let mut delete = Sql::new("DELETE FROM ");
            delete.relation(&table(name));
            let said = trial.try_count(&delete).await?;
            trial.end().await?;
            Ok(said?.to_string())
        }
    }
}

/// Nobody works on anything of this database any more, and whoever acts next is served.
async fn all_is_well(database: &Arc<Database>, workshop: &mut Workshop, after: &str) {
    let who = Sql::new("SELECT current_user::text");
    let told = database.door.read(&identity(), &who, &Run::new()).await.unwrap();
    assert_eq!(told.scalar(), Some("bnd_app"), "after {after}");
    let one = Sql::new("SELECT 1::text");
    let told = database.door.read(&Identity::Observer, &one, &Run::new()).await;
    assert_eq!(told.unwrap().scalar(), Some("1"), "after {after}");
    let busy = Sql::new(
        "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()",
    );
    // A session that was ended is gone a moment after it was told to.
    while workshop.fetch(&busy).await.unwrap().scalar() != Some("0") {
        tokio::task::yield_now().await;
    }
}

async fn stops_of_itself(fence: Fence) {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    // A stricter limit of the login's own is kept to; and so nobody has to wait for a minute here.
    let strict = "DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = ''500ms''', '@', current_database()); END $$";
    let superuser = "DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = ''500ms''', current_user, current_database()); END $$";
    let database = if fence == Fence::Wrapped {
        workshop.script(superuser).await.unwrap();
        database(&test, LoginKind::Superuser, None).await
    } else {
        workshop.script(&strict.replace('@', "purview_jail")).await.unwrap();
        database(&test, LoginKind::Support, Some(LoginKind::Jail)).await
    };
    assert_eq!(database.door.fence().await.unwrap(), fence);
    for (name, _) in STOPPED {
        for way in WAYS {
            let patience = Duration::from_mins(1);
            let outcome =
                tokio::time::timeout(patience, by(way, &database, name, &Run::new())).await;
            let problem = outcome.expect("it is stopped").expect_err(name);
            assert_eq!(problem.kind, Kind::Cancelled, "{name} by {way}: {problem:?}");
            let went_on = problem.summary.starts_with("the statement went on");
            assert_eq!(went_on, name == "catches", "{name} by {way}: {problem:?}");
            all_is_well(&database, &mut workshop, &format!("{name} by {way}")).await;
        }
    }
}

#[tokio::test]
async fn what_does_not_end_is_stopped_and_what_goes_on_all_the_same_is_ended_in_a_jail() {
    stops_of_itself(Fence::Jailed).await;
}

#[tokio::test]
async fn what_does_not_end_is_stopped_and_what_goes_on_all_the_same_is_ended_in_a_wrapper() {
    stops_of_itself(Fence::Wrapped).await;
}

#[tokio::test]
async fn somebody_who_does_not_want_to_wait_is_not_kept() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    let database = database(&test, LoginKind::Support, Some(LoginKind::Jail)).await;
    for (name, _) in STOPPED {
        for way in WAYS {
            let run = Run::new();
            let task = tokio::spawn({
                let (database, run) = (Arc::clone(&database), run.clone());
                async move { by(way, &database, name, &run).await }
            });
            let busy = Sql::new(
                "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND usename = 'purview_jail' AND state = 'active' \
                    AND (query LIKE '%bnd%' OR query LIKE '%several%') AND now() - query_start > '50ms'",
            );
            while workshop.fetch(&busy).await.unwrap().scalar() == Some("0") {
                tokio::task::yield_now().await;
            }
            run.cancel().await.unwrap();
            let outcome = tokio::time::timeout(Duration::from_secs(30), task).await;
            let problem = outcome.expect("it is cancelled").unwrap().expect_err(name);
            assert_eq!(problem.kind, Kind::Cancelled, "{name} by {way}: {problem:?}");
            all_is_well(&database, &mut workshop, &format!("{name} by {way}")).await;
        }
    }
}

#[tokio::test]
async fn what_fails_says_so_and_harms_nothing_else() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    for (operator, jail) in
        [(LoginKind::Support, Some(LoginKind::Jail)), (LoginKind::Superuser, None)]
    {
        let database = database(&test, operator, jail).await;
        for (name, _, code, kind) in FAILS {
            let problem = by("list", &database, name, &Run::new()).await.expect_err(name);
            assert_eq!(problem.sqlstate.as_deref(), Some(code), "{name}: {problem:?}");
            assert_eq!(problem.kind, kind, "{name}: {problem:?}");
            assert!(problem.summary.chars().count() <= 2_100, "{name}: {}", problem.summary.len());
            for way in ["why", "rows"] {
                let told = by(way, &database, name, &Run::new()).await.unwrap();
                assert!(told.contains(code), "{name} by {way}: {told}");
                assert!(told.len() < 200_000, "{name} by {way}: {}", told.len());
            }
            all_is_well(&database, &mut workshop, name).await;
        }
    }
    let written = workshop.fetch(&Sql::new("SELECT count(*)::text FROM bnd.written")).await;
    assert_eq!(written.unwrap().scalar(), Some("0"));
}

/// The program, in less memory than one of the values would take.
fn in_little_memory(program: &Program, words: &[&str]) -> Ran {
    let plain = program.command(words);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -v 110000 2>/dev/null; exec \"$@\"", "sh"])
        .arg(plain.get_program());
    command.args(plain.get_args()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::from(command.output().unwrap())
}

#[tokio::test]
async fn a_value_without_end_is_cut_where_it_is_and_nothing_reaches_the_terminal() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    build(&mut workshop).await;
    let program = Program::new()
        .with("PURVIEW_URL", test.url(LoginKind::Support))
        .with("PURVIEW_ACTING_URL", test.url(LoginKind::Jail));
    let harmless = |text: &str| text.chars().all(|c| c == '\n' || purview::text::is_harmless(c));
    for name in ["value", "stored", "prints", "raises", "long_message", "recurses"] {
        let table = format!("bnd.{name}");
        for words in [
            vec!["rls", "why", &table, "--where", "true", "--role", "bnd_app", "-o", "text"],
            vec!["rls", "why", &table, "--where", "true", "--role", "bnd_app", "-o", "md"],
            vec!["rls", "why", &table, "--where", "true", "--role", "bnd_app", "-o", "json"],
            vec!["rls", "rows", &table, "--all", "--role", "bnd_app"],
            vec!["get", "rows", &table, "--role", "bnd_app"],
        ] {
            // Whoever asks for the rows as data gets them whole; what is shown in a list is cut.
            if name == "stored" && words[0] == "get" {
                continue;
            }
            let ran = in_little_memory(&program, &words);
            // JSON is data for programs: it holds no control character, and every other one as it is.
            let data = words.contains(&"json") || words[..2] == ["rls", "rows"];
            let clean = ran.out.chars().all(|c| c == '\n' || !c.is_control());
            assert!(clean && (data || harmless(&ran.out)), "{words:?}: {:?}", ran.out);
            assert!(harmless(&ran.said), "{words:?}: {:?}", ran.said);
            assert!(ran.out.len() + ran.said.len() < 400_000, "{words:?}: {}", ran.out.len());
            let fails = words[0] == "get" && matches!(name, "raises" | "long_message" | "recurses");
            assert_eq!(ran.code, if fails { 5 } else { 0 }, "{words:?}: {ran:?}");
            let cut = name == "stored" && words[0] == "rls" && words[1] == "rows";
            assert!(!cut || ran.out.contains("too long to be fetched"), "{}", ran.out);
        }
    }
}
