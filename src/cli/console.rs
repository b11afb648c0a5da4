//! `purview` without a command: the console.

use std::{
    future,
    io::{IsTerminal as _, stdin, stdout},
    process::ExitCode,
    sync::Arc,
};

use super::{
    interrupt::until_interrupted,
    looks,
    place::{self, Places, Target},
};
use crate::{
    address::Address,
    config::Flags,
    database::Database,
    pg::{Login, Problem},
    tui::{
        environment,
        facts::Facts,
        model::Beginning,
        note::Note,
        past::Shelf,
        runtime::{self, Connect, Connecting, Start},
    },
};

/// Opens the console on the database that `flags` name, at the address `at`; returns when somebody has left it.
pub(super) async fn open(
    flags: Flags,
    mapping: Option<String>,
    at: Option<&str>,
) -> Result<ExitCode, Problem> {
    let address = at.map(str::parse::<Address>).transpose()?;
    let places = Places::read(flags, mapping);
    // What is wrong with the place is told before the screen is taken, while it can be read.
    let target = places.target()?;
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Problem::usage("the console needs a terminal")
            .hint("`purview get VIEW` prints every list without one"));
    }
    let ready = ready(&target).await?;
    let (keymap, mut notes) = looks::keymap(&places.config);
    let (theme, wrong) = looks::theme(&places.config);
    notes.extend(wrong);
    let told = places.problems.iter().map(Note::from);
    let notes = told.chain(notes.iter().map(|note| Note::warning(note))).collect();
    let contexts = places.config.contexts().map(str::to_owned).collect();
    let minutes = Some(places.config.acting_minutes);
    let start = Start {
        connect: Box::new(Connector { places, ready }),
        beginning: Beginning {
            keymap,
            theme,
            contexts,
            notes,
            address,
            minutes,
            ..Beginning::default()
        },
        shelf: Some(Shelf::new(place::state()?)),
        abilities: environment::abilities(|name| std::env::var(name).ok()),
    };
    Ok(ExitCode::from(runtime::run(start).await?.exit_code()))
}

/// The database, where somebody may have to be asked for a password: that cannot be done once the screen is taken.
async fn ready(target: &Target) -> Result<Option<Arc<Database>>, Problem> {
    if !target.logins().any(Login::has_no_password) {
        return Ok(None);
    }
    // What goes wrong here goes wrong again on the screen, where it is tried again.
    until_interrupted(async |_| Ok(target.open_asking(true).await.ok())).await
}

/// Connects to what was named on the command line, or to a context that is chosen later.
struct Connector {
    places: Places,
    /// Connected already.
    ready: Option<Arc<Database>>,
}

impl Connect for Connector {
    fn connect(&mut self, context: Option<&str>) -> Connecting {
        if let Some(context) = context {
            self.places.turn_to(context);
            self.ready = None;
        }
        let ready = self.ready.take();
        match self.places.target() {
            Ok(target) => Box::pin(async move {
                let database = match ready {
                    Some(database) => database,
                    None => target.open().await?,
                };
                let facts = Facts::of(&database, target.name(), target.connection.production);
                Ok((database, facts))
            }),
            Err(problem) => Box::pin(future::ready(Err(problem))),
        }
    }
}
