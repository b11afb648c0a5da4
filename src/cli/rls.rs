//! `purview rls`: why somebody can or cannot do something with a row.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand, ValueEnum};

use super::{
    args::{EXIT_CODES, IdentityArgs, Place},
    identity::{self, Wanted},
    interrupt::interruptible,
    place::Places,
    say::{self, Stdout},
};
use crate::{
    database::Database,
    directory::{Resolve, What},
    mapping::Expression,
    pg::{Identity, Problem, RelationName, Run, Sql},
    question::Question as _,
    report,
    rls::{Choice, Explain, Layout, Outcome, Statement, Sweep, tell},
};

/// How many rows are explained at once, unless more are asked for.
const EXPLAINED: u64 = 10;

/// Commands of `rls`.
#[derive(Debug, Subcommand)]
pub enum Rls {
    /// Say why somebody can or cannot do something with a row
    Why(Box<Why>),
    /// Judge rows of a table one by one, each against the real statement
    Rows(Box<Rows>),
}

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
    /// Do not try the real statement. It is rolled back, but its triggers run
    #[arg(long)]
    pub no_check: bool,
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
    /// Do not try the real statements. They are rolled back, but their triggers run
    #[arg(long)]
    pub no_check: bool,
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

/// Which rows.
#[derive(Debug, Args)]
pub struct Which {
    /// The row with this key; once for each column of the key, in order
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true, conflicts_with = "condition")]
    pub key: Vec<String>,
    /// The rows for which this is true, as in `t.subject = 'Hello'`
    #[arg(long = "where", value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub condition: Option<String>,
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

/// How verdicts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stream {
    /// One object a line
    Ndjson,
    /// An array of objects
    Json,
}

/// Does what `args` ask.
pub(super) async fn run(args: &Rls, place: &Place) -> Result<ExitCode, Problem> {
    let (identity, org) = match args {
        Rls::Why(args) => (&args.identity, &args.org),
        Rls::Rows(args) => (&args.identity, &args.org),
    };
    if identity.user.is_none() && identity.role.is_none() {
        return Err(Problem::usage("policies concern somebody; nobody is named")
            .hint("`--as USER`, or `--role ROLE` with `--set NAME=VALUE`"));
    }
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let minutes = places.config.acting_minutes;
    interruptible(async |run| {
        let organization = match org {
            Some(needle) => {
                let question = Resolve { what: What::Organization, needle: needle.clone() };
                Some(question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?.id)
            }
            None => None,
        };
        let wanted = Wanted { args: identity, organization: organization.as_deref(), minutes };
        let acting = wanted.begin(&database, run).await?;
        let outcome = match args {
            Rls::Why(args) => why(args, &database, acting.identity(), run).await,
            Rls::Rows(args) => rows(args, &database, acting.identity(), run).await,
        };
        identity::end(&acting, &database)?;
        outcome
    })
    .await
}

async fn why(
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
        check: !args.no_check,
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
    let allowed = answer.iter().all(|why| why.predicted.or(why.actual) == Some(Outcome::Allowed));
    Ok(if args.exit_code && !allowed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn rows(
    args: &Rows,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let table: RelationName = args.table.parse()?;
    let choice = choice(&args.which, args.all, database, &table)?;
    let usual = [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];
    let statements = if args.command.is_empty() { usual.to_vec() } else { args.command.clone() };
    let sweep = Sweep { table, choice, statements, check: !args.no_check };
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
    if disagreements > 0 {
        say::note(&format!(
            "{disagreements} of {lines} verdicts are not what the server does; `label` says what may be the reason"
        ));
    }
    Ok(if args.exit_code && disagreements > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Which rows are meant. A condition is parsed and written anew; it cannot look at what must not be shown.
fn choice(
    which: &Which,
    all: bool,
    database: &Database,
    table: &RelationName,
) -> Result<Choice, Problem> {
    if let Some(text) = &which.condition {
        let expression = Expression::parse(text, &["t"], 1).map_err(|reason| {
            Problem::usage(format!("the condition cannot be read: {reason}"))
                .hint("write columns as `t.column`, as in `t.subject = 'Hello'`")
        })?;
        if let Some(secret) =
            expression.columns().iter().find(|it| database.is_secret(table, &it.column))
        {
            return Err(Problem::usage(format!(
                "the column is secret and cannot be looked at: {}",
                secret.column
            )));
        }
        let mut condition = Sql::default();
        condition.checked(&expression);
        return Ok(Choice::Where(condition));
    }
    match (which.key.is_empty(), all) {
        (false, _) => Ok(Choice::Key(which.key.clone())),
        (true, true) => Ok(Choice::All),
        (true, false) => Err(Problem::usage("no row is named").hint(
            "`--key VALUE`, or `--where \"t.subject = 'Hello'\"`; `rls rows` takes `--all` too",
        )),
    }
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
