//! `purview rls compare`: what differs between two users, or between two memberships of one.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{everyone::tables, why::Shape};
use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        identity::warrant,
        place::Places,
        say,
    },
    database::Database,
    directory::{Named, Somebody},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report,
    rls::{Layout, Statement, tell_comparison},
};

/// Arguments of `rls compare`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Compare {
    /// A user: an id, an e-mail address or a part of a name; in one organization, as
    /// USER@@ORGANIZATION; or another identity that the mapping names
    #[arg(value_name = "USER")]
    pub one: String,
    /// Another one, or the same in another organization
    #[arg(value_name = "USER")]
    pub other: String,
    /// Only these tables, separated by commas; all that have row security where absent
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Only this command; may be given more than once; select, update and delete where
    /// absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// End with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub reason: String,
    /// How to print it: text, json or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
}

/// Prints what differs.
pub(super) async fn run(args: &Compare, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let tables = tables(&args.tables)?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let one = somebody(&args.one, &database, run).await?;
    let other = somebody(&args.other, &database, run).await?;
    let compare = crate::rls::Compare { tables, statements: args.command.clone() };
    let warrant = warrant(&args.reason, places.config.acting_minutes);
    let found = compare.run(&database, [&one, &other], &warrant, run).await?;
    let told = match args.output {
        Shape::Json => format!("{}\n", report::json(&found)?),
        Shape::Text => tell_comparison(&found, Layout::Text),
        Shape::Md => tell_comparison(&found, Layout::Markdown),
    };
    say::data(&told)?;
    let differs = !found.tables.is_empty();
    Ok(if args.exit_code && differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The one identity that is meant by `needle`.
async fn somebody(needle: &str, database: &Arc<Database>, run: &Run) -> Result<Somebody, Problem> {
    let question = Named { needle: needle.to_owned() };
    question.ask(Arc::clone(database), Identity::Observer, run.clone()).await
}
