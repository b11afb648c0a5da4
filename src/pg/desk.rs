//! A desk: where statements of somebody's own hand are planned, or run only to be measured, as the operator's login or as somebody else.
//!
//! One transaction that only reads and is rolled back; what fails there fails alone. As somebody else it stands behind the jail, because whoever types can
//! call what they like. As the operator's login it stands on a session of its own that ends with it, and what others wrote does not run with the operator's
//! rights: no view or foreign table is read, and no function called that somebody else made.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Acting, Door, Identity, Kind, Probe, Problem, Rows, Run, Said, Sql, Trial, Verbatim,
    bound::{LIMIT, Worker},
    lane::Lane,
    trial::fatal,
    typed, verbatim,
    wire::Wire,
};

/// A place for statements of somebody's own hand.
#[derive(Debug)]
pub struct Desk<'a> {
    door: &'a Door,
    run: Run,
    seat: Seat<'a>,
}

/// As whom.
#[derive(Debug)]
enum Seat<'a> {
    Somebody(Box<Trial<'a>>),
    Own(Box<Own<'a>>),
}

/// The operator's login, on a session that nothing else uses.
#[derive(Debug)]
struct Own<'a> {
    door: &'a Door,
    lane: Arc<Lane>,
    wire: Wire,
    run: Run,
}

/// What is asked of a plan.
const EXPLAIN: &str = "EXPLAIN (VERBOSE, SETTINGS, FORMAT JSON)";
/// The same for whatever values are left open.
const EXPLAIN_GENERIC: &str = "EXPLAIN (VERBOSE, SETTINGS, GENERIC_PLAN, FORMAT JSON)";
/// Since when the server has that.
const GENERIC_PLAN_SINCE: u32 = 16;
/// The same, and it runs.
const EXPLAIN_ANALYZE: &str = "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, FORMAT JSON)";
/// What is planned is planned for any value, not for the ones that a statement was given last.
const FOR_ANY_VALUE: &str = "SET LOCAL plan_cache_mode = 'force_generic_plan'";
/// Who the session is.
const WHO: &str = "SELECT current_user::pg_catalog.text, session_user::pg_catalog.text, pg_catalog.current_setting('transaction_read_only')";
/// Where a statement leads back to, whatever became of it.
const BACK: &str = "ROLLBACK TO SAVEPOINT purview";

impl<'a> Desk<'a> {
    /// Opens one for `verbatim`, as `identity`.
    pub(super) async fn open(
        door: &'a Door,
        lane: &Arc<Lane>,
        (identity, verbatim): (&Identity, &Verbatim),
        run: &Run,
    ) -> Result<Self, Problem> {
        let seat = match identity {
            Identity::Observer => {
                harmless(door, verbatim, run).await?;
                Seat::Own(Box::new(Own::open(door, lane, run).await?))
            }
            Identity::Acting(acting) => Seat::Somebody(Box::new(jailed(door, acting, run).await?)),
        };
        Ok(Self { door, run: run.clone(), seat })
    }

    /// Runs a statement of the program's own. Its failure does not close the desk.
    pub async fn ask(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        match &mut self.seat {
            Seat::Somebody(trial) => trial.act(statement).await,
            Seat::Own(own) => own.ask(statement, false).await,
        }
    }

    /// Plans `verbatim` for whatever values it leaves open.
    pub async fn plan(&mut self, verbatim: &Verbatim) -> Result<Said<Rows>, Problem> {
        if verbatim.parameters() == 0 {
            return self.ask(Sql::new(EXPLAIN).push(" ").verbatim(verbatim)).await;
        }
        let mut prepare = Sql::new("PREPARE purview_plan AS ");
        prepare.verbatim(verbatim);
        if let Err(problem) = self.ask(&prepare).await? {
            return Ok(Err(problem));
        }
        let planned = if self.door.probe().major() >= GENERIC_PLAN_SINCE {
            let mut explain = Sql::new(EXPLAIN_GENERIC);
            explain.push(" ").verbatim(verbatim);
            self.ask_at_once(&explain).await?
        } else {
            let mut explain = Sql::new(EXPLAIN);
            explain.push(" EXECUTE purview_plan(NULL");
            for _ in 1..verbatim.parameters() {
                explain.push(", NULL");
            }
            self.ask(explain.push(")")).await?
        };
        self.ask(&Sql::new("DEALLOCATE purview_plan")).await?.map(|_| planned)
    }

    /// Runs `verbatim` and says how that went; refuses what does more than read.
    pub async fn measure(&mut self, verbatim: &Verbatim) -> Result<Said<Rows>, Problem> {
        if verbatim.parameters() > 0 {
            return Err(Problem::usage("the statement leaves values open, and cannot be run: $1")
                .hint("put values in their place, or look at the plan for any of them"));
        }
        let typed = verbatim.to_run()?;
        if let Some(refusal) = typed::refused(&typed, self.door, &self.run).await? {
            return Err(verbatim::not_run(&refusal));
        }
        self.ask(Sql::new(EXPLAIN_ANALYZE).push(" ").verbatim(verbatim)).await
    }

    /// Runs a statement in one message without values: by the protocol for statements with values, those that it leaves open would be asked for. The
    /// server has prepared what was written already, so that it is known to be one statement.
    async fn ask_at_once(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        match &mut self.seat {
            Seat::Somebody(trial) => trial.act_at_once(statement).await,
            Seat::Own(own) => own.ask(statement, true).await,
        }
    }

