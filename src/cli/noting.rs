//! The entry in the application's own audit before somebody is acted as: shown, agreed to, written; or a line that says why there is none.

use super::{consent, place::Places, say};
use crate::{
    database::Database,
    directory::Noting,
    pg::{Acting, Confirmed, Problem, Run},
    text,
};

/// Sees to the entry about `acting`, which `agreed` agrees to beforehand. Where there can be none one acts all the same, and it is said.
pub(super) async fn note(
    acting: &Acting,
    database: &Database,
    places: &Places,
    agreed: bool,
    run: &Run,
) -> Result<(), Problem> {
    let door = &database.door;
    let noting = Noting::of(database, run).await?;
    let refused = |problem: &Problem| {
        say::note(&format!("no entry in the application's own audit: {problem}"));
        door.note_entry(acting, &format!("not written: {problem}"))
    };
    let statement = match &noting {
        Noting::Off if agreed => {
            return Err(Problem::usage("`--audit` agrees to an entry that nothing asks for")
                .hint("`audit_acting = true` in the context asks for it"));
        }
        Noting::Off => return Ok(()),
        Noting::Cannot(problem) => return refused(problem),
        Noting::Entry(_) => noting.statement(acting, door.login().account(), &door.probe().login),
    };
    let entry = match statement {
        Ok(Some(entry)) => entry,
        Ok(None) => return Ok(()),
        Err(problem) => return refused(&problem),
    };
    let (shown, values) = entry.render();
    say::note(&format!("first, {} writes into the application's own audit:", door.probe().login));
    say::note(&text::clean(&format!("{};", shown.replace("pg_catalog.", ""))));
    for (at, value) in values.iter().enumerate() {
        let value = value.as_deref().unwrap_or("NULL");
        say::note(&text::clean(&format!("-- ${} = {value}", at + 1)));
    }
    let connection = places.target()?.connection;
    let what = "one line is written into the application's own audit";
    if let Err(problem) = consent::always_to(what, &connection, agreed).await {
        return refused(&problem);
    }
    let confirmed = Confirmed::by_person(std::slice::from_ref(&entry));
    if let Err(problem) = door.write_entry(acting, &entry, &confirmed).await {
        say::note(&format!("no entry in the application's own audit: {problem}"));
    }
    Ok(())
}
