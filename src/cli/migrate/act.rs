//! `purview migrate up`, `down` and `redo`: shown, agreed to, done, and told as it is done; then who sees more or fewer rows than before.

use std::{process::ExitCode, sync::Arc};

use super::{Acting, plan::told};
use crate::{
    cli::{args::Place, consent, identity::warrant, place::Places, say},
    migrate::{Counting, Order, Pace, Planning, Progress, Taking, Watched},
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
    let database = places.open(!args.no_count).await?;
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
    let telling = run.telling(|part| match part.downcast::<Progress>() {
        Ok(progress) => say::note(&progress.to_string()),
        Err(part) => {
            if let Ok(counting) = part.downcast::<Counting>() {
                let when = if counting.after { "now" } else { "beforehand" };
                say::note(&format!("counted: who sees which rows {when}"));
            }
        }
    });
    if args.no_count {
        let done = taking.ask(Arc::clone(&database), Identity::Observer, telling).await?;
        say::note(&format!("done: {done}"));
        return Ok(ExitCode::SUCCESS);
    }
    let reason = format!("who sees what before and after migrations, {}", order.word());
    let warrant = warrant(&reason, places.config.acting_minutes);
    let watched = Watched { taking, warrant };
    let taken = watched.ask(Arc::clone(&database), Identity::Observer, telling).await?;
    say::note(&format!("done: {}", taken.done));
    match taken.sight {
        Ok(sight) => sight.lines().iter().for_each(|line| say::note(&say::harmless(&line.text))),
        Err(problem) => say::note(&format!("who sees more or fewer rows is not known: {problem}")),
    }
    Ok(ExitCode::SUCCESS)
}
