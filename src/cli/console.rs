//! `purview` without a command: the console.

use std::{
    future,
    io::{IsTerminal as _, stdin, stdout},
    process::ExitCode,
};

use super::{
    args::Place,
    place::{self, Target},
};
use crate::{
    address::Address,
    pg::Problem,
    tui::{
        facts::Facts,
        model::Beginning,
        past::Shelf,
        runtime::{self, Connect, Connecting, Start},
    },
};

/// Opens the console on the database that `place` names, at the address `at`; returns when somebody has left it.
pub(super) async fn open(place: Place, at: Option<&str>) -> Result<ExitCode, Problem> {
    let address = at.map(str::parse::<Address>).transpose()?;
    // What is wrong with the place is told before the screen is taken, while it can be read.
    Target::of(&place)?;
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Problem::usage("the console needs a terminal")
            .hint("`purview get VIEW` prints every list without one"));
    }
    let start = Start {
        connect: Box::new(Connector { place }),
        beginning: Beginning { contexts: place::contexts()?, address, ..Beginning::default() },
        shelf: Some(Shelf::new(place::state()?)),
        abilities: runtime::abilities(|name| std::env::var(name).ok()),
    };
    Ok(ExitCode::from(runtime::run(start).await?.exit_code()))
}

/// Connects to what was named on the command line, or to a context that is chosen later.
struct Connector {
    place: Place,
}

impl Connect for Connector {
    fn connect(&mut self, context: Option<&str>) -> Connecting {
        if let Some(context) = context {
            self.place.context = Some(context.to_owned());
            self.place.url = None;
            // The login for acting belongs to the database that is left.
            self.place.acting_url = None;
        }
        match Target::of(&self.place) {
            Ok(target) => Box::pin(async move {
                let (name, production) = (target.name.clone(), target.production);
                let database = target.open().await?;
                let facts = Facts::of(&database, &name, production);
                Ok((database, facts))
            }),
            Err(problem) => Box::pin(future::ready(Err(problem))),
        }
    }
}