    /// Closes it, and fails if there would be no record of what ran.
    pub async fn close(self) -> Result<(), Problem> {
        match self.seat {
            Seat::Somebody(trial) => trial.end().await,
            Seat::Own(own) => {
                own.close().await;
                Ok(())
            }
        }
    }
}

/// Operators that words and other signs stand for: `BETWEEN`, `IN`, `LIKE`, `USING (…)` and their like.
const IMPLIED: [&str; 12] =
    ["=", "<>", "<", ">", "<=", ">=", "~", "!~", "~~", "!~~", "~~*", "!~~*"];

/// Fails if `verbatim` could call what somebody else made, by whatever name or sign: planning alone may run it.
async fn harmless(door: &Door, verbatim: &Verbatim, run: &Run) -> Result<(), Problem> {
    if !verbatim.is_plain() {
        return Err(Problem::new(
            Kind::Permission,
            "what the statement calls cannot be told: a name in it is written in Unicode escapes, or something that cannot be seen stands between names",
        )
        .hint("write it more plainly, or act as somebody, behind the jail"));
    }
    let list = |names: BTreeSet<String>| names.into_iter().map(Some).collect::<Vec<_>>();
    let implied = IMPLIED.map(|sign| Some(sign.to_owned()));
    let mut sql = Sql::new("SELECT t.function, t.owner FROM (\n");
    sql.push(include_str!("sql/made_by_others.sql"));
    sql.push(") t WHERE CASE t.sort WHEN 'function' THEN t.name = ANY (");
    sql.bind_list(&list(verbatim.called()), "pg_catalog.text[]");
    sql.push(") WHEN 'operator' THEN t.name = ANY (").bind_list(&implied, "pg_catalog.text[]");
    sql.push(") OR pg_catalog.strpos(").bind(Some(verbatim.text()), "pg_catalog.text");
    sql.push(", t.name) > 0 WHEN 'type' THEN t.name = ANY (");
    sql.bind_list(&list(verbatim.names()), "pg_catalog.text[]");
    sql.push(") WHEN 'row' THEN t.name = ANY (");
    sql.bind_list(&list(verbatim.cast_to()), "pg_catalog.text[]")
        .push(") ELSE true END ORDER BY 1");
    let found = door.read(&Identity::Observer, &sql, run).await?;
    let Some([Some(function), Some(owner)]) = found.rows.first().map(Vec::as_slice) else {
        return Ok(());
    };
    let login = &door.probe().login;
    Err(Problem::new(
        Kind::Permission,
        format!("a function that {owner} made would run with the rights of `{login}`: {function}"),
    )
    .hint("act as somebody who calls it, behind the jail"))
}

/// Behind the jail.
async fn jailed<'a>(door: &'a Door, acting: &Arc<Acting>, run: &Run) -> Result<Trial<'a>, Problem> {
    let fence = door.fence().await?;
    if !fence.allows_free_sql() {
        let label = acting.label();
        return Err(Problem::new(
            Kind::Permission,
            format!("a statement of one's own runs as somebody else only behind a jail, and the fence around {label} is {fence}"),
        )
        .hint("`purview roles --print` makes a jail; it is named by `--acting-url`"));
    }
    let mut trial = door.trial(acting, run).await?;
    trial.plan_for_any_value(FOR_ANY_VALUE).await?;
    Ok(trial)
}

impl<'a> Own<'a> {
    async fn open(door: &'a Door, lane: &Arc<Lane>, run: &Run) -> Result<Self, Problem> {
        let wire = lane.begin_alone(&opening(door.probe())).await?;
        Ok(Self { door, lane: Arc::clone(lane), wire, run: run.clone() })
    }

    async fn ask(&mut self, statement: &Sql, at_once: bool) -> Result<Said<Rows>, Problem> {
        let worker = Worker::on(&self.wire, &self.lane, &self.run);
        let work = async {
            if at_once {
                self.wire.at_once(statement).await
            } else {
                self.wire.fetch(statement).await
            }
        };
        let outcome = fatal(worker.bounded(work).await)?;
        self.door.note_observed(statement, outcome.as_ref());
        let login = &self.door.probe().login;
        match outcome {
            Ok(rows) => {
                let found = self.wire.batch(&format!("{WHO}; {BACK}")).await?;
                let expected = [login.as_str(), login, "on"];
                let found = found.first().map(Vec::as_slice).unwrap_or_default();
                if found.iter().map(Option::as_deref).eq(expected.map(Some)) {
                    return Ok(Ok(rows));
                }
                Err(Problem::new(
                    Kind::Permission,
                    "the session was somebody else after the statement",
                )
                .hint("a function that it calls changed the role; no row of it is shown"))
            }
            Err(problem) => {
                self.wire.batch(BACK).await?;
                Ok(Err(problem.for_role(login)))
            }
        }
    }

    /// Whatever code that ran there left behind is gone with the session, but for what a pooler keeps.
    async fn close(mut self) {
        if self.wire.batch("ROLLBACK; DEALLOCATE ALL").await.is_ok() {
            self.wire.close().await;
        }
    }
}

/// The transaction of the operator's login. What the login is not shown stays hidden: `row_security` is on.
fn opening(probe: &Probe) -> String {
    let mut text = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {LIMIT}; SET LOCAL row_security = on; SET LOCAL lock_timeout = '2s'; \
         SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL client_min_messages = 'error'; SET LOCAL TimeZone = 'UTC'; \
         {FOR_ANY_VALUE}"
    );
    if probe.restricts_relations {
        text.push_str("; SET LOCAL restrict_nonsystem_relation_kind = 'view, foreign-table'");
    }
    text.push_str("; SAVEPOINT purview");
    text
}
