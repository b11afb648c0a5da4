//! `purview rls hidden`: what of a table is hidden from somebody, and by what.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::why::Shape;
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs},
        say,
    },
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question as _,
    report,
    rls::{Hidden as Question, Layout, Statement, tell_unseen},
};

/// Arguments of `rls hidden`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Hidden {
    /// The table, as `schema.table`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// What they want to do with the rows: select, select-for-update, update or delete
    #[arg(long, value_name = "COMMAND", default_value = "select")]
    pub command: Statement,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// How to print it: text, json or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
    /// End with 1 if anything is hidden
    #[arg(long)]
    pub exit_code: bool,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// Counts what is hidden.
pub(super) async fn run(
    args: &Hidden,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let question = Question { table: args.table.parse()?, statement: args.command };
    let unseen = question.ask(Arc::clone(database), identity.clone(), run.clone()).await?;
    let hides = args.exit_code && unseen.hidden > 0;
    let told = match args.output {
        Shape::Json => format!("{}\n", report::json(&[unseen])?),
        Shape::Text => tell_unseen(&unseen, Layout::Text),
        Shape::Md => tell_unseen(&unseen, Layout::Markdown),
    };
    say::data(&told)?;
    Ok(if hides { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
