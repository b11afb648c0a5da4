//! One session, looked at before it is ended: what it does, whom that would free, and why it must not be ended.

use std::{sync::Arc, time::Duration};

use super::{capability::grant, veil};
use crate::{
    database::Database,
    pg::{Identity, Kind, Probe, Problem, Row, Run, Sql},
    question::Question,
};

/// A session and no other: process ids are used again, the time of a start together with one is not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionId {
    /// Its process id.
    pub pid: i32,
    /// Since when it exists, as the server prints it.
    pub backend_start: String,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// As whom it logged in.
    pub role: Option<String>,
    /// To which database.
    pub database: Option<String>,
    /// What the program at its other end calls itself.
    pub application: Option<String>,
    /// Where that is.
    pub client: Option<String>,
    /// What it does.
    pub state: Option<String>,
    /// For how long its transaction lasts.
    pub transaction: Option<Duration>,
    /// Its last statement.
    pub query: Option<String>,
    /// Who waits for it.
    pub waiters: Vec<Waiter>,
    /// Why it is not to be ended.
    pub refusal: Option<Problem>,
    /// Whether its login is a superuser.
    pub superuser: bool,
}

/// A session that waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiter {
    /// Its process id.
    pub pid: i32,
    /// As whom it logged in.
    pub role: Option<String>,
    /// Who else it waits for: only without any it would go on.
    pub others: Vec<i32>,
}

/// Which session has this process id?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The process id.
    pub pid: i32,
    /// Since when the session exists that is meant; whichever it is now when absent.
    pub backend_start: Option<String>,
}

impl Session {
    /// Who would go on if it ended its transaction.
    pub fn frees(&self) -> impl Iterator<Item = &Waiter> {
        self.waiters.iter().filter(|waiter| waiter.others.is_empty())
    }

    /// Whether it has nothing to cancel: it waits for its client, and only its end would let go of its locks.
    pub fn is_idle(&self) -> bool {
        self.state.as_deref().is_some_and(|state| state.starts_with("idle"))
    }
}

impl Question for Target {
    type Answer = Session;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Session, Problem> {
        let probe = database.door.probe();
        let rows = database.door.sample(&self.statement(), &run).await?;
        let (found, waiters): (Vec<Row>, Vec<Row>) =
            rows.rows.into_iter().partition(|row| pid(row) == Some(self.pid));
        let waiters = waiters.iter().filter_map(|row| self.waiter(row)).collect();
        let row = found.into_iter().next().ok_or_else(|| gone(self.pid))?;
        let session = read(&row, probe, waiters)?;
        match &self.backend_start {
            Some(meant) if *meant != session.id.backend_start => Err(gone(self.pid)),
            _ => Ok(session),
        }
    }
}

/// The session is not there any more.
pub(super) fn gone(pid: i32) -> Problem {
    Problem::new(
        Kind::Missing,
        format!("the session is gone, or its number has another one by now: {pid}"),
    )
    .hint("`purview get activity` lists those that are there")
}

impl Target {
    /// The session itself and those that wait for it.
    fn statement(&self) -> Sql {
        let pid = self.pid.to_string();
        let mut sql = Sql::new(
            "SELECT t.pid::pg_catalog.text, t.backend_start::pg_catalog.text, t.role, t.database, t.application, t.client, t.state, \
             t.transaction_seconds::pg_catalog.text, t.query, t.backend_type, t.blocked_by::pg_catalog.text, \
             (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = t.role)::pg_catalog.text FROM (\n",
        );
        sql.push(include_str!("sql/activity.sql")).push(") t WHERE t.pid = ");
        sql.bind(Some(&pid), "pg_catalog.int4")
            .push(" OR t.blocked_by OPERATOR(pg_catalog.@>) pg_catalog.to_jsonb(");
        sql.bind(Some(&pid), "pg_catalog.int4").push(")");
        sql
    }

    fn waiter(&self, row: &Row) -> Option<Waiter> {
        let blockers: Vec<i32> = serde_json::from_str(cell(row, 10)?).ok()?;
        Some(Waiter {
            pid: pid(row)?,
            role: cell(row, 2).map(str::to_owned),
            others: blockers.into_iter().filter(|pid| *pid != self.pid).collect(),
        })
    }
}

fn cell(row: &Row, index: usize) -> Option<&str> {
    row.get(index)?.as_deref()
}

fn pid(row: &Row) -> Option<i32> {
    cell(row, 0)?.parse().ok()
}

fn read(row: &Row, probe: &Probe, waiters: Vec<Waiter>) -> Result<Session, Problem> {
    let owned = |index| cell(row, index).map(str::to_owned);
    let pid = pid(row).ok_or_else(|| Problem::bug("a session has no number"))?;
    let backend_start = cell(row, 1).ok_or_else(|| {
        Problem::new(Kind::Permission, format!("whose session it is cannot be seen: {pid}"))
            .hint(grant("pg_read_all_stats", &probe.login))
    })?;
    Ok(Session {
        id: SessionId { pid, backend_start: backend_start.to_owned() },
        role: owned(2),
        database: owned(3),
        application: owned(4),
        client: owned(5),
        state: owned(6),
        transaction: cell(row, 7)
            .and_then(|text| text.parse().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        query: cell(row, 8).map(|text| veil(text).into_owned()),
        waiters,
        refusal: refusal(pid, cell(row, 9).unwrap_or_default(), cell(row, 8).unwrap_or_default()),
        superuser: cell(row, 11) == Some("true"),
    })
}

/// Why a session of this sort must not be ended.
fn refusal(pid: i32, sort: &str, query: &str) -> Option<Problem> {
    let (why, hint) = match sort {
        "autovacuum worker" if query.contains(WRAPAROUND) => (
            "it keeps transaction numbers from running out".to_owned(),
            "let it finish: it would come back at once, and without it the server stops",
        ),
        "client backend" | "parallel worker" | "autovacuum worker" => return None,
        "walsender" => (
            "it sends changes to a standby or a subscriber".to_owned(),
            "stop whoever receives them; `:replication` shows who that is",
        ),
        other => (
            format!("it is a part of the server: {other}"),
            "only sessions of clients are ended from here",
        ),
    };
    Some(
        Problem::new(Kind::Refused, format!("the session is not ended, because {why} ({pid})"))
            .hint(hint),
    )
}

/// What a worker of autovacuum says of itself when it must not be disturbed (`autovac_report_activity` in `autovacuum.c`).
const WRAPAROUND: &str = "(to prevent wraparound)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_needs_is_not_ended() {
        let refused = |sort: &str, query: &str| refusal(7, sort, query).is_some();
        assert!(refused("walsender", "START_REPLICATION"));
        assert!(refused(
            "autovacuum worker",
            "autovacuum: VACUUM public.t (to prevent wraparound)"
        ));
        assert!(refused("logical replication launcher", ""));
        assert!(!refused("autovacuum worker", "autovacuum: VACUUM public.t"));
        assert!(!refused("client backend", "SELECT '(to prevent wraparound)'"));
    }

    #[test]
    fn only_who_waits_for_nobody_else_is_freed() {
        let target = Target { pid: 1, backend_start: None };
        let row = |pid: &str, blockers: &str| {
            let mut row: Row = vec![None; 12];
            (row[0], row[10]) = (Some(pid.into()), Some(blockers.into()));
            row
        };
        assert_eq!(target.waiter(&row("2", "[1]")).unwrap().others, Vec::<i32>::new());
        assert_eq!(target.waiter(&row("3", "[1, 2]")).unwrap().others, [2]);
    }
}
