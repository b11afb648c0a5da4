//! Ending sessions: the right one, with the right to do so, on the record; and never another.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use purview::{
    database::Database,
    demo::LoginKind,
    monitor::{Act, End, Session, SessionId, Target},
    pg::{Confirmed, Door, Identity, Journal, Kind, Problem, Run, Sql},
    question::Question,
};

use super::{Peer, as_login, common, number, statements::server, until};

async fn look(database: &Arc<Database>, pid: i32) -> Result<Session, Problem> {
    let target = Target { pid, backend_start: None };
    target.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

async fn end(database: &Arc<Database>, act: Act, session: Session) -> Result<String, Problem> {
    let end = End { act, session };
    let ended = end.ask(Arc::clone(database), Identity::Observer, Run::new()).await?;
    Ok(ended.said)
}

/// A session of the login `support` that waits for the advisory lock 1, and its number.
async fn victim(
    test: &common::TestDatabase,
    watch: &mut Peer,
) -> (i32, tokio::task::JoinHandle<Result<(), Problem>>) {
    let door = test.door(LoginKind::Support).await;
    let task = tokio::spawn(async move {
        let lock = Sql::new("SELECT pg_catalog.pg_advisory_xact_lock(1)");
        door.read(&Identity::Observer, &lock, &Run::new()).await.map(drop)
    });
    let waits = "SELECT coalesce(min(pid), 0)::text FROM pg_locks WHERE NOT granted AND locktype = 'advisory' \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    until(&mut watch.workshop, waits, |pid| pid > 0).await;
    let pid = number(&mut watch.workshop, waits).await;
    (pid.try_into().unwrap(), task)
}

#[tokio::test]
async fn a_query_is_cancelled_and_a_session_ended_by_who_may_do_so() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("SELECT pg_advisory_lock(1)").await;
    let dba = as_login(&test, LoginKind::Dba).await;

    let (pid, task) = victim(&test, &mut watch).await;
    let session = look(&dba, pid).await.unwrap();
    assert_eq!(session.role.as_deref(), Some("purview_support"));
    assert_eq!(session.state.as_deref(), Some("active"));
    let said = end(&dba, Act::Cancel, session).await.unwrap();
    assert_eq!(said, format!("cancelled the query of {pid}: nobody waits for it"));
    assert_eq!(task.await.unwrap().unwrap_err().kind, Kind::Cancelled);

    let (pid, task) = victim(&test, &mut watch).await;
    let session = look(&dba, pid).await.unwrap();
    end(&dba, Act::Terminate, session.clone()).await.unwrap();
    assert_eq!(task.await.unwrap().unwrap_err().kind, Kind::Connection);
    let there = format!("SELECT count(*)::text FROM pg_stat_activity WHERE pid = {pid}");
    until(&mut watch.workshop, &there, |count| count == 0).await;
    // The session is gone, and so is the one that was looked at.
    assert_eq!(look(&dba, pid).await.unwrap_err().kind, Kind::Missing);
    assert_eq!(end(&dba, Act::Terminate, session).await.unwrap_err().kind, Kind::Missing);
}

#[tokio::test]
async fn it_is_said_beforehand_whom_it_frees() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("CREATE TABLE t (id int)").await;
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; LOCK TABLE t IN SHARE MODE").await;
    let first = Peer::of(&test).await.waits("INSERT INTO t VALUES (1)", &mut watch.workshop).await;
    let second =
        Peer::of(&test).await.waits("BEGIN; LOCK TABLE t; COMMIT", &mut watch.workshop).await;
    let database = as_login(&test, LoginKind::Superuser).await;
    let session = look(&database, holder.pid).await.unwrap();
    let freed: Vec<_> = session.frees().map(|waiter| waiter.pid).collect();
    assert_eq!(freed, [first.pid]);
    let (first_pid, second_pid) = (first.pid, second.pid);
    // It is idle: there is no query to cancel, and only its end would free anybody.
    let cancel = End { act: Act::Cancel, session: session.clone() };
    assert!(cancel.consequence().contains("only the end of the session"));
    let said = end(&database, Act::Terminate, session).await.unwrap();
    assert_eq!(
        said,
        format!(
            "ended the session {}: frees {first_pid}; {second_pid} still waits for {first_pid}",
            holder.pid
        )
    );
    // And so it is.
    first.task.await.unwrap().unwrap();
    second.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_may_not_end_a_session_is_told_what_would_let_them() {
    let test = common::empty_database().await;
    let mut watch = Peer::of(&test).await;
    watch.run("SELECT pg_advisory_lock(1)").await;
    // Not even whose session it is can be seen.
    let support = as_login(&test, LoginKind::Support).await;
    let unseen = look(&support, watch.pid).await.unwrap_err();
    assert_eq!(unseen.kind, Kind::Permission);
    assert_eq!(unseen.hint.unwrap(), "grant pg_read_all_stats to \"purview_support\"");
    // A superuser's session.
    let dba = as_login(&test, LoginKind::Dba).await;
    let session = look(&dba, watch.pid).await.unwrap();
    let refused = end(&dba, Act::Terminate, session).await.unwrap_err();
    assert_eq!(refused.sqlstate.as_deref(), Some("42501"));
    assert!(refused.hint.unwrap().contains("only a superuser may end it"));
}

