//! Everything that runs as somebody else: one transaction, identity made in it, checked before any result is shown, rolled back.
//!
//! Nothing that is set here outlives its transaction. Values of settings are bound; statements go one a message.

use std::sync::Arc;

use super::{
    Acting, Fence, Kind, Problem, Row, Rows, Run, SettingName, Sql,
    bound::{LIMIT, Worker},
    guise::Guise,
    lane::{Lane, is_of_names, renamed},
    sql::join,
    wire::{NAMES, Names, Wire},
    wrapped,
};

/// Where acting happens, and behind which fence.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) lane: Arc<Lane>,
    pub(super) fence: Fence,
}

/// What is set for the length of a transaction, before the role is changed. The zone is fixed so that times read alike under every identity; a notice has
/// no reader; and a statement with a name is planned anew each time, as one without is: a plan keeps what functions said that are called immutable and are not.
fn settings() -> String {
    format!(
        "{LIMIT}; SET LOCAL row_security = on; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'; \
         SET LOCAL client_min_messages = 'error'; SET LOCAL TimeZone = 'UTC'; SET LOCAL plan_cache_mode = force_custom_plan"
    )
}

/// Begins the transaction, in one message. The wrapper has to be made before the transaction is read only.
fn opening(fence: Fence, role: &str) -> String {
    match fence {
        Fence::Wrapped => format!(
            "BEGIN READ WRITE; {}; {}; SET TRANSACTION READ ONLY",
            settings(),
            wrapped::raising(role)
        ),
        Fence::Jailed | Fence::Advisory => format!("BEGIN READ ONLY; {}", settings()),
    }
}

/// The same for a trial, over the data of an exported snapshot. What is read in was printed by [`observer`](super::observer) in the styles set there.
pub(super) fn opening_of_trial(fence: Fence, role: &str, snapshot: &str, writes: bool) -> String {
    let mode = if writes || fence == Fence::Wrapped { "READ WRITE" } else { "READ ONLY" };
    let mut text = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ {mode}; SET TRANSACTION SNAPSHOT '{snapshot}'; {}; \
         SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL lc_monetary = 'C'",
        settings()
    );
    if fence == Fence::Wrapped {
        text = format!("{text}; {}", wrapped::raising(role));
        if !writes {
            text = format!("{text}; {}; SET TRANSACTION READ ONLY", wrapped::raising_several(role));
        }
    }
    text
}

/// How long a name of a session may be, in bytes; the server cuts the rest off (`NAMEDATALEN`).
const LONGEST_NAME: usize = 63;

/// Ends the transaction, and gives back what outlives one.
pub(super) const CLOSING: &str =
    "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); DEALLOCATE ALL";

/// Ends the transaction on a session on which statements of ours have names, and tells what has one.
fn closing_with_names() -> String {
    format!("ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); {NAMES}")
}

impl Acting {
    /// Every statement that brackets one of somebody's own, as the server gets them, for people to read before they act from the account `account`.
    ///
    /// Through a pooler (`pooled`) nothing that is prepared stays, instead of being looked at.
    pub fn statements(&self, fence: Fence, account: &str, pooled: bool) -> Vec<String> {
        let (text, values) = become_somebody(self, fence, account, &[]).render();
        let values = values.iter().enumerate().map(|(index, value)| {
            format!("${} = {}", index + 1, value.as_deref().unwrap_or("NULL"))
        });
        let opening = format!("{};", opening(fence, &self.role).replace("pg_catalog.", ""));
        let mut lines: Vec<_> =
            opening.lines().filter(|line| !line.starts_with("--")).map(str::to_owned).collect();
        let closing = if pooled { CLOSING.to_owned() } else { closing_with_names() };
        lines.extend([
            format!("{};", text.replace("pg_catalog.", "").replace("::text", "")),
            format!("-- {}", values.collect::<Vec<_>>().join(", ")),
            "-- … the list that is looked at …".to_owned(),
            format!("{};", who_are_we(self).replace("pg_catalog.", "").replace("::text", "")),
            format!("{};", closing.replace("pg_catalog.", "")),
        ]);
        lines
    }
}

