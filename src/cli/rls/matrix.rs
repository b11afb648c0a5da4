//! `purview rls matrix`: who may do what with how many rows.

use std::process::ExitCode;

use clap::Args;

use super::everyone::{Answers, Everyone, tables};
use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        identity::warrant,
        place::Places,
    },
    pg::{Problem, Run},
    rls::{Standing, Statement},
};

/// Arguments of `rls matrix`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Matrix {
    /// Only these tables, separated by commas; all that have row security where absent
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Only this command; may be given more than once; select, insert, update and delete
    /// where absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// Only where at least one row passes
    #[arg(long)]
    pub can: bool,
    /// Whom
    #[command(flatten)]
    pub everyone: Everyone,
}

/// Prints cell after cell.
pub(super) async fn run(args: &Matrix, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let tables = tables(&args.tables)?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let (organization, users) = args.everyone.ids(&database, run).await?;
    let matrix =
        crate::rls::Matrix { organization, users, tables, statements: args.command.clone() };
    let warrant = warrant(&args.everyone.reason, places.config.acting_minutes);
    let mut answers = Answers::begin(args.everyone.output, Standing::columns())?;
    let outcome = matrix
        .run(&database, &warrant, run, |standing| {
            if args.can && standing.visible.unwrap_or_default() == 0 {
                return Ok(true);
            }
            answers.row(&standing.row())
        })
        .await;
    answers.end()?;
    outcome?;
    Ok(ExitCode::SUCCESS)
}
