//! `purview explain`: the plan of a statement, as the login or as somebody else.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{
    args::{EXIT_CODES, IdentityArgs, Place},
    identity::as_whom,
    say,
    statement::Given,
};
use crate::{
    database::Database,
    explain::{PlanOf, tell},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report,
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Explain {
    /// Which statement
    #[command(flatten)]
    pub given: Given,
    /// Run it, to measure what it does; only what only reads, and it is rolled back
    #[arg(long)]
    pub analyze: bool,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// How to print it: text or json
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For people
    Text,
    /// An object
    Json,
}

/// Prints the plan.
pub(super) async fn run(args: &Explain, place: &Place, run: &Run) -> Result<(), Problem> {
    let statement = args.given.text()?;
    let question = PlanOf { statement, measured: args.analyze };
    let work = async |database: &Arc<Database>, who: &Identity| {
        question.ask(Arc::clone(database), who.clone(), run.clone()).await
    };
    let explained = as_whom(&args.identity, args.org.as_deref(), place, run, work).await?;
    match args.output {
        Shape::Text => say::data(&tell(&explained)),
        Shape::Json => say::data(&format!("{}\n", report::json(&explained)?)),
    }
}
