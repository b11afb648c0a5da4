//! The connections of one login, and the control connection that cancels their statements.
//!
//! There is no pool task and no timer: a connection is opened when it is needed and kept when it is free. An idle program is idle.

use std::{sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, postgres::PgRow};
use tokio::sync::Mutex;

use super::{Kind, Login, Problem, Row, Rows, Sql, rows};

/// How many free connections of one login are kept.
const KEPT: usize = 3;

/// The connections of one login.
#[derive(Debug)]
pub(super) struct Lane {
    login: Login,
    /// Whether a pooler stands between us and the server, so that no session belongs to us.
    pooled: bool,
    purpose: Use,
    free: Mutex<Vec<Wire>>,
    control: Mutex<Option<Wire>>,
}

/// What the connections of a lane are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The program's own statements.
    Own,
    /// Statements that run as somebody, and with them code that somebody wrote. What it leaves behind on a session, such as a prepared statement with
    /// the name of one of ours, outlives the transaction; so nothing else ever runs there, and no statement of ours has a name.
    Somebody,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Wire {
    connection: PgConnection,
    /// The backend behind it, known once something was begun; behind a pooler it differs from transaction to transaction.
    pid: i32,
    /// Whether statements are named on the server, so that they need not be read by it again.
    names: bool,
    /// How long the server lets a statement of what was begun here run, if there is an end to it.
    limit: Option<Duration>,
    /// Whether it was used before, so that it may have died meanwhile.
    kept: bool,
    /// Whether an identity setting was ever made on it: "never set" cannot be had here any more.
    touched: bool,
    /// What the server answered to the opening.
    told: Vec<Row>,
}

impl Lane {
    /// Opens the first connection, finding out whether a pooler is in between.
    pub(super) async fn open(login: Login, purpose: Use) -> Result<Arc<Self>, Problem> {
        let first = Wire::open(&login, false, purpose).await;
        let (wire, pooled) = match first {
            Ok(wire) => (wire, false),
            // PgBouncer refuses the driver's start-up settings; a server behind it accepts none of its own (facts: pooled connections).
            Err(problem) if problem.sqlstate.as_deref() == Some("08P01") => {
                (Wire::open(&login, true, purpose).await?, true)
            }
            Err(problem) => return Err(problem),
        };
        let (free, control) = (Mutex::new(vec![wire]), Mutex::new(None));
        Ok(Arc::new(Self { login, pooled, purpose, free, control }))
    }

    pub(super) fn login(&self) -> &Login {
        &self.login
    }

    pub(super) const fn is_pooled(&self) -> bool {
        self.pooled
    }

    /// A free connection, or a new one.
    pub(super) async fn take(&self) -> Result<Wire, Problem> {
        let free = self.free.lock().await.pop();
        match free {
            Some(wire) => Ok(wire),
            None => self.fresh().await,
        }
    }

    /// A connection on which `opening`, which begins a transaction and does nothing else, has run, and of which it is known what backend has it.
    ///
    /// A kept connection may turn out dead only now. Nothing has begun then, so a new one takes its place; later it would be too late for that.
    pub(super) async fn begin(&self, opening: &str) -> Result<Wire, Problem> {
        let wire = self.take().await?;
        self.open_on(wire, opening).await
    }

    /// The same on a connection on which no identity setting was ever made.
    pub(super) async fn begin_untouched(&self, opening: &str) -> Result<Wire, Problem> {
        let mut free = self.free.lock().await;
        let untouched = free.iter().position(|wire| !wire.touched).map(|at| free.swap_remove(at));
        drop(free);
        let wire = match untouched {
            Some(wire) => wire,
            None => self.fresh().await?,
        };
        self.open_on(wire, opening).await
    }

    /// The same on a connection of its own, which is not to be given back.
    pub(super) async fn begin_alone(&self, opening: &str) -> Result<Wire, Problem> {
        let mut wire = Wire::open(&self.login, self.pooled, Use::Somebody).await?;
        wire.open_on(opening).await?;
        Ok(wire)
    }

    async fn open_on(&self, mut wire: Wire, opening: &str) -> Result<Wire, Problem> {
        match wire.open_on(opening).await {
            Ok(()) => Ok(wire),
            Err(problem) if problem.kind == Kind::Connection && wire.kept => {
                // Where one connection died, the others did too.
                self.free.lock().await.clear();
                let mut wire = self.fresh().await?;
                wire.open_on(opening).await?;
                Ok(wire)
            }
            Err(problem) => Err(problem),
        }
    }

    /// A connection on which nothing ever ran.
    async fn fresh(&self) -> Result<Wire, Problem> {
        Wire::open(&self.login, self.pooled, self.purpose).await
    }

    /// Keeps `wire` for the next question.
    pub(super) async fn give_back(&self, mut wire: Wire) {
        wire.kept = true;
        // The driver names questions of its own about types; what it knows of them is no longer there.
        if !wire.names && wire.connection.clear_cached_statements().await.is_err() {
            return;
        }
        let mut free = self.free.lock().await;
        if free.len() < KEPT {
            free.push(wire);
        }
    }

