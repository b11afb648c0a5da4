//! Everything that runs as somebody else: one transaction, identity made in it, checked before any result is shown, rolled back.
//!
//! Nothing that is set here outlives its transaction. Values of settings are bound; statements go one a message.

use std::sync::Arc;

use super::{
    Acting, Fence, Kind, Problem, Row, Rows, Run, SettingName, Sql,
    bound::{LIMIT, Worker},
    lane::{Lane, Wire},
    sql::join,
    wrapped,
};

/// Where acting happens, and behind which fence.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) lane: Arc<Lane>,
    pub(super) fence: Fence,
}

/// What is set for the length of a transaction, before the role is changed. The zone is fixed so that times read alike under every identity; a notice has
/// no reader.
fn settings() -> String {
    format!(
        "{LIMIT}; SET LOCAL row_security = on; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'; \
         SET LOCAL client_min_messages = 'error'; SET LOCAL TimeZone = 'UTC'"
    )
}

/// Begins the transaction. The wrapper has to be made before the transaction is read only.
fn opening(fence: Fence) -> String {
    let mode = if fence == Fence::Wrapped { "READ WRITE" } else { "READ ONLY" };
    format!("BEGIN {mode}; {}", settings())
}

/// The same for a trial, over the data of an exported snapshot. What is read in was printed by [`observer`](super::observer) in the styles set there.
pub(super) fn opening_of_trial(fence: Fence, snapshot: &str, writes: bool) -> String {
    let mode = if writes || fence == Fence::Wrapped { "READ WRITE" } else { "READ ONLY" };
    format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ {mode}; SET TRANSACTION SNAPSHOT '{snapshot}'; {}; \
         SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL lc_monetary = 'C'",
        settings()
    )
}

/// How long a name of a session may be, in bytes; the server cuts the rest off (`NAMEDATALEN`).
const LONGEST_NAME: usize = 63;

/// Ends the transaction, and gives back what outlives one.
pub(super) const CLOSING: &str =
    "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); DEALLOCATE ALL";

impl Acting {
    /// Every statement that brackets one of somebody's own, as the server gets them, for people to read before they act from the account `account`.
    pub fn statements(&self, fence: Fence, account: &str) -> Vec<String> {
        let (text, values) = become_somebody(self, fence, account, &[]).render();
        let values = values.iter().enumerate().map(|(index, value)| {
            format!("${} = {}", index + 1, value.as_deref().unwrap_or("NULL"))
        });
        vec![
            format!("{};", opening(fence).replace("pg_catalog.", "")),
            format!("{};", text.replace("pg_catalog.", "").replace("::text", "")),
            format!("-- {}", values.collect::<Vec<_>>().join(", ")),
            "-- … the list that is looked at …".to_owned(),
            format!("{};", who_are_we(self).replace("pg_catalog.", "").replace("::text", "")),
            format!("{};", CLOSING.replace("pg_catalog.", "")),
        ]
    }
}

/// What went wrong while acting.
#[derive(Debug)]
pub(super) enum Failure {
    /// The statement or the connection failed.
    Problem(Problem),
    /// The session was found to be somebody else than it was made to be.
    Changed { found: String },
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
    let opening = opening(place.fence);
    let mut wire =
        if fresh { lane.begin_untouched(&opening).await? } else { lane.begin(&opening).await? };
    let outcome = transaction(&mut wire, place, acting, statements, run).await;
    let (outcome, ended) = match outcome {
        Ok(answers) => end_checked(&mut wire, place, acting, answers).await,
        Err(failure) => (Err(failure), wire.batch(CLOSING).await.is_ok()),
    };
    match outcome {
        // Whatever changed the identity may have left more behind: the session ends.
        Err(Failure::Changed { .. }) => wire.close().await,
        _ if !ended => wire.close().await,
        Ok(_) | Err(Failure::Problem(_)) => lane.give_back(wire).await,
    }
    outcome.map_err(|failure| match failure {
        Failure::Problem(problem) => Failure::Problem(problem.for_role(&acting.role)),
        changed @ Failure::Changed { .. } => changed,
    })
}

async fn transaction(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    statements: &[Sql],
    run: &Run,
) -> Result<Vec<Rows>, Failure> {
    let mut answers = Vec::with_capacity(statements.len());
    if place.fence == Fence::Wrapped {
        wrapped::raise(wire, &acting.role).await?;
        wire.batch("SET TRANSACTION READ ONLY").await?;
    }
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

/// Asks who the session is and ends the transaction, in one round trip; `answers` are given out only if it still is who it was made to be.
/// Also tells whether the transaction has ended.
async fn end_checked(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    answers: Vec<Rows>,
) -> (Result<Vec<Rows>, Failure>, bool) {
    match wire.batch(&format!("{}; {CLOSING}", who_are_we(acting))).await {
        Ok(found) => {
            (check(found.first(), &expected(acting, place, false)).map(|()| answers), true)
        }
        Err(problem) => (Err(problem.into()), false),
    }
}

/// Becomes somebody, in the transaction that `wire` is in; what is set `beside` is the program's own.
pub(super) async fn take_role(
    wire: &mut Wire,
    place: &Place,
    acting: &Acting,
    beside: &[(&str, String)],
) -> Result<(), Problem> {
    if !acting.settings.is_empty() {
        wire.touch();
    }
    let login = place.lane.login();
    wire.fetch(&become_somebody(acting, place.fence, login.account(), beside))
        .await
        .map_err(|problem| problem.for_login(login.role(), &acting.role, place.fence))?;
    Ok(())
}

/// One statement that makes every setting and, last, the role; all for this transaction only.
fn become_somebody(acting: &Acting, fence: Fence, account: &str, beside: &[(&str, String)]) -> Sql {
    let mut all = beside.to_vec();
    all.extend(acting.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
    all.extend(acting.search_path.iter().map(|path| ("search_path", path.clone())));
    all.push(("application_name", session_name(account, acting.label())));
    // Behind the wrapper the function's owner is the role; the session itself stays the login.
    let role = if fence == Fence::Wrapped { "none" } else { acting.role.as_str() };
    all.push(("role", role.to_owned()));
    set_all(&all)
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
    text
}

/// What [`who_are_we`] has to answer.
pub(super) fn expected(acting: &Acting, place: &Place, writes: bool) -> Vec<String> {
    let login = place.lane.login().role();
    let user = if place.fence == Fence::Wrapped { login } else { acting.role.as_str() };
    let read_only = if writes { "off" } else { "on" };
    let mut expected = [user, login, read_only, "on"].map(str::to_owned).to_vec();
    expected.extend(acting.settings.iter().map(|(_, value)| value.clone()));
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
    let told = found
        .iter()
        .take(3)
        .map(|value| value.as_deref().unwrap_or("nothing"))
        .collect::<Vec<_>>()
        .join(", ");
    Err(Failure::Changed { found: told })
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