#[tokio::test]
async fn who_may_look_but_not_end_is_told_which_role_would_let_them() {
    let server = server::Server::start("local all all trust\n", "");
    let directory = tempfile::tempdir().unwrap();
    let open = async |role: &str| {
        let login = server.socket().replace("user=postgres", &format!("user={role}"));
        let journal = Journal::new(directory.path().join("journal"), role);
        Door::open(login.parse().unwrap(), None, journal, common::anchor).await.unwrap()
    };
    let superuser = open("postgres").await;
    for statement in [
        "CREATE ROLE \"Looks only\" LOGIN",
        "GRANT pg_monitor TO \"Looks only\"",
        "CREATE ROLE plain LOGIN",
    ] {
        let statement = [Sql::new(statement)];
        superuser.write(&statement, &Confirmed::by_person(&statement)).await.unwrap();
    }
    let plain = open("plain").await;
    let pid = Sql::new("SELECT pg_catalog.pg_backend_pid()::pg_catalog.text");
    let pid = plain.read(&Identity::Observer, &pid, &Run::new()).await.unwrap();
    let pid = pid.scalar().unwrap().parse().unwrap();
    let database = Arc::new(Database::new(open("Looks\\ only").await, None));
    let session = look(&database, pid).await.unwrap();
    assert_eq!(session.role.as_deref(), Some("plain"));
    for act in [Act::Cancel, Act::Terminate] {
        let refused = end(&database, act, session.clone()).await.unwrap_err();
        assert_eq!(refused.sqlstate.as_deref(), Some("42501"));
        assert_eq!(refused.hint.unwrap(), "grant pg_signal_backend to \"Looks only\"");
    }
    assert!(look(&database, pid).await.is_ok());
}

#[tokio::test]
async fn nothing_is_ended_through_a_door_that_is_read_only() {
    let test = common::empty_database().await;
    let peer = Peer::of(&test).await;
    let door = test.door(LoginKind::Superuser).await.read_only(true);
    let database = Arc::new(Database::new(door, None));
    let session = look(&database, peer.pid).await.unwrap();
    let refused = end(&database, Act::Terminate, session).await.unwrap_err();
    assert!(refused.summary.contains("read only"), "{refused}");
    assert!(look(&database, peer.pid).await.is_ok());
}

#[tokio::test]
async fn every_end_is_on_the_record_before_it_happens() {
    let test = common::empty_database().await;
    let peer = Peer::of(&test).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal.jsonl");
    let login = test.login(LoginKind::Superuser);
    let journal = Journal::new(&path, login.to_string());
    let door = Door::open(login, None, journal, common::anchor).await.unwrap();
    let database = Arc::new(Database::new(door, None));
    let session = look(&database, peer.pid).await.unwrap();
    end(&database, Act::Terminate, session.clone()).await.unwrap();
    let record = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> =
        record.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["event"], &lines[0]["act"]), (&"signal".into(), &"terminate".into()));
    assert_eq!(lines[0]["pid"], peer.pid);
    assert_eq!(lines[0]["backend_start"], session.id.backend_start);
    assert_eq!((&lines[1]["event"], &lines[1]["outcome"]), (&"signalled".into(), &"done".into()));
    assert_eq!(Journal::verify(&path).unwrap(), Ok(2));
    // Without a record nothing is ended.
    let unwritable = directory.path().join("journal.jsonl/below");
    let login = test.login(LoginKind::Superuser);
    let journal = Journal::new(unwritable, login.to_string());
    let door = Door::open(login, None, journal, common::anchor).await.unwrap();
    let database = Arc::new(Database::new(door, None));
    let mut other = Peer::of(&test).await;
    let session = look(&database, other.pid).await.unwrap();
    assert!(end(&database, Act::Terminate, session).await.is_err());
    other.run("SELECT 1").await;
}

