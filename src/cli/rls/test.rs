//! `purview rls test`: what a team wants to be true of its policies.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use clap::{Args, ValueEnum};

use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs, Place},
        identity::{Wanted, acting_as},
        place::Places,
        say,
        trying::Trying,
    },
    database::Database,
    pg::{Kind, Problem, Run},
    question::Question as _,
    rls::assertion::{Assert, Judgement, Suite, Test, Told, Who, junit, plain},
};

/// Arguments of `rls test`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Tests {
    /// Files of policy tests, or folders of such files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Whether real statements that write are run, in tests that say `try = true`
    #[command(flatten)]
    pub trying: Trying,
    /// How to print it: text or junit
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "policy tests")]
    pub reason: String,
}

/// How the outcome is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For people
    Text,
    /// XML for whatever runs a pipeline
    Junit,
}

/// Runs the tests of all files; ends with 1 if one of them fails.
pub(super) async fn run(args: &Tests, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    // What is wrong with a file is told without a database.
    let tests = read(&args.files)?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let statements: Vec<_> = tests.iter().filter(|it| it.tries).map(|it| it.can).collect();
    if let Some(trying) = args.trying.of(&statements) {
        trying.permitted(&database, &places.target()?.connection).await?;
    }
    args.trying.tell_of_untried(&statements);
    let minutes = places.config.acting_minutes;
    let mut told = Vec::with_capacity(tests.len());
    for test in tests {
        told.push(Box::pin(one(test, args, minutes, &database, run)).await?);
    }
    say::data(&match args.output {
        Shape::Text => plain(&told),
        Shape::Junit => junit(&told),
    })?;
    let passed = told.iter().all(Told::passed);
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::disallowed_methods, reason = "how long a test took is told in reports")]
async fn one(
    test: Test,
    args: &Tests,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Told, Problem> {
    let began = Instant::now();
    let outcome = Box::pin(judge(&test, args, minutes, database, run)).await;
    // Without a connection, or when somebody stops it, there is nothing more to try.
    if let Err(problem) = &outcome
        && matches!(problem.kind, Kind::Connection | Kind::Cancelled)
    {
        return Err(problem.clone());
    }
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Told { test, outcome, milliseconds })
}

async fn judge(
    test: &Test,
    args: &Tests,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Judgement, Problem> {
    let reason = args.reason.clone();
    let (identity, organization) = match &test.who {
        Who::User { user, organization } => (
            IdentityArgs { user: Some(user.clone()), reason, ..IdentityArgs::default() },
            organization.as_deref(),
        ),
        Who::Role { role, settings } => {
            let set =
                settings.iter().map(|(name, value)| format!("{}={value}", name.as_str())).collect();
            (
                IdentityArgs { role: Some(role.clone()), set, reason, ..IdentityArgs::default() },
                None,
            )
        }
    };
    let who = Wanted { args: &identity, organization, minutes }.acting(database, run).await?;
    let who = who.ok_or_else(|| Problem::bug("a test acts as nobody"))?;
    let question = Assert { test: test.clone(), check: args.trying.check() };
    let asked = acting_as(Some(who), database, async |who| {
        question.ask(Arc::clone(database), who.clone(), run.clone()).await
    });
    Box::pin(asked).await
}

/// The tests of all files, in order.
fn read(files: &[PathBuf]) -> Result<Vec<Test>, Problem> {
    let mut tests = Vec::new();
    for path in files {
        for path in expanded(path)? {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            tests.extend(Suite::read(&path.display().to_string(), &text)?.tests);
        }
    }
    Ok(tests)
}

/// The file itself, or the files of tests in a folder, by name.
fn expanded(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Problem::usage(format!("the folder has no file of tests: {}", path.display()))
            .hint("their names end in `.toml`"));
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::usage(format!("cannot read the file of tests: {}: {error}", path.display()))
}
