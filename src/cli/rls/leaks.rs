//! `purview rls leaks`: rows that are seen across organizations.

use std::process::ExitCode;

use clap::Args;

use super::everyone::{Answers, Everyone, tables};
use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        identity::warrant,
        place::Places,
        say,
    },
    pg::{Problem, Run},
    rls::{Leak, Pair},
};

/// Arguments of `rls leaks`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Leaks {
    /// Only these tables, separated by commas; all that have row security where absent,
    /// and all there are where none has
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// A user who is meant to see every organization; may be given more than once. The
    /// mapping names others as `global_users`
    #[arg(long, value_name = "USER")]
    pub allow: Vec<String>,
    /// By pair of organizations, with the number of users
    #[arg(long)]
    pub pairs: bool,
    /// End with 1 if there are any
    #[arg(long)]
    pub exit_code: bool,
    /// Whom
    #[command(flatten)]
    pub everyone: Everyone,
}

/// Prints leak after leak.
pub(super) async fn run(args: &Leaks, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let tables = tables(&args.tables)?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let (organization, users) = args.everyone.ids(&database, run).await?;
    let leaks = crate::rls::Leaks { organization, users, tables, allowed: args.allow.clone() };
    let warrant = warrant(&args.everyone.reason, places.config.acting_minutes);
    let columns = if args.pairs { Pair::columns() } else { Leak::columns() };
    let mut answers = Answers::begin(args.everyone.output, columns)?;
    let (mut any, mut kept) = (false, Vec::new());
    let outcome = leaks
        .run(&database, &warrant, run, |leak| {
            any = true;
            if args.pairs {
                kept.push(leak);
                return Ok(true);
            }
            answers.row(&leak.row())
        })
        .await;
    for pair in crate::rls::Leaks::pairs(&kept) {
        answers.row(&pair.row())?;
    }
    answers.end()?;
    for aside in outcome? {
        say::note(&format!("not looked at: {aside}"));
    }
    Ok(if args.exit_code && any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
