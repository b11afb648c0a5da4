//! `purview migrate status`: every version with its state.

use std::{process::ExitCode, sync::Arc};

use super::Status;
use crate::{
    cli::{
        args::{Output, Place},
        place::Places,
        say::{self, Stdout},
    },
    migrate::{Stand, Standing, Step},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report::{Format, Report},
};

/// Prints version after version.
pub(super) async fn run(args: &Status, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let database = Places::of_command(place).open(false).await?;
    let question = Standing { source: args.files.source.clone() };
    let stand = question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    tell_of(&stand);
    print(&stand, Format::from(args.output), usize::MAX)?;
    let open = args.exit_code && stand.is_open();
    Ok(if open { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Prints at most so many versions, as any list.
pub(in crate::cli) async fn versions(
    output: Output,
    limit: Option<usize>,
    place: &Place,
    run: &Run,
) -> Result<(), Problem> {
    let database = Places::of_command(place).open(false).await?;
    let stand = Standing::default().ask(database, Identity::Observer, run.clone()).await?;
    tell_of(&stand);
    print(&stand, Format::from(output), limit.unwrap_or(usize::MAX))
}

fn print(stand: &Stand, format: Format, most: usize) -> Result<(), Problem> {
    let print = || {
        let mut report = Report::begin(format, Step::columns(), Stdout::open())?;
        for step in stand.steps.iter().take(most) {
            report.row(&step.row())?;
        }
        report.end()
    };
    print().map(drop).map_err(|error| say::unwritable(&error))
}

/// Says where the history and the files are, and what else has to be known.
pub(super) fn tell_of(stand: &Stand) {
    match &stand.table {
        Some(table) => say::note(&format!("the history is that of {}, in {table}", stand.tool)),
        None => say::note("there is no history of migrations yet"),
    }
    match &stand.files {
        Some(files) => say::note(&format!("the files are {files}")),
        None => say::note("there are no files to compare it with; `--source DIR` names them"),
    }
    for caveat in &stand.caveats {
        say::note(&caveat.to_string());
    }
}
