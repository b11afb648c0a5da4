//! Through PgBouncer in transaction mode, where no session belongs to anybody: the door works, and nothing of an identity reaches a stranger.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod server;

use std::{process::Command, sync::Arc};

use chrono::{DateTime, Days, Utc};
use purview::pg::{Acting, Door, Fence, Identity, Journal, Login, Problem, Rows, Run, Sql};
use server::{Pooler, Server, done, skipped};

fn anchor() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// A server with a table under row security, and a pooler before it that gives each login this many connections.
fn pooled(size: u32) -> Option<(Server, Pooler)> {
    pooled_with(size, "", "")
}

/// The same before a pooler that swallows what it does not know when a client connects.
fn swallowing(size: u32) -> Option<(Server, Pooler)> {
    pooled_with(size, "", "ignore_startup_parameters = extra_float_digits, options")
}

/// The same before one that even says what it did not do, so that nothing about it can be noticed by whoever connects. A client that waits for a session
/// which it holds itself is turned away before the server ends that session for being idle, which is after 30 seconds.
fn hidden(size: u32) -> Option<(Server, Pooler)> {
    pooled_with(
        size,
        "connect_query='SET extra_float_digits = 2'",
        "ignore_startup_parameters = extra_float_digits, options\nquery_wait_timeout = 20",
    )
}

fn pooled_with(size: u32, words: &str, lines: &str) -> Option<(Server, Pooler)> {
    let server = Server::start("local all all trust\n", "");
    let sql = "CREATE ROLE observer LOGIN BYPASSRLS; CREATE ROLE app NOLOGIN; CREATE ROLE anon NOLOGIN;\n\
               CREATE ROLE jail LOGIN NOINHERIT; GRANT app, anon TO jail; CREATE ROLE stranger LOGIN;\n\
               GRANT app TO stranger;\n\
               CREATE TABLE notes (owner text, body text);\n\
               INSERT INTO notes SELECT 'user' || i % 8, 'note ' || i FROM generate_series(1, 80) i;\n\
               ALTER TABLE notes ENABLE ROW LEVEL SECURITY; GRANT SELECT ON notes TO app, observer;\n\
               CREATE POLICY own ON notes TO app USING (owner = current_setting('app.user_id', true));\n";
    let mut psql = Command::new("psql");
    done(
        &psql
            .arg(server.socket())
            .args(["-q", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .output()
            .unwrap(),
    );
    let Some(pooler) = Pooler::with(&server, size, words, lines) else {
        skipped("pgbouncer is not installed");
        return None;
    };
    Some((server, pooler))
}

fn login(server: &Server, port: u16, user: &str) -> Login {
    let place = server.directory.path().display();
    format!("host={place} port={port} user={user} dbname=postgres connect_timeout=30")
        .parse()
        .unwrap()
}

async fn open(server: &Server, pooler: &Pooler) -> Result<Door, Problem> {
    let journal = Journal::new(server.path("journal"), "test");
    let login = |user| login(server, pooler.port, user);
    Door::open(login("observer"), Some(login("jail")), journal, anchor).await
}

/// A stranger's own door: another login on the same pooler, without a jail.
async fn stranger(server: &Server, pooler: &Pooler, user: &str) -> Door {
    let journal = Journal::new(server.path("stranger"), "test");
    Door::open(login(server, pooler.port, user), None, journal, anchor).await.unwrap()
}

fn user(name: &str) -> Identity {
    acting("app", &[("app.user_id", name), ("app.tenant", "secret-tenant")])
}

fn acting(role: &str, settings: &[(&str, &str)]) -> Identity {
    Identity::Acting(Arc::new(Acting {
        role: role.into(),
        settings: settings
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), (*value).into()))
            .collect(),
        search_path: None,
        person: None,
        reason: "test".into(),
        since: anchor(),
        until: anchor().checked_add_days(Days::new(1)).unwrap(),
    }))
}

async fn read(door: &Door, identity: &Identity, text: &'static str) -> Result<Rows, Problem> {
    door.read(identity, &Sql::new(text), &Run::new()).await
}

const NOTES: &str = "SELECT pg_catalog.count(*)::text, pg_catalog.min(owner), pg_catalog.max(owner) FROM public.notes";
const WHO: &str = "SELECT current_user::text, session_user::text, pg_catalog.current_setting('app.user_id', true), \
                   pg_catalog.current_setting('app.tenant', true), pg_catalog.current_setting('application_name'), \
                   pg_catalog.current_setting('role'), pg_catalog.current_setting('transaction_read_only')";

#[tokio::test]
async fn the_pooler_is_recognised_and_everything_works_with_one_connection() {
    let Some((server, pooler)) = pooled(1) else { return };
    let door = open(&server, &pooler).await.unwrap();
    assert!(door.probe().pooled);
    assert_eq!(door.fence().await.unwrap(), Fence::Jailed);
    let all = read(&door, &Identity::Observer, NOTES).await.unwrap();
    assert_eq!(all.scalar(), Some("80"));
    let mine = read(&door, &user("user3"), NOTES).await.unwrap();
    let three = Some("user3".to_owned());
    assert_eq!(mine.rows, [[Some("10".to_owned()), three.clone(), three]]);
    // The same server, seen without the pooler, is not taken for pooled.
    let journal = Journal::new(server.path("direct"), "test");
    let direct = Door::open(login(&server, server.port, "observer"), None, journal, anchor).await;
    assert!(!direct.unwrap().probe().pooled);
}

