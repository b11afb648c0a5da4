//! `purview rls snapshot` and `purview rls check`: who reaches what, kept and compared.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;

use super::people;
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs, Output, Place},
        identity::{Wanted, acting_as},
        place::Places,
        say,
    },
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question as _,
    report::Format,
    rls::snapshot::{Reach, Rules, Snapshot, VERSION, compare},
};

/// How many identities stand for all, unless some are named.
const REPRESENTATIVES: usize = 20;

/// Arguments of `rls snapshot`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Taking {
    /// Of these users; one for each set of roles where absent
    #[arg(long = "user", value_name = "USER")]
    pub users: Vec<String>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "snapshot")]
    pub reason: String,
}

/// Arguments of `rls check`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Checking {
    /// What `rls snapshot` printed
    #[arg(long, value_name = "FILE")]
    pub baseline: PathBuf,
    /// Whose access is compared
    #[command(flatten)]
    pub taking: Taking,
    /// How to print the differences: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
}

/// Prints a snapshot as JSON.
pub(super) async fn run(args: &Taking, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let snapshot = take(args, place, run).await?;
    let text = serde_json::to_string_pretty(&snapshot)
        .map_err(|error| Problem::bug(format!("a snapshot has no JSON: {error}")))?;
    say::data(&format!("{text}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is otherwise than in the baseline; ends with 1 if anything is.
pub(super) async fn check(args: &Checking, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    // What is wrong with the file is told without a database.
    let baseline = read(&args.baseline)?;
    let now = take(&args.taking, place, run).await?;
    let differences = compare(&baseline, &now);
    let same = differences.is_empty();
    let rows =
        differences.into_iter().map(|it| [it.kind.to_owned(), it.object, it.detail].map(Some));
    say::records(Format::from(args.output), ["kind", "object", "detail"], rows)?;
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(path: &PathBuf) -> Result<Snapshot, Problem> {
    let unreadable = |reason: String| {
        Problem::usage(format!("cannot read the baseline: {}: {reason}", path.display()))
            .hint("`purview rls snapshot` prints one")
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let snapshot: Snapshot =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if snapshot.version != VERSION {
        return Err(unreadable(format!("it is of version {}, not {VERSION}", snapshot.version)));
    }
    Ok(snapshot)
}

async fn take(args: &Taking, place: &Place, run: &Run) -> Result<Snapshot, Problem> {
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let minutes = places.config.acting_minutes;
    let tables = Rules.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    let mut access = Vec::new();
    for who in whom(args, minutes, &database, run).await? {
        let found = acting_as(Some(Arc::clone(&who)), &database, async |who| {
            Reach.ask(Arc::clone(&database), who.clone(), run.clone()).await
        })
        .await;
        match found {
            Ok(found) => access.extend(found),
            // A role that nobody may be here is none whose access could be told.
            Err(problem) if args.users.is_empty() && who.person.is_none() => {
                say::note(&format!("not asked as {}: {problem}", who.role));
            }
            Err(problem) => return Err(problem),
        }
    }
    access.sort_by(|one, other| {
        let place = |it: &crate::rls::snapshot::Access| {
            (it.user.clone(), it.role.clone(), it.table.clone(), it.command.clone())
        };
        place(one).cmp(&place(other))
    });
    Ok(Snapshot { version: VERSION, tables, access })
}

async fn whom(
    args: &Taking,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Vec<Arc<crate::pg::Acting>>, Problem> {
    if args.users.is_empty() {
        return people::representatives(REPRESENTATIVES, &args.reason, minutes, database, run)
            .await;
    }
    let mut people = Vec::new();
    for user in &args.users {
        let identity = IdentityArgs {
            user: Some(user.clone()),
            reason: args.reason.clone(),
            ..IdentityArgs::default()
        };
        let wanted = Wanted { args: &identity, organization: None, minutes };
        people.extend(wanted.acting(database, run).await?);
    }
    Ok(people)
}