    /// Asks the server, from the control connection, to cancel what the backend `pid` does.
    ///
    /// The control connection is of the same login as the backend and never changes its role, so that no further right is needed.
    pub(super) async fn cancel_backend(&self, pid: i32) -> Result<(), Problem> {
        self.signal("SELECT pg_catalog.pg_cancel_backend(", pid).await
    }

    /// Asks the server in the same way to end the session of the backend `pid`, which no code that runs there can catch.
    pub(super) async fn end_backend(&self, pid: i32) -> Result<(), Problem> {
        self.signal("SELECT pg_catalog.pg_terminate_backend(", pid).await
    }

    async fn signal(&self, call: &'static str, pid: i32) -> Result<(), Problem> {
        let mut control = self.control.lock().await;
        let mut wire = match control.take() {
            Some(wire) => wire,
            None => self.fresh().await?,
        };
        let mut sql = Sql::new(call);
        sql.bind(Some(&pid.to_string()), "pg_catalog.int4").push(")");
        match wire.fetch(&sql).await {
            Ok(_) => {
                *control = Some(wire);
                Ok(())
            }
            // The control connection itself was lost: once more on a new one.
            Err(problem) if problem.kind == Kind::Connection => {
                let mut wire = self.fresh().await?;
                wire.fetch(&sql).await?;
                *control = Some(wire);
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

impl Wire {
    async fn open(login: &Login, pooled: bool, purpose: Use) -> Result<Self, Problem> {
        let connection = login.connect(pooled).await?;
        // Names belong to a session, which behind a pooler is not ours.
        let names = !pooled && purpose == Use::Own;
        Ok(Self {
            connection,
            pid: 0,
            limit: None,
            names,
            kept: false,
            touched: false,
            told: Vec::new(),
        })
    }

    /// A connection that no lane keeps, and that logs no statement.
    pub(super) async fn quiet(login: &Login) -> Result<Self, Problem> {
        Self::open(login, false, Use::Own).await
    }

    /// Notes that an identity setting was made here.
    pub(super) const fn touch(&mut self) {
        self.touched = true;
    }

    /// What the server answered to the opening.
    pub(super) fn take_told(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.told)
    }

    /// The process id of the backend that has what was begun here.
    pub(super) const fn pid(&self) -> i32 {
        self.pid
    }

    /// How long the server lets a statement run, if there is an end to it.
    pub(super) const fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Runs `opening` and learns which backend has it and how long its statements may take, in one round trip.
    ///
    /// What the opening itself was told is kept until somebody [takes](Self::take_told) it.
    async fn open_on(&mut self, opening: &str) -> Result<(), Problem> {
        const TOLD: &str = "SELECT pg_catalog.pg_backend_pid(), \
             pg_catalog.date_part('epoch', pg_catalog.current_setting('statement_timeout')::pg_catalog.interval)";
        let mut rows = self.batch(&format!("{opening}; {TOLD}")).await?;
        let told = rows.pop().and_then(|row| <[_; 2]>::try_from(row).ok());
        self.told = rows;
        let [Some(pid), Some(seconds)] = told.unwrap_or_default() else {
            return Err(Problem::bug("the server did not tell its process id"));
        };
        self.pid = pid.parse().map_err(|_| Problem::bug("a process id that is no number"))?;
        let seconds = seconds.parse().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
        self.limit = seconds.filter(|limit| !limit.is_zero());
        Ok(())
    }

    /// Runs one statement by the extended protocol: one statement a message, values bound.
    pub(super) async fn fetch(&mut self, sql: &Sql) -> Result<Rows, Problem> {
        let (text, binds) = sql.render();
        self.fetch_text(text, binds).await
    }

    pub(super) async fn fetch_text(
        &mut self,
        text: String,
        binds: Vec<Option<String>>,
    ) -> Result<Rows, Problem> {
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(self.names);
        for bind in binds {
            query = query.bind(bind);
        }
        let rows: Vec<PgRow> = query.fetch_all(&mut self.connection).await?;
        Ok(Rows::read(&rows)?)
    }

    /// Runs a statement that returns no rows, and says how many it touched.
    pub(super) async fn execute(&mut self, sql: &Sql) -> Result<u64, Problem> {
        let (text, binds) = sql.render();
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
        for bind in binds {
            query = query.bind(bind);
        }
        Ok(query.execute(&mut self.connection).await?.rows_affected())
    }

    /// Runs the program's own fixed statements in one round trip, by the simple protocol.
    ///
    /// For the brackets around a transaction only: no value and nothing that a person typed ever comes here.
    pub(super) async fn batch(&mut self, statements: &str) -> Result<Vec<Row>, Problem> {
        let raw = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        let fetched: Vec<PgRow> = self.connection.fetch_all(raw).await?;
        Ok(fetched.iter().map(rows::row).collect::<Result<_, _>>()?)
    }

    /// Runs a statement without values by the simple protocol. Only for one of which the server itself has said that it is one.
    pub(super) async fn at_once(&mut self, sql: &Sql) -> Result<Rows, Problem> {
        let rows = self.batch(&sql.render().0).await?;
        let columns = rows.first().map(|row| vec!["c".to_owned(); row.len()]);
        Ok(Rows { columns: columns.unwrap_or_default(), rows })
    }

    /// Says goodbye to the server.
    pub(super) async fn close(self) {
        // A connection that is being dropped has nothing left to lose.
        drop(self.connection.close().await);
    }
}