#[tokio::test]
async fn a_pooler_that_swallows_what_the_driver_asks_for_is_recognised_too() {
    let Some((server, pooler)) = swallowing(1) else { return };
    let door = open(&server, &pooler).await.unwrap();
    assert!(door.probe().pooled);
    let problem = read(&door, &acting("anon", &[]), WHO).await.unwrap_err();
    assert!(problem.hint.unwrap().contains("connect to the server itself"));
    let mine = read(&door, &user("user3"), NOTES).await.unwrap();
    assert_eq!(mine.scalar(), Some("10"));
}

/// Statements of a client's own: others have the same numbers for theirs.
fn own(client: usize, turn: usize) -> Sql {
    Sql::new(format!("SELECT 'client {client}, statement {}'", turn % 5).leak())
}

/// Several clients behind a pooler that shows in no way, with `size` connections for them all.
async fn each_gets_its_own_answers(size: u32) {
    let Some((server, pooler)) = hidden(size) else { return };
    let mut doors = Vec::new();
    for _ in 0..3 {
        doors.push(open(&server, &pooler).await.unwrap());
    }
    assert!(doors.iter().all(|door| !door.probe().pooled));
    let work = doors.iter().enumerate().map(|(client, door)| async move {
        for turn in 0..10 {
            let sql = own(client, turn);
            let wanted = format!("client {client}, statement {}", turn % 5);
            let (observer, somebody) = (Identity::Observer, user("user1"));
            for identity in [&observer, &somebody] {
                let told = door.read(identity, &sql, &Run::new()).await.unwrap();
                assert_eq!(told.scalar(), Some(wanted.as_str()), "{size}, {turn}");
            }
            let told = door.sample(&sql, &Run::new()).await.unwrap();
            assert_eq!(told.scalar(), Some(wanted.as_str()), "{size}, {turn}");
        }
    });
    futures::future::join_all(work).await;
    // And one after the other, which makes other turns.
    for turn in 0..10 {
        for (client, door) in doors.iter().enumerate() {
            let told = door.read(&Identity::Observer, &own(client, turn), &Run::new()).await;
            let wanted = format!("client {client}, statement {}", turn % 5);
            assert_eq!(told.unwrap().scalar(), Some(wanted.as_str()), "{size}, {turn}");
        }
    }
}

#[tokio::test]
async fn behind_a_pooler_that_nobody_can_notice_clients_of_one_connection_get_their_own_answers() {
    each_gets_its_own_answers(1).await;
}

#[tokio::test]
async fn behind_a_pooler_that_nobody_can_notice_clients_of_two_connections_get_their_own_answers() {
    each_gets_its_own_answers(2).await;
}

#[tokio::test]
async fn behind_a_pooler_that_nobody_can_notice_clients_of_three_connections_get_their_own_answers()
{
    each_gets_its_own_answers(3).await;
}

#[tokio::test]
async fn many_clients_that_take_turns_on_one_connection_each_see_only_their_own() {
    let Some((server, pooler)) = pooled(1) else { return };
    let mut doors = Vec::new();
    for _ in 0..6 {
        doors.push(open(&server, &pooler).await.unwrap());
    }
    let clients = (0..48).map(|turn| {
        let door = &doors[turn % doors.len()];
        async move {
            let name = format!("user{}", turn % 8);
            let mine = read(door, &user(&name), NOTES).await.unwrap();
            assert_eq!(mine.rows, [[Some("10".into()), Some(name.clone()), Some(name)]]);
            let all = read(door, &Identity::Observer, NOTES).await.unwrap();
            assert_eq!(all.scalar(), Some("80"));
        }
    });
    futures::future::join_all(clients).await;
}

#[tokio::test]
async fn nothing_of_an_identity_reaches_a_stranger() {
    let Some((server, pooler)) = pooled(1) else { return };
    let door = open(&server, &pooler).await.unwrap();
    // Strangers on the very same server connections: the pool belongs to the login.
    for name in ["jail", "observer", "stranger"] {
        let other = stranger(&server, &pooler, name).await;
        for turn in 0..8 {
            let identity = user(&format!("user{turn}"));
            read(&door, &identity, NOTES).await.unwrap();
            look(&other, name).await;
            look_from_psql(&server, &pooler, name);
            // An error in the middle leaves nothing behind either.
            read(&door, &identity, "SELECT (1 / (pg_catalog.random() * 0)::int)::text")
                .await
                .unwrap_err();
            look_from_psql(&server, &pooler, name);
            read(&door, &Identity::Observer, NOTES).await.unwrap();
            look_from_psql(&server, &pooler, name);
        }
    }
    // With turns taken at the same time.
    let (ours, theirs) = (user("user1"), stranger(&server, &pooler, "jail").await);
    let acting = async {
        for _ in 0..40 {
            read(&door, &ours, NOTES).await.unwrap();
        }
    };
    let looking = async {
        for _ in 0..40 {
            look(&theirs, "jail").await;
        }
    };
    tokio::join!(acting, looking);
}

