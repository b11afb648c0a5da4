//! `purview migrate up`, `down` and `redo`: shown, agreed to, done, and told as it is done.

use std::{process::ExitCode, sync::Arc};

use super::{Acting, plan::told};
use crate::{
    cli::{args::Place, consent, place::Places, say},
    migrate::{Order, Pace, Planning, Progress, Taking},
    pg::{Identity, Problem, Run},
    question::Question as _,
};

/// Does `order`, if somebody agrees to what it comes to.
pub(super) async fn run(
    args: &Acting,
    order: Order,
    place: &Place,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let places = Places::of_command(place);
    let connection = places.target()?.connection;
    let database = places.open(false).await?;
    database.door.writable()?;
    let question = Planning { source: args.files.source.clone(), order };
    let plan = question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    super::status::tell_of(&plan.stand);
    if plan.steps.is_empty() {
        say::note("nothing is to be done");
        return Ok(ExitCode::SUCCESS);
    }
    for line in told(&plan).lines() {
        say::note(line);
    }
    let count = plan.steps.len();
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    let dangers = plan.dangers();
    let dangers =
        if dangers.is_empty() { String::new() } else { format!("; {}", dangers.join("; ")) };
    let what = format!("migrate {} as {}: {steps}{dangers}", order.word(), database.door.builder());
    consent::always_to(&what, &connection, args.yes).await?;
    let taking = Taking { plan, drop_invalid: args.drop_invalid, pace: Pace::default() };
    let telling = run.telling(|part| {
        if let Ok(progress) = part.downcast::<Progress>() {
            say::note(&progress.to_string());
        }
    });
    let done = taking.ask(Arc::clone(&database), Identity::Observer, telling).await?;
    say::note(&format!("done: {done}"));
    Ok(ExitCode::SUCCESS)
}
