//! `purview rls why`: why somebody can or cannot do something with a row.

use std::{process::ExitCode, sync::Arc};

use clap::{Args, ValueEnum};

use super::which::{Which, choice};
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs},
        say,
        trying::Trying,
    },
    database::Database,
    pg::{Identity, Problem, RelationName, Run},
    question::Question as _,
    report,
    rls::{Explain, Layout, Outcome, Statement, tell},
};

/// How many rows are explained at once, unless more are asked for.
const EXPLAINED: u64 = 10;

/// Arguments of `rls why`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Why {
    /// The table or view, as `schema.table`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// Which rows
    #[command(flatten)]
    pub rows: Which,
    /// What they want to do: select, insert, update, delete, or a variant such as
    /// `update-all`, `upsert-update`, `merge-delete`
    #[arg(long, value_name = "COMMAND", default_value = "select")]
    pub command: Statement,
    /// The row as they would write it, for insert and update
    #[arg(long = "with", value_name = "COLUMN=VALUE")]
    pub edits: Vec<String>,
    /// A column that they would make NULL
    #[arg(long = "with-null", value_name = "COLUMN")]
    pub nulls: Vec<String>,
    /// Whether the real statement is tried
    #[command(flatten)]
    pub trying: Trying,
    /// How many rows at most
    #[arg(long, value_name = "N", default_value_t = EXPLAINED)]
    pub limit: u64,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// How to print it: text, json or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
    /// End with 1 unless every row may be read, written or deleted
    #[arg(long)]
    pub exit_code: bool,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// How an explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For people
    Text,
    /// An array of objects
    Json,
    /// For a ticket
    Md,
}

/// Explains the rows that are meant.
pub(super) async fn run(
    args: &Why,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let table: RelationName = args.table.parse()?;
    let choice = choice(&args.rows, false, database, &table)?;
    let question = Explain {
        table,
        choice,
        statement: args.command,
        edits: edits(args)?,
        check: args.trying.check(),
        most: args.limit,
    };
    let answer = question.ask(Arc::clone(database), identity.clone(), run.clone()).await?;
    let told = match args.output {
        Shape::Json => format!("{}\n", report::json(&answer)?),
        Shape::Text | Shape::Md => {
            let layout = if args.output == Shape::Md { Layout::Markdown } else { Layout::Text };
            answer.iter().map(|why| tell(why, layout)).collect::<Vec<_>>().join("\n")
        }
    };
    say::data(&told)?;
    args.trying.tell_of_untried(&[args.command]);
    let allowed = answer.iter().all(|why| why.predicted.or(why.actual) == Some(Outcome::Allowed));
    Ok(if args.exit_code && !allowed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The columns that get another value.
fn edits(args: &Why) -> Result<Vec<(String, Option<String>)>, Problem> {
    let writes_values = !args.edits.is_empty() || !args.nulls.is_empty();
    if writes_values && !args.command.makes_new() {
        return Err(Problem::usage(format!("`{}` writes no row", args.command))
            .hint("`--with` goes with `--command insert` or `--command update`"));
    }
    let given = args.edits.iter().map(|text| {
        let (column, value) = text.split_once('=').ok_or_else(|| {
            Problem::usage(format!("write a value as `column=value`, not: {text}"))
        })?;
        Ok((column.to_owned(), Some(value.to_owned())))
    });
    given.chain(args.nulls.iter().map(|column| Ok((column.clone(), None)))).collect()
}
