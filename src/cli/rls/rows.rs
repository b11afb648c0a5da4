//! `purview rls rows`: rows judged one by one, each against the real statement.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use clap::{Args, ValueEnum};

use super::which::{Which, choice};
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs},
        say::{self, Stdout},
        trying::Trying,
    },
    database::Database,
    pg::{Identity, Problem, RelationName, Run},
    report,
    rls::{Statement, Sweep},
};

/// Arguments of `rls rows`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Rows {
    /// The table, as `schema.table`
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// Which rows
    #[command(flatten)]
    pub which: Which,
    /// All rows of the table
    #[arg(long, conflicts_with_all = ["key", "condition"])]
    pub all: bool,
    /// What they want to do; select, insert, update and delete where absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// Whether the real statement is tried
    #[command(flatten)]
    pub trying: Trying,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// How to print it: ndjson or json
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Stream::Ndjson)]
    #[arg(hide_possible_values = true)]
    pub output: Stream,
    /// End with 1 if the server does otherwise than predicted
    #[arg(long)]
    pub exit_code: bool,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

impl Rows {
    /// The commands that are asked about.
    pub(super) fn statements(&self) -> Vec<Statement> {
        if self.command.is_empty() {
            vec![Statement::Select, Statement::Insert, Statement::Update, Statement::Delete]
        } else {
            self.command.clone()
        }
    }
}

/// How verdicts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stream {
    /// One object a line
    Ndjson,
    /// An array of objects
    Json,
}

/// Judges the rows that are meant.
pub(super) async fn run(
    args: &Rows,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let table: RelationName = args.table.parse()?;
    let choice = choice(&args.which, args.all, database, &table)?;
    let sweep = Sweep { table, choice, statements: args.statements(), check: args.trying.check() };
    let mut out = Stdout::open();
    let gone = out.watch();
    let (mut lines, mut disagreements) = (0u64, 0u64);
    let array = args.output == Stream::Json;
    let outcome = sweep
        .run(database, identity, run, |line| {
            let before = match (array, lines) {
                (true, 0) => "[\n  ",
                (true, _) => ",\n  ",
                (false, _) => "",
            };
            let after = if array { "" } else { "\n" };
            lines += 1;
            disagreements += u64::from(line.agrees == Some(false));
            write!(out, "{before}{}{after}", report::json(&line)?)
                .map_err(|error| say::unwritable(&error))?;
            Ok(!gone.get())
        })
        .await;
    let end = match (array, lines) {
        (true, 0) => "[]\n",
        (true, _) => "\n]\n",
        (false, _) => "",
    };
    out.write_all(end.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| say::unwritable(&error))?;
    outcome?;
    args.trying.tell_of_untried(&sweep.statements);
    if disagreements > 0 {
        say::note(&format!(
            "{disagreements} of {lines} verdicts are not what the server does; `label` says what may be the reason"
        ));
    }
    Ok(if args.exit_code && disagreements > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
