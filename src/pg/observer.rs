//! The operator's own look: program-written SQL over base tables, in a read-only transaction with short timeouts.
//!
//! The role is never changed here, and `row_security = off` makes a filtered answer an error instead of a silent half.

use super::{
    Problem, Rows, Run, Sql, converting,
    lane::{Lane, is_of_names, renamed},
    probe::Probe,
    wire::Names,
};
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
    text.push_str("; ");
    text.push_str(converting::QUESTION);
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
///
/// Where a name that a statement has here turns out to be somebody else's, nothing of the answer counts, and it is asked once more without names.
pub(super) async fn read(
    lane: &Arc<Lane>,
    probe: &Probe,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Problem> {
    let (opening, login) = (opening(probe), &probe.login);
    let mut outcome = ask(lane, &opening, login, statements, run).await;
    if matches!(outcome, Err(Asked::Renamed)) {
        outcome = ask(lane, &opening, login, statements, run).await;
    }
    outcome.map_err(|asked| asked.into_problem().for_role(&probe.login))
}

/// Why there is no answer.
enum Asked {
    Failed(Problem),
    /// Names are not what we made them; there are none from now on.
    Renamed,
}

impl Asked {
    fn into_problem(self) -> Problem {
        match self {
            Self::Failed(problem) => problem,
            Self::Renamed => renamed(),
        }
    }
}

async fn ask(
    lane: &Arc<Lane>,
    opening: &str,
    login: &str,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Asked> {
    let mut wire = lane.begin(opening).await.map_err(Asked::Failed)?;
    let named = *wire.names() != Names::None;
    let outcome = async {
        run.begin(wire.pid(), lane).await?;
        if let Some(casts) = converting::take(&mut wire.take_told()) {
            converting::refuse(&mut wire, lane, login, &casts, statements).await?;
        }
        let mut answers = Vec::with_capacity(statements.len());
        for statement in statements {
            answers.push(wire.fetch(statement).await?);
        }
        Ok(answers)
    }
    .await;
    run.end().await;
    let ended = lane.end(wire).await;
    match outcome {
        Ok(answers) => ended.map(|()| answers).map_err(|_| Asked::Renamed),
        Err(problem) if named && is_of_names(&problem) => {
            lane.forgo_names();
            Err(Asked::Renamed)
        }
        Err(problem) => Err(Asked::Failed(problem)),
    }
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
    let statements = std::slice::from_ref(statement);
    let login = &probe.login;
    let mut outcome = ask(lane, SAMPLING, login, statements, run).await;
    if matches!(outcome, Err(Asked::Renamed)) {
        outcome = ask(lane, SAMPLING, login, statements, run).await;
    }
    let mut rows = outcome.map_err(|asked| asked.into_problem().for_role(&probe.login))?;
    Ok(rows.pop().unwrap_or_default())
}
