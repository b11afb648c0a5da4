//! The connections of one login, and the control connection that cancels their statements.
//!
//! There is no pool task and no timer: a connection is opened when it is needed and kept when it is free. An idle program is idle.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::Mutex;

use super::{
    Kind, Login, Problem, Sql,
    guise::Guise,
    wire::{Found, Names, Wire},
};

/// How many free connections of one login are kept.
const KEPT: usize = 3;

/// What the driver sets `extra_float_digits` to when it connects, where nobody refuses it.
const DIGITS: &str = "2";

/// The connections of one login.
#[derive(Debug)]
pub(super) struct Lane {
    login: Login,
    /// Whether a pooler stands between us and the server, so that no session belongs to us.
    pooled: AtomicBool,
    purpose: Use,
    /// Whether a statement may have a name here.
    names: AtomicBool,
    /// The casts of which it was found out that nobody else's code runs by them.
    harmless: std::sync::Mutex<Option<String>>,
    /// The one that was used last comes last.
    free: Mutex<Vec<Wire>>,
    control: Mutex<Option<Wire>>,
}

/// What the connections of a lane are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The program's own statements.
    Own,
    /// Statements that run as somebody, and with them code that somebody wrote. What it leaves behind on a session, such as a prepared statement with
    /// the name of one of ours, outlives the transaction; so nothing else ever runs there, and names are nobody's or one identity's ([`Names`]).
    Somebody,
}

/// What sort of connection is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    names: Names,
    /// Whether no identity setting may ever have been made on it.
    untouched: bool,
}

impl Lane {
    /// Opens the first connection, finding out whether a pooler is in between.
    pub(super) async fn open(login: Login, purpose: Use) -> Result<Arc<Self>, Problem> {
        let first = if purpose == Use::Own { Names::Ours } else { Names::None };
        let (wire, pooled) = match Wire::open(&login, false, first).await {
            Ok(wire) => (wire, false),
            // PgBouncer refuses the driver's start-up settings; a server behind it accepts none of its own (facts: pooled connections).
            Err(problem) if problem.sqlstate.as_deref() == Some("08P01") => {
                (Wire::open(&login, true, Names::None).await?, true)
            }
            Err(problem) => return Err(problem),
        };
        let (free, control) = (Mutex::new(vec![wire]), Mutex::new(None));
        // Names belong to a session, which behind a pooler is not ours.
        let (names, pooled) = (AtomicBool::new(!pooled), AtomicBool::new(pooled));
        let harmless = std::sync::Mutex::default();
        Ok(Arc::new(Self { login, pooled, purpose, names, harmless, free, control }))
    }

    pub(super) fn login(&self) -> &Login {
        &self.login
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.pooled.load(Ordering::Relaxed)
    }

    /// Judges by `digits`, the `extra_float_digits` of a session, whether a pooler stands in between that swallows what the driver asks for when it connects.
    pub(super) fn judge(&self, digits: Option<&str>) {
        if digits != Some(DIGITS) {
            self.is_shared();
        }
    }

    /// Notes that a pooler stands in between after all.
    pub(super) fn is_shared(&self) {
        self.pooled.store(true, Ordering::Relaxed);
        self.forgo_names();
    }

    /// Lets no statement have a name here from now on.
    pub(super) fn forgo_names(&self) {
        self.names.store(false, Ordering::Relaxed);
    }

    /// Notes that nobody else's code runs by `casts`.
    pub(super) fn knows_harmless(&self, casts: &str) {
        if let Ok(mut harmless) = self.harmless.lock() {
            *harmless = Some(casts.to_owned());
        }
    }

    /// Whether that was noted.
    pub(super) fn has_harmless(&self, casts: &str) -> bool {
        self.harmless.lock().is_ok_and(|harmless| harmless.as_deref() == Some(casts))
    }

    /// Whether a statement may have a name here.
    pub(super) fn has_names(&self) -> bool {
        self.names.load(Ordering::Relaxed)
    }

    /// A free connection, or a new one.
    pub(super) async fn take(&self) -> Result<Wire, Problem> {
        self.take_for(&self.wanted()).await
    }

    /// A connection on which `opening`, which begins a transaction and does nothing else, has run, and of which it is known what backend has it.
    ///
    /// A kept connection may turn out dead only now. Nothing has begun then, so a new one takes its place; later it would be too late for that.
    pub(super) async fn begin(&self, opening: &str) -> Result<Wire, Problem> {
        self.begin_for(&self.wanted(), opening).await
    }

    /// The same on a connection on which nothing has a name, and no identity setting was ever made if `untouched`.
    pub(super) async fn begin_nameless(
        &self,
        untouched: bool,
        opening: &str,
    ) -> Result<Wire, Problem> {
        self.begin_for(&Wanted { names: Names::None, untouched }, opening).await
    }

    /// The same on a connection on which nothing but what `guise` is shown has a name, if names may be had.
    pub(super) async fn begin_as(
        &self,
        guise: Guise,
        untouched: bool,
        opening: &str,
    ) -> Result<Wire, Problem> {
        let names = if self.has_names() { Names::Of(guise) } else { Names::None };
        self.begin_for(&Wanted { names, untouched }, opening).await
    }

