//! `purview rls what-if`: what would change if the policies of a table were others.

use std::{fs, io::Read as _, path::PathBuf, process::ExitCode};

use clap::Args;

use super::everyone::{Answers, Everyone};
use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        identity::warrant,
        place::Places,
        say,
    },
    pg::{Problem, RelationName, Run},
    rls::{Change, Draft, Statement},
};

/// Arguments of `rls what-if`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct WhatIf {
    /// The table, as `schema.table`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// A file of CREATE POLICY, ALTER POLICY and DROP POLICY; `-` reads standard input
    #[arg(long, value_name = "FILE", required_unless_present = "drop")]
    pub policy: Option<PathBuf>,
    /// Without this policy
    #[arg(long, value_name = "POLICY", conflicts_with = "policy")]
    pub drop: Option<String>,
    /// Only for this command; may be given more than once; select, insert, update and
    /// delete where absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// Write the migration and the one that undoes it: FILE.up.sql and FILE.down.sql
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// End with 1 if anything would change
    #[arg(long)]
    pub exit_code: bool,
    /// Whom
    #[command(flatten)]
    pub everyone: Everyone,
}

/// Prints for whom what would change.
pub(super) async fn run(args: &WhatIf, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let table: RelationName = args.table.parse()?;
    let draft = match (&args.policy, &args.drop) {
        (Some(path), _) => Draft::read(&table, &text(path)?)?,
        (None, Some(name)) => Draft::dropping(&table, name),
        (None, None) => return Err(Problem::usage("nothing is said to change")),
    };
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let (organization, users) = args.everyone.ids(&database, run).await?;
    let what_if =
        crate::rls::WhatIf { draft, statements: args.command.clone(), organization, users };
    let warrant = warrant(&args.everyone.reason, places.config.acting_minutes);
    let effect = what_if.run(&database, &warrant, run).await?;
    let mut answers = Answers::begin(args.everyone.output, Change::columns())?;
    for change in &effect.changes {
        if !answers.row(&change.row())? {
            break;
        }
    }
    answers.end()?;
    say::note(&format!("nothing would change for {} identities and commands", effect.same));
    if let Some(path) = &args.write {
        for (ending, migration) in [("up.sql", &effect.up), ("down.sql", &effect.down)] {
            let path = PathBuf::from(format!("{}.{ending}", path.display()));
            fs::write(&path, migration).map_err(|error| {
                Problem::usage(format!("`{}` cannot be written: {error}", path.display()))
            })?;
        }
    }
    let changes = !effect.changes.is_empty();
    Ok(if args.exit_code && changes { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn text(path: &PathBuf) -> Result<String, Problem> {
    let unreadable =
        |error| Problem::usage(format!("`{}` cannot be read: {error}", path.display()));
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
        return Ok(text);
    }
    fs::read_to_string(path).map_err(unreadable)
}
