//! `purview cancel` and `purview terminate`: one session, named once it was looked at.

use std::sync::Arc;

use super::{
    args::{End as Args, Place},
    consent,
    place::Places,
    say,
};
use crate::{
    monitor::{Act, End, Session, Target},
    pg::{Identity, Problem, Run},
    question::Question,
};

/// Does `act` to the session that `args` name, if somebody agrees.
pub(super) async fn run(act: Act, args: &Args, place: &Place, run: &Run) -> Result<(), Problem> {
    let places = Places::of_command(place);
    let connection = places.target()?.connection;
    let database = places.open(false).await?;
    database.door.writable()?;
    let target = Target { pid: args.pid, backend_start: None };
    let session = target.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    if let Some(refusal) = session.refusal.clone() {
        return Err(refusal);
    }
    let end = End { act, session };
    let what = format!("{} {}; {}", act.question(), who(&end.session), end.consequence());
    say::note(&format!("what is sent: {}", end.statement().shown()));
    consent::always_to(&what, &connection, args.yes).await?;
    let ended = end.ask(database, Identity::Observer, run.clone()).await?;
    say::note(&ended.said);
    Ok(())
}

/// The session as people know it.
fn who(session: &Session) -> String {
    let role = session.role.as_deref().unwrap_or("nobody");
    let database = session.database.as_deref().unwrap_or("no database");
    let query = session.query.as_deref().map(|query| format!(", `{query}`")).unwrap_or_default();
    format!("{} of {role} in {database}{query}", session.id.pid)
}
