//! How long a statement may run that runs as somebody: the server stops it, and where its code goes on all the same, its session is ended.
//!
//! Code can catch a cancel (`WHEN query_canceled`) as it can catch an error; that its session is ended it cannot catch.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{Kind, Problem, Run, lane::Lane, wire::Wire};

/// How long a statement has to end after it was told to.
const GRACE: Duration = Duration::from_secs(1);

/// Sets the longest time that a statement may run, unless the login, the database or the server set a shorter one; for the length of a transaction.
///
/// It runs where the search path is the login's own. An operator without a schema would be whichever there fits these types exactly, and the server has
/// none that does: anybody who may make something in a schema of that path could have code of theirs run as the login.
pub(super) const LIMIT: &str = "SELECT pg_catalog.set_config('statement_timeout', '60s', true) \
     FROM pg_catalog.date_part('epoch', pg_catalog.current_setting('statement_timeout')::pg_catalog.interval) AS s \
     WHERE s OPERATOR(pg_catalog.<) 0.001 OR s OPERATOR(pg_catalog.>) 60";

/// Who works on a statement, and how long it may.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worker<'a> {
    run: &'a Run,
    lane: &'a Arc<Lane>,
    pid: i32,
    limit: Option<Duration>,
}

impl<'a> Worker<'a> {
    /// The session behind `wire`.
    pub(super) const fn on(wire: &Wire, lane: &'a Arc<Lane>, run: &'a Run) -> Self {
        Self { run, lane, pid: wire.pid(), limit: wire.limit() }
    }

    /// Waits for `work`, a statement of this session.
    pub(super) async fn bounded<T>(
        self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        self.run.begin(self.pid, self.lane).await?;
        let mut work = pin!(work);
        let outcome = tokio::select! {
            outcome = &mut work => outcome,
            () = self.overdue() => {
                // Where even this fails the statement is what decides how long it takes.
                drop(self.lane.end_backend(self.pid).await);
                match work.await {
                    Err(problem) if problem.kind == Kind::Connection => Err(went_on()),
                    outcome => outcome,
                }
            }
        };
        self.run.end().await;
        outcome
    }

    /// Ends when the statement should have ended, of itself or because it was told to.
    async fn overdue(self) {
        let late = async {
            match self.limit {
                Some(limit) => sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = late => {}
            () = self.run.cancelled() => {}
        }
        sleep(GRACE).await;
    }
}

fn went_on() -> Problem {
    Problem::new(
        Kind::Cancelled,
        "the statement went on after it was told to stop; its session was ended",
    )
    .hint("a function that it calls catches `query_canceled`, and should not")
}
