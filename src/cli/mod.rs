//! The command line: one file per command.
//!
//! Data goes to standard output and everything else to standard error; the exit code says how it went.

mod args;
mod get;
mod identity;
mod place;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

pub use self::args::Cli;
use self::args::Command;
use crate::{pg::Problem, text};

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Help that nobody reads any more is no failure.
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&Problem::bug(format!("no event loop can be had: {error}")));
            return ExitCode::from(5);
        }
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        Err(problem) => {
            complain(&problem);
            ExitCode::from(problem.exit_code())
        }
    }
}

async fn dispatch(cli: Cli) -> Result<ExitCode, Problem> {
    match cli.command {
        Some(Command::Get(get)) => get::run(&get, place::open(&cli.place).await?).await?,
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "purview", &mut std::io::stdout());
        }
        Some(Command::Man) => man()?,
        _ => return Err(Problem::usage("not yet")),
    }
    Ok(ExitCode::SUCCESS)
}

fn man() -> Result<(), Problem> {
    clap_mangen::Man::new(Cli::command())
        .render(&mut std::io::stdout())
        .map_err(|error| Problem::usage(format!("cannot write the manual page: {error}")))
}

/// Says something that is not data.
#[expect(clippy::print_stderr, reason = "a command line speaks on standard error")]
fn note(text: &str) {
    eprintln!("purview: {}", text::clean(text));
}

/// Says what failed and what to do about it.
#[expect(clippy::print_stderr, reason = "a command line speaks on standard error")]
fn complain(problem: &Problem) {
    eprintln!("error: {}", text::clean(&problem.summary));
    if let Some(hint) = &problem.hint {
        eprintln!("hint: {}", text::clean(hint));
    }
}