/// What went wrong while acting.
#[derive(Debug)]
pub(super) enum Failure {
    /// The statement or the connection failed.
    Problem(Problem),
    /// The session was found to be somebody else than it was made to be.
    Changed { found: String },
    /// Names of prepared statements were made or taken away on the session by something else than us.
    Renamed,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Runs `statements` as `acting` in one transaction and returns the rows of each.
pub(super) async fn read(
    place: &Place,
    acting: &Acting,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Failure> {
    let lane = &place.lane;
    // "Never set" can only be had where nothing was ever set.
    let fresh = acting.needs_fresh_session();
    if fresh && lane.is_pooled() {
        return Err(never_set().into());
    }
    let opening = opening(place.fence, &acting.role);
    let begun = lane.begin_as(Guise::of(acting), fresh, &opening).await;
    let mut wire = begun.map_err(|problem| problem.for_role(&acting.role))?;
    let outcome = transaction(&mut wire, place, acting, statements, run).await;
    let (outcome, clean) = end(&mut wire, place, acting, outcome).await;
    // Whatever changed the identity may have left more behind: the session ends.
    if clean {
        lane.give_back(wire).await;
    } else {
        wire.close().await;
    }
    outcome.map_err(|failure| match failure {
        Failure::Problem(problem) => Failure::Problem(problem.for_role(&acting.role)),
        changed @ (Failure::Changed { .. } | Failure::Renamed) => changed,
    })
}

async fn transaction(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Problem> {
    let mut answers = Vec::with_capacity(statements.len());
    take_role(wire, place, acting, &[]).await?;
    for statement in statements {
        let worker = Worker::on(wire, &place.lane, run);
        let rows = match place.fence {
            Fence::Wrapped => worker.bounded(wrapped::fetch(wire, statement)).await?,
            Fence::Jailed | Fence::Advisory => worker.bounded(wire.fetch(statement)).await?,
        };
        answers.push(rows);
    }
    Ok(answers)
}

/// Asks who the session is, ends the transaction, and asks what has a name on the session, in one round trip. What came out of the transaction is given out
/// only if the session still is who it was made to be and every name is ours. Also tells whether the session is as it was.
async fn end(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    outcome: Result<Vec<Rows>, Problem>,
) -> (Result<Vec<Rows>, Failure>, bool) {
    let named = *wire.names() != Names::None;
    let mut asked = if named { closing_with_names() } else { CLOSING.to_owned() };
    if outcome.is_ok() {
        asked = format!("{}; {asked}", who_are_we(acting));
    }
    let found = match (wire.batch(&asked).await, outcome) {
        (Ok(found), outcome) => (found, outcome),
        (Err(_), Err(problem)) | (Err(problem), Ok(_)) => return (Err(problem.into()), false),
    };
    let (found, outcome) = found;
    let ours = !named || wire.names_are_ours(found.last());
    match outcome {
        Ok(answers) => {
            let checked = check(found.first(), &expected(acting, place, wire, false));
            let checked = checked.and(if ours { Ok(answers) } else { Err(Failure::Renamed) });
            let clean = checked.is_ok();
            (checked, clean)
        }
        Err(problem) if named && is_of_names(&problem) => (Err(Failure::Renamed), false),
        Err(problem) => (Err(problem.into()), ours),
    }
}

/// Becomes somebody, in the transaction that `wire` is in; what is set `beside` is the program's own.
pub(super) async fn take_role(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    beside: &[(&str, String)],
) -> Result<(), Problem> {
    // Whoever has no settings may still run code that makes one, which would be there, empty, for the next one.
    wire.touch();
    let login = place.lane.login();
    let told = wire
        .fetch(&become_somebody(acting, place.fence, login.account(), beside))
        .await
        .map_err(|problem| problem.for_login(login.role(), &acting.role, place.fence))?;
    let manners = told.rows.into_iter().next().and_then(|mut row| row.pop()).flatten();
    wire.stand(manners.ok_or_else(|| Problem::bug("the session did not say how it is set"))?);
    Ok(())
}

/// Settings by which a statement reads names, text and times, prints what it found, and is stopped. Code that ran before it in the same transaction may have
/// changed any of them for it.
const MANNERS: &str = "(SELECT pg_catalog.json_agg(pg_catalog.current_setting(s.name)) FROM pg_catalog.unnest(CAST(\
     '{search_path,client_encoding,standard_conforming_strings,transform_null_equals,array_nulls,TimeZone,DateStyle,IntervalStyle,extra_float_digits,\
       bytea_output,lc_monetary,xmloption,transaction_isolation,statement_timeout,lock_timeout,idle_in_transaction_session_timeout}' AS pg_catalog.text[])) \
     AS s(name))::pg_catalog.text";

/// One statement that makes every setting and, last, the role; all for this transaction only.
fn become_somebody(acting: &Acting, fence: Fence, account: &str, beside: &[(&str, String)]) -> Sql {
    let mut all = beside.to_vec();
    all.extend(acting.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
    all.extend(acting.search_path.iter().map(|path| ("search_path", path.clone())));
    all.push(("application_name", session_name(account, acting.label())));
    // Behind the wrapper the function's owner is the role; the session itself stays the login.
    let role = if fence == Fence::Wrapped { "none" } else { acting.role.as_str() };
    all.push(("role", role.to_owned()));
    let mut sql = set_all(&all);
    // The server works out one value of a row after the other, so that this one comes after the role is taken.
    sql.push(", ").push(MANNERS);
    sql
}

/// One statement that makes settings, in order, for this transaction only.
pub(super) fn set_all(settings: &[(&str, String)]) -> Sql {
    let one = |(name, value): &(&str, String)| {
        let mut sql = Sql::new("pg_catalog.set_config(");
        sql.bind(Some(name), "pg_catalog.text")
            .push(", ")
            .bind(Some(value), "pg_catalog.text")
            .push(", true)");
        sql
    };
    let mut sql = Sql::new("SELECT ");
    sql.append(&join(&settings.iter().map(one).collect::<Vec<_>>(), ", "));
    sql
}

/// One statement that makes the settings of somebody, for this transaction only.
pub(super) fn identify(settings: &[(SettingName, String)]) -> Sql {
    let all: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    set_all(&all)
}

/// How the session is called in the server's list while it acts: who acts as whom.
///
/// Everybody on the server can read it. What is not plain ASCII the server would replace on its own.
fn session_name(account: &str, label: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    let name = format!("purview:{account}:as:{label}");
    name.chars().map(plain).take(LONGEST_NAME).collect()
}

/// Behind a pooler nobody knows what was set before on the session that one gets.
pub(super) fn never_set() -> Problem {
    Problem::new(Kind::Missing, "an identity without settings cannot be had through a pooler")
        .hint("connect to the server itself: a setting that a session once had reads '' and not NULL for ever")
}

/// Reads back who the session is. Names of settings are dotted words ([`super::SettingName`]) and can stand as they are.
pub(super) fn who_are_we(acting: &Acting) -> String {
    let mut text = "SELECT current_user::pg_catalog.text, session_user::pg_catalog.text, \
                    pg_catalog.current_setting('transaction_read_only'), \
                    (pg_catalog.current_setting('row_security'))"
        .to_owned();
    for (name, _) in &acting.settings {
        text.push_str(", pg_catalog.current_setting('");
        text.push_str(name.as_str());
        text.push_str("', true)");
    }
    text.push_str(", ");
    text.push_str(MANNERS);
    text
}

/// What [`who_are_we`] has to answer on `wire`.
pub(super) fn expected(acting: &Acting, place: &Place, wire: &Wire, writes: bool) -> Vec<String> {
    let login = place.lane.login().role();
    let user = if place.fence == Fence::Wrapped { login } else { acting.role.as_str() };
    let read_only = if writes { "off" } else { "on" };
    let mut expected = [user, login, read_only, "on"].map(str::to_owned).to_vec();
    expected.extend(acting.settings.iter().map(|(_, value)| value.clone()));
    expected.push(wire.manners().to_owned());
    expected
}

pub(super) fn check(found: Option<&Row>, expected: &[String]) -> Result<(), Failure> {
    let found = found.ok_or_else(|| Problem::bug("the session did not say who it is"))?;
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.as_deref() == Some(expected));
    if same {
        return Ok(());
    }
    // Settings may hold claims; only the names of the roles are told.
    let who = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
    let told: Vec<_> = found.iter().take(3).map(who).collect();
    let same_who = told.iter().eq(expected.iter().take(3));
    let found = if same_who { "another setting".to_owned() } else { told.join(", ") };
    Err(Failure::Changed { found })
}

impl Failure {
    /// What the operator reads.
    pub(super) fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Changed { found } => Problem::new(
                Kind::Permission,
                format!("the identity changed while the statement ran; found: {found}"),
            )
            .hint("a function that ran changed the role or a setting; no row of it is shown"),
            Self::Renamed => renamed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_name_of_a_session_always_fits_and_begins_with_who_acts(account in ".{0,20}", label in ".*") {
            let name = session_name(&account, &label);
            prop_assert!(name.len() <= LONGEST_NAME && name.starts_with("purview:"));
            prop_assert!(name.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    }
}