/// As a program that knows nothing of purview would look, on the same connection to the server.
fn look_from_psql(server: &Server, pooler: &Pooler, name: &str) {
    let place = server.directory.path().display();
    let words = format!(
        "host={place} port={} user={name} dbname=postgres application_name=other",
        pooler.port
    );
    let output =
        Command::new("psql").arg(words).args(["-qAtX", "-F", "|", "-c", WHO]).output().unwrap();
    done(&output);
    let found = String::from_utf8_lossy(&output.stdout);
    assert_eq!(found.trim(), format!("{name}|{name}|||other|none|off"));
}

/// As another purview sees it: itself, and no setting of ours.
async fn look(other: &Door, name: &str) {
    let found = other.sample(&Sql::new(WHO), &Run::new()).await.unwrap();
    let row: Vec<_> =
        found.rows[0].iter().map(|value| value.as_deref().unwrap_or_default()).collect();
    assert_eq!(row, [name, name, "", "", "purview", "none", "on"]);
}

#[tokio::test]
async fn the_session_is_called_after_who_acts_as_whom_while_it_acts() {
    let Some((server, pooler)) = pooled(1) else { return };
    let door = open(&server, &pooler).await.unwrap();
    let who = read(&door, &user("user1"), WHO).await.unwrap();
    let called = who.rows[0][4].clone().unwrap();
    assert!(called.starts_with("purview:") && called.ends_with(":as:app"), "{called}");
}

#[tokio::test]
async fn an_identity_without_settings_is_refused_because_nobody_knows_whose_session_it_gets() {
    let Some((server, pooler)) = pooled(1) else { return };
    let door = open(&server, &pooler).await.unwrap();
    let problem = read(&door, &acting("anon", &[]), WHO).await.unwrap_err();
    assert!(problem.hint.unwrap().contains("connect to the server itself"));
}

#[tokio::test]
async fn a_cancel_reaches_the_statement_through_the_pooler() {
    let Some((server, pooler)) = pooled(2) else { return };
    let door = open(&server, &pooler).await.unwrap();
    let journal = Journal::new(server.path("watch"), "test");
    let watch =
        Door::open(login(&server, server.port, "postgres"), None, journal, anchor).await.unwrap();
    for identity in [Identity::Observer, user("user1")] {
        let run = Run::new();
        let sleep = Sql::new("SELECT pg_catalog.pg_sleep(600)::text");
        let (asked, ()) = tokio::join!(door.read(&identity, &sleep, &run), async {
            while sleeping(&watch).await == "0" {}
            run.cancel().await.unwrap();
        });
        assert_eq!(asked.unwrap_err().sqlstate.as_deref(), Some("57014"));
        assert_eq!(sleeping(&watch).await, "0");
        // What comes next is not hit by it.
        read(&door, &identity, NOTES).await.unwrap();
    }
}

async fn sleeping(watch: &Door) -> String {
    let sql = Sql::new(
        "SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_stat_activity WHERE wait_event = 'PgSleep'",
    );
    watch.sample(&sql, &Run::new()).await.unwrap().scalar().unwrap().to_owned()
}

#[tokio::test]
async fn the_wrapper_works_through_the_pooler_too_and_leaves_no_name_behind() {
    let Some((server, pooler)) = pooled(1) else { return };
    let doors = [
        stranger(&server, &pooler, "postgres").await,
        stranger(&server, &pooler, "postgres").await,
    ];
    for turn in 0..6 {
        let door = &doors[turn % 2];
        assert_eq!(door.fence().await.unwrap(), Fence::Wrapped);
        let mine = read(door, &user("user3"), NOTES).await.unwrap();
        assert_eq!(mine.scalar(), Some("10"));
    }
}

#[tokio::test]
async fn a_jail_on_another_database_is_refused() {
    let Some((server, pooler)) = pooled(2) else { return };
    let journal = Journal::new(server.path("journal"), "test");
    let jail = login(&server, pooler.port, "jail");
    let elsewhere = format!(
        "host={} port={} user=jail dbname=template1",
        server.directory.path().display(),
        server.port
    );
    let operator = || login(&server, pooler.port, "observer");
    let door =
        Door::open(operator(), Some(elsewhere.parse().unwrap()), journal, anchor).await.unwrap();
    let problem = door.fence().await.unwrap_err();
    assert!(problem.summary.starts_with("the acting login leads to another database"), "{problem}");
    // One of the two ways behind a pooler and the other not is still the same database.
    let journal = Journal::new(server.path("journal2"), "test");
    let operator = login(&server, server.port, "observer");
    let door = Door::open(operator, Some(jail), journal, anchor).await.unwrap();
    assert_eq!(door.fence().await.unwrap(), Fence::Jailed);
}
