//! The command line: one file per command.
//!
//! Data goes to standard output and everything else to standard error; the exit code says how it went.

mod args;
mod audit;
mod consent;
mod console;
mod cost;
mod demo;
mod doctor;
mod end;
mod explain;
mod get;
mod identity;
mod interrupt;
mod list;
mod looks;
mod manual;
mod mapping;
mod migrate;
mod noting;
mod place;
mod prompt;
mod redact;
mod resolve;
mod rls;
mod roles;
mod say;
mod sql;
mod statement;
mod trying;

use std::process::ExitCode;

use clap::{
    CommandFactory as _, Parser as _,
    error::{ContextKind, ErrorKind},
};

pub use self::args::Cli;
use self::{
    args::{Command, ConnectionString, Place},
    interrupt::until_interrupted,
};
use crate::{
    config::Flags,
    monitor::Act,
    pg::{Problem, Run},
};

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    match within_loop(cli) {
        Ok(code) => code,
        Err(problem) => {
            say::complain(&problem);
            ExitCode::from(problem.exit_code())
        }
    }
}

/// Prints the help or version that was asked for, or what is wrong with the arguments.
fn not_understood(error: &clap::Error) -> ExitCode {
    let message = error.render().to_string();
    if error.use_stderr() {
        match misspelt_command(error) {
            Some(problem) => say::complain(&problem),
            None => say::complain_of_arguments(&message),
        }
        return ExitCode::from(2);
    }
    // Help that nobody reads any more is no failure.
    drop(say::data(&message));
    ExitCode::SUCCESS
}

/// A bare word is a context, so that a misspelt command only shows by what follows it.
fn misspelt_command(error: &clap::Error) -> Option<Problem> {
    let unexpected = error.get(ContextKind::InvalidArg)?.to_string();
    if error.kind() != ErrorKind::UnknownArgument || unexpected.starts_with('-') {
        return None;
    }
    let typed = Cli::command().ignore_errors(true).try_get_matches().ok()?;
    let word =
        typed.get_one::<ConnectionString>("target").filter(|_| typed.subcommand().is_none())?;
    let known: Vec<_> =
        Cli::command().get_subcommands().map(|it| it.get_name().to_owned()).collect();
    Some(
        Problem::usage(format!("there is no command: {}", word.as_str()))
            .hint(format!("there are `{}`", known.join("`, `"))),
    )
}

fn within_loop(cli: Cli) -> Result<ExitCode, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::bug(format!("no event loop can be had: {error}")))?;
    let outcome = runtime.block_on(whole(cli));
    // A name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    outcome
}

/// What was asked for, and the console if that is what it comes to.
async fn whole(cli: Cli) -> Result<ExitCode, Problem> {
    let Cli { target, at, theme, keymap, place, command } = cli;
    let mut flags = Flags { theme, keymap, ..place::flags(&place) };
    let Some(command) = command else {
        flags.target = target.map(|target| target.as_str().to_owned());
        return Box::pin(console::open(flags, place.mapping, at.as_deref())).await;
    };
    if target.is_some() {
        return Err(Problem::usage("a command takes its database as a flag")
            .hint("`--context NAME` or `--url URL`"));
    }
    match Box::pin(until_interrupted(async |run| Box::pin(dispatch(command, &place, run)).await))
        .await?
    {
        Next::End(code) => Ok(code),
        Next::Open(context) => {
            let Flags { theme, keymap, .. } = flags;
            let flags = Flags { context: Some(context), theme, keymap, ..Flags::default() };
            Box::pin(console::open(flags, None, at.as_deref())).await
        }
    }
}

/// What there is left to do after a command.
enum Next {
    /// Nothing; the program ends with this code.
    End(ExitCode),
    /// The console opens on this context.
    Open(String),
}

async fn dispatch(command: Command, place: &Place, run: &Run) -> Result<Next, Problem> {
    let mut code = ExitCode::SUCCESS;
    match command {
        Command::Demo(args) => return demo::run(&args, run).await,
        Command::Get(args) => get::run(&args, place, run).await?,
        Command::Explain(args) => explain::run(&args, place, run).await?,
        Command::Sql(args) => Box::pin(sql::run(&args, place, run)).await?,
        Command::Migrate(args) => code = migrate::run(&args, place, run).await?,
        Command::Cost(args) => cost::run(*args, place, run).await?,
        Command::Audit(args) => audit::run(&args, place, run).await?,
        Command::Cancel(args) => end::run(Act::Cancel, &args, place, run).await?,
        Command::Terminate(args) => end::run(Act::Terminate, &args, place, run).await?,
        Command::Doctor(args) => code = doctor::run(&args, place, run).await?,
        Command::Rls(args) => code = Box::pin(rls::run(&args, place, run)).await?,
        Command::Roles(_) => roles::run(place, run).await?,
        Command::Mapping(args) => code = mapping::run(&args, place, run).await?,
        Command::Completions { shell } => manual::completions(shell)?,
        Command::Man { command } => manual::page(command.as_deref())?,
    }
    Ok(Next::End(code))
}
