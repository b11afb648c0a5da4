//! The operator's own look: program-written SQL over base tables, in a read-only transaction with short timeouts.
//!
//! The role is never changed here, and `row_security = off` makes a filtered answer an error instead of a silent half.

use super::{Problem, Rows, Run, Sql, lane::Lane, probe::Probe};
use std::sync::Arc;

/// What is set for the length of one transaction, in the round trip that begins it.
fn opening(probe: &Probe) -> String {
    let mut text = "BEGIN READ ONLY; SET LOCAL search_path = ''; SET LOCAL row_security = off; SET LOCAL statement_timeout = '60s'; \
                    SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'; SET LOCAL TimeZone = 'UTC'"
        .to_owned();
    if probe.restricts_relations {
        // A view or foreign table would run code that its owner wrote, with this login's rights.
        text.push_str("; SET LOCAL restrict_nonsystem_relation_kind = 'view, foreign-table'");
    }
    text
}

/// The same for a trial, which is told the name under which others find its snapshot: one state of the data, printed so that every value reads back as itself (PostgreSQL documentation, 8.1.3 and 20.11.2).
pub(super) fn opening_of_trial(probe: &Probe) -> String {
    let opening = opening(probe)
        .replace("BEGIN READ ONLY", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        // It waits while somebody's statements run.
        .replace(
            "idle_in_transaction_session_timeout = '30s'",
            "idle_in_transaction_session_timeout = '5min'",
        );
    format!(
        "{opening}; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 3; \
         SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; SELECT pg_catalog.pg_export_snapshot(); SAVEPOINT purview"
    )
}

/// Runs `statements` in one transaction and returns the rows of each.
pub(super) async fn read(
    lane: &Arc<Lane>,
    probe: &Probe,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Problem> {
    let mut wire = lane.begin(&opening(probe)).await?;
    let outcome = async {
        run.begin(wire.pid(), lane).await?;
        let mut answers = Vec::with_capacity(statements.len());
        for statement in statements {
            answers.push(wire.fetch(statement).await?);
        }
        Ok(answers)
    }
    .await;
    run.end().await;
    // A connection that cannot even roll back is dropped; the answer counts all the same.
    if wire.batch("ROLLBACK").await.is_ok() {
        lane.give_back(wire).await;
    }
    outcome.map_err(|problem: Problem| problem.for_role(&probe.login))
}

/// What is set for a look at the server: it is over soon or not at all, waits for nobody's lock, and compiles nothing for a moment's use. A time limit that
/// the login, the database or the server set stays where it is shorter.
const SAMPLING: &str = "BEGIN READ ONLY; SET LOCAL search_path = ''; \
                        SELECT pg_catalog.set_config('statement_timeout', '10s', true) \
                          WHERE pg_catalog.date_part('epoch', pg_catalog.current_setting('statement_timeout')::pg_catalog.interval) NOT BETWEEN 0.001 AND 10; \
                        SET LOCAL lock_timeout = '500ms'; SET LOCAL idle_in_transaction_session_timeout = '10s'; SET LOCAL TimeZone = 'UTC'; \
                        SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// Runs one statement about the server's own statistics in a transaction of its own: in a longer one they would stand still
/// (PostgreSQL documentation, 27.2.2), and an open snapshot would hold back vacuum.
pub(super) async fn sample(
    lane: &Arc<Lane>,
    probe: &Probe,
    statement: &Sql,
    run: &Run,
) -> Result<Rows, Problem> {
    let mut wire = lane.begin(SAMPLING).await?;
    let outcome = async {
        run.begin(wire.pid(), lane).await?;
        wire.fetch(statement).await
    }
    .await;
    run.end().await;
    if wire.batch("ROLLBACK").await.is_ok() {
        lane.give_back(wire).await;
    }
    outcome.map_err(|problem| problem.for_role(&probe.login))
}
