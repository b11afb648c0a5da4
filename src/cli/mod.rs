//! The command line: one file per command.
//!
//! Data goes to standard output and everything else to standard error; the exit code says how it went.

mod args;
mod console;
mod demo;
mod doctor;
mod get;
mod identity;
mod interrupt;
mod manual;
mod place;
mod redact;
mod roles;
mod say;

use std::process::ExitCode;

use clap::Parser as _;

pub use self::args::Cli;
use self::{args::Command, demo::Next};
use crate::pg::{Problem, Run};

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
        say::complain_of_arguments(&message);
        return ExitCode::from(2);
    }
    // Help that nobody reads any more is no failure.
    drop(say::data(&message));
    ExitCode::SUCCESS
}

fn within_loop(cli: Cli) -> Result<ExitCode, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::bug(format!("no event loop can be had: {error}")))?;
    let outcome = runtime.block_on(async {
        let run = Run::new();
        interrupt::interruptible(&run, Box::pin(dispatch(cli, &run))).await
    });
    // A name that is still being looked up, or a password prompt, must not hold up the end.
    runtime.shutdown_background();
    outcome
}

async fn dispatch(cli: Cli, run: &Run) -> Result<ExitCode, Problem> {
    let Cli { target, at, mut place, command } = cli;
    if target.is_some() && command.is_some() {
        return Err(Problem::usage("a command takes its database as a flag")
            .hint("`--context NAME` or `--url URL`"));
    }
    let mut code = ExitCode::SUCCESS;
    match command {
        None => console::open(&place, at.as_deref())?,
        Some(Command::Demo(demo)) => match demo::run(&demo, run).await? {
            Next::End(end) => code = end,
            Next::Open(context) => {
                place.context = Some(context);
                console::open(&place, at.as_deref())?;
            }
        },
        Some(Command::Get(get)) => get::run(&get, &place::open(&place).await?, run).await?,
        Some(Command::Doctor(args)) => code = doctor::run(&args, &place, run).await?,
        Some(Command::Roles(_)) => roles::run(&*place::open(&place).await?, run).await?,
        Some(Command::Mapping(_)) => return Err(Problem::usage("not yet")),
        Some(Command::Completions { shell }) => manual::completions(shell)?,
        Some(Command::Man { command }) => manual::page(command.as_deref())?,
    }
    Ok(code)
}
