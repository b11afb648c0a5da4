//! `purview rls who`: who can do something with a row.

use std::process::ExitCode;

use clap::Args;

use super::everyone::Answers;
use crate::{
    cli::{
        args::{EXIT_CODES, Output, Place},
        identity::warrant,
        place::Places,
    },
    pg::{Problem, Run},
    rls::{Able, Choice, Statement},
};

/// Arguments of `rls who`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Who {
    /// The table, as `schema.table`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// The key of the row; once for each column of the key, in order
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, required = true)]
    pub key: Vec<String>,
    /// What is to be done: select, update, delete or a variant
    #[arg(long, value_name = "COMMAND", default_value = "select")]
    pub command: Statement,
    /// Those who cannot, too
    #[arg(long)]
    pub all: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub reason: String,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
}

/// Prints who can.
pub(super) async fn run(args: &Who, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let table = args.table.parse()?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let who =
        crate::rls::Who { table, choice: Choice::Key(args.key.clone()), statement: args.command };
    let warrant = warrant(&args.reason, places.config.acting_minutes);
    let able = who.run(&database, &warrant, run).await?;
    let mut answers = Answers::begin(args.output, Able::columns())?;
    for able in able.iter().filter(|able| args.all || able.can != Some(false)) {
        if !answers.row(&able.row())? {
            break;
        }
    }
    answers.end()?;
    Ok(ExitCode::SUCCESS)
}