    /// The same on a new connection that was never used before, for code of others that runs as the operator; it is not to be given back.
    pub(super) async fn begin_alone(&self, opening: &str) -> Result<Wire, Problem> {
        let mut wire = self.fresh(&Wanted { names: Names::None, untouched: true }).await?;
        wire.open_on(opening).await?;
        Ok(wire)
    }

    /// What is wanted where nobody's identity is taken, or for a while only.
    fn wanted(&self) -> Wanted {
        let ours = self.purpose == Use::Own && self.has_names();
        Wanted { names: if ours { Names::Ours } else { Names::None }, untouched: false }
    }

    async fn begin_for(&self, wanted: &Wanted, opening: &str) -> Result<Wire, Problem> {
        let mut wire = self.take_for(wanted).await?;
        let found = wire.open_on(opening).await;
        match found {
            Ok(Found::Other) => self.is_shared(),
            Ok(Found::Renamed) => self.forgo_names(),
            Ok(Found::Same) | Err(_) => {}
        }
        match found {
            // A name that we gave is on another session, or is somebody else's now. This one is given up first: a pooler may have no other session to give.
            Ok(Found::Other | Found::Renamed) if *wire.names() != Names::None => {
                wire.close().await;
                self.begin_fresh(&Wanted { names: Names::None, ..wanted.clone() }, opening).await
            }
            Ok(_) => Ok(wire),
            Err(problem) if problem.kind == Kind::Connection && wire.is_kept() => {
                drop(wire);
                self.begin_fresh(wanted, opening).await
            }
            Err(problem) => Err(problem),
        }
    }

    /// The same on a new connection. Where one connection died, the others did too.
    async fn begin_fresh(&self, wanted: &Wanted, opening: &str) -> Result<Wire, Problem> {
        self.free.lock().await.clear();
        let mut wire = self.fresh(wanted).await?;
        wire.open_on(opening).await?;
        Ok(wire)
    }

    async fn take_for(&self, wanted: &Wanted) -> Result<Wire, Problem> {
        let free = choose(&mut *self.free.lock().await, wanted);
        let Some(mut wire) = free else { return self.fresh(wanted).await };
        match wire.rename(wanted.names.clone()).await {
            Ok(()) => Ok(wire),
            Err(problem) if problem.kind == Kind::Connection => self.fresh(wanted).await,
            Err(problem) => Err(problem),
        }
    }

    /// A connection on which nothing ever ran.
    async fn fresh(&self, wanted: &Wanted) -> Result<Wire, Problem> {
        Wire::open(&self.login, self.is_pooled(), wanted.names.clone()).await
    }

    /// Rolls back what was begun on `wire` as the login itself, and keeps it. Fails if something else than us named statements there or took names away:
    /// then nobody knows what ran, and nothing has a name from now on.
    pub(super) async fn end(&self, mut wire: Wire) -> Result<(), Problem> {
        match wire.roll_back().await {
            Some(true) => self.give_back(wire).await,
            Some(false) => {
                self.forgo_names();
                wire.close().await;
                return Err(renamed());
            }
            // A connection that cannot even roll back is dropped; the answer counts all the same.
            None => {}
        }
        Ok(())
    }

    /// Keeps `wire` for the next question.
    pub(super) async fn give_back(&self, mut wire: Wire) {
        wire.keep();
        // What the driver knows of types it may have learned under somebody's identity.
        if *wire.names() == Names::None && wire.forget_names().await.is_err() {
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
        // It begins nothing by which one would learn whose session it is.
        let wanted = Wanted { names: Names::None, untouched: false };
        let mut control = self.control.lock().await;
        let mut wire = match control.take() {
            Some(wire) => wire,
            None => self.fresh(&wanted).await?,
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
                let mut wire = self.fresh(&wanted).await?;
                wire.fetch(&sql).await?;
                *control = Some(wire);
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

/// Whether `problem` is that a name is taken (42P05), or that nothing has it (26000).
pub(super) fn is_of_names(problem: &Problem) -> bool {
    matches!(problem.sqlstate.as_deref(), Some("42P05" | "26000"))
}

/// Names of statements are not what we made them.
pub(super) fn renamed() -> Problem {
    Problem::new(Kind::Permission, "prepared statements changed while the statement ran")
        .hint("a function that ran made some or took some away; no row of it is shown")
}

/// The one of `free` that needs least to be what is `wanted`: it has these names already, or none, or else it was not used for the longest time.
fn choose(free: &mut Vec<Wire>, wanted: &Wanted) -> Option<Wire> {
    let will_do = |wire: &Wire| !(wanted.untouched && wire.is_touched());
    let at = free
        .iter()
        .rposition(|wire| will_do(wire) && *wire.names() == wanted.names)
        .or_else(|| free.iter().rposition(|wire| will_do(wire) && *wire.names() == Names::None))
        .or_else(|| free.iter().position(will_do))?;
    Some(free.remove(at))
}
