//! A session in which databases are built: whole files at once, as whoever owns what is built.
//!
//! Not for looking and not for acting: it has no fence and no timeout of its own. Only the demo and the migration runner open one, and `tests/tidy.rs`
//! keeps it out of the faces. One that is opened through a [`Door`](super::Door) is cancelled with the question that it serves.

use std::sync::Arc;

use super::{
    Kind, Login, Problem, Row, Rows, Run, Sql,
    lane::{Lane, Use},
    wire::Wire,
};

/// One connection of a builder; it closes when it is dropped, and with it goes every lock it held.
#[derive(Debug)]
pub struct Workshop {
    wire: Wire,
    /// The question that it serves, and the connections from which it is cancelled.
    serves: Option<(Run, Arc<Lane>)>,
    pid: i32,
}

impl Workshop {
    /// Connects as `login`.
    pub(crate) async fn open(login: &Login) -> Result<Self, Problem> {
        Ok(Self { wire: Wire::quiet(login).await?, serves: None, pid: 0 })
    }

    /// Connects as `login`, to a server that can be written to and with nothing in between; `run` cancels what it does.
    pub(super) async fn serving(login: &Login, run: &Run) -> Result<Self, Problem> {
        const WHERE: &str = "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery()::pg_catalog.text, \
                             pg_catalog.current_setting('extra_float_digits')";
        let lane = Lane::open(login.clone(), Use::Own).await?;
        let mut wire = lane.take().await?;
        let told = wire.batch(WHERE).await?.pop().unwrap_or_default();
        let [Some(pid), Some(standby), digits] = told.as_slice() else {
            return Err(Problem::bug("the server did not tell its process id"));
        };
        lane.judge(digits.as_deref());
        if lane.is_pooled() {
            return Err(refused(
                "a pooler stands in between, where a session's lock belongs to nobody",
            )
            .hint("connect to the server itself, past the pooler"));
        }
        if standby == "true" {
            return Err(refused("the server is a standby, which nobody can write to")
                .hint("connect to the primary, for example with `target_session_attrs=primary`"));
        }
        let pid = pid.parse().map_err(|_| Problem::bug("a process id that is no number"))?;
        Ok(Self { wire, serves: Some((run.clone(), lane)), pid })
    }

    /// The process id of its session, where it serves a question.
    pub const fn pid(&self) -> i32 {
        self.pid
    }

    /// Runs a whole file as one message of the simple protocol, so that it is one transaction unless it says otherwise, and returns the rows it gave.
    pub async fn script(&mut self, text: &str) -> Result<Vec<Row>, Problem> {
        self.begin().await?;
        let outcome = self.wire.batch(text).await;
        self.end().await;
        outcome
    }

    /// Runs one statement with bound values and returns its rows, which must be text.
    pub async fn fetch(&mut self, statement: &Sql) -> Result<Rows, Problem> {
        self.begin().await?;
        let outcome = self.wire.fetch(statement).await;
        self.end().await;
        outcome
    }

    /// Runs one statement with bound values and returns how many rows it touched.
    pub async fn execute(&mut self, statement: &Sql) -> Result<u64, Problem> {
        self.begin().await?;
        let outcome = self.wire.execute(statement).await;
        self.end().await;
        outcome
    }

    /// Undoes what was begun and not committed, although nobody wants an answer any more.
    pub async fn undo(&mut self) -> Result<(), Problem> {
        self.wire.batch("ROLLBACK; RESET ALL; RESET ROLE").await.map(drop)
    }

    /// Says goodbye, so that the server has forgotten the session when this returns.
    pub async fn close(self) {
        self.wire.close().await;
    }

    async fn begin(&self) -> Result<(), Problem> {
        match &self.serves {
            Some((run, lane)) => run.begin(self.pid, lane).await,
            None => Ok(()),
        }
    }

    async fn end(&self) {
        if let Some((run, _)) = &self.serves {
            run.end().await;
        }
    }
}

fn refused(summary: &str) -> Problem {
    Problem::new(Kind::Refused, format!("nothing is migrated through here: {summary}"))
}