/// What became of the sessions that come and go.
#[derive(Default)]
struct Ledger {
    /// Those that are there, and those that were there last.
    known: Vec<SessionId>,
    /// Those that somebody else ended.
    killed: HashSet<SessionId>,
    /// Whether it is over.
    over: bool,
}

/// Sessions that come, work a little and go, until it is over; each says when it was ended by somebody else.
async fn come_and_go(stays: bool, test: Arc<common::TestDatabase>, ledger: Arc<Mutex<Ledger>>) {
    const WHO: &str = "SET TimeZone = 'UTC'; SELECT pid::text, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    for round in 0_u32.. {
        if ledger.lock().unwrap().over {
            return;
        }
        let mut workshop = test.workshop().await;
        let Ok(who) = workshop.script(WHO).await else { continue };
        let (pid, start) = (who[0][0].clone().unwrap(), who[0][1].clone().unwrap());
        let id = SessionId { pid: pid.parse().unwrap(), backend_start: start };
        {
            let mut ledger = ledger.lock().unwrap();
            ledger.known.push(id.clone());
            if ledger.known.len() > 8 {
                ledger.known.remove(0);
            }
        }
        // Some stay for as long as they are known, some for a while, and some go at once.
        let is_known = || {
            let ledger = ledger.lock().unwrap();
            !ledger.over && ledger.known.contains(&id)
        };
        let mut left = round % 7;
        while if stays { is_known() } else { left > 0 } {
            left = left.saturating_sub(1);
            if workshop.script("SELECT 1").await.is_err() {
                ledger.lock().unwrap().killed.insert(id.clone());
                break;
            }
            tokio::task::yield_now().await;
        }
        workshop.close().await;
    }
}

#[tokio::test]
async fn in_a_thousand_rounds_of_sessions_that_come_and_go_only_who_is_meant_is_ended() {
    const ROUNDS: usize = 1000;
    let test = Arc::new(common::empty_database().await);
    let database = as_login(&test, LoginKind::Superuser).await;
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let coming: Vec<_> = [true, false, false]
        .map(|stays| tokio::spawn(come_and_go(stays, Arc::clone(&test), Arc::clone(&ledger))))
        .into();
    let mut ended = HashSet::new();
    let mut missed = 0;
    let mut round = 0;
    while round < ROUNDS {
        let known = ledger.lock().unwrap().known.clone();
        // The newest one, or one that was seen a while ago and may be gone by now.
        let old = known.get(round % known.len().max(1));
        let (Some(old), Some(newest)) = (old, known.last()) else {
            tokio::task::yield_now().await;
            continue;
        };
        round += 1;
        let session = |id: SessionId| Session {
            id,
            role: None,
            database: None,
            application: None,
            client: None,
            state: None,
            transaction: None,
            query: None,
            waiters: Vec::new(),
            refusal: None,
            superuser: true,
        };
        if round % 2 == 0 {
            // The number was given to another session meanwhile: that one must live.
            let stale =
                SessionId { pid: newest.pid, backend_start: known[0].backend_start.clone() };
            if stale != *newest {
                let problem = end(&database, Act::Terminate, session(stale)).await.unwrap_err();
                assert_eq!(problem.kind, Kind::Missing);
            }
        } else if round % 5 == 0 {
            let meant = if round % 3 == 0 { old } else { newest };
            match end(&database, Act::Terminate, session(meant.clone())).await {
                Ok(_) => {
                    ended.insert(meant.clone());
                }
                Err(problem) => {
                    assert_eq!(problem.kind, Kind::Missing, "{problem}");
                    missed += 1;
                }
            }
        } else {
            tokio::task::yield_now().await;
        }
    }
    ledger.lock().unwrap().over = true;
    for task in coming {
        task.await.unwrap();
    }
    let killed = &ledger.lock().unwrap().killed;
    let strangers: Vec<_> = killed.difference(&ended).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    // It would be no test if nobody had been hit, or nobody missed.
    assert!(!killed.is_empty() && missed > 0, "{} hit, {missed} missed", killed.len());
}
