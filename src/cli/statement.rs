//! A statement as a command is given it: as an argument, in a file or on standard input.

use std::{
    fs,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::pg::Problem;

/// Where a statement comes from.
#[derive(Debug, Args)]
pub struct Given {
    /// The statement; from standard input where absent or `-`
    #[arg(value_name = "STATEMENT", conflicts_with = "file")]
    pub statement: Option<String>,
    /// A file that holds the statement; `-` is standard input
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Given {
    /// The statement.
    pub(super) fn text(&self) -> Result<String, Problem> {
        match (self.statement.as_deref(), self.file.as_deref()) {
            (Some(text), _) if text != "-" => Ok(text.to_owned()),
            (None, Some(file)) if file != Path::new("-") => {
                fs::read_to_string(file).map_err(|error| {
                    Problem::usage(format!("`{}` cannot be read: {error}", file.display()))
                })
            }
            (None, None) if io::stdin().is_terminal() => {
                Err(Problem::usage("no statement is given")
                    .hint("give it as an argument, by `-f FILE`, or on standard input"))
            }
            _ => io::read_to_string(io::stdin())
                .map_err(|error| Problem::usage(format!("standard input cannot be read: {error}"))),
        }
    }
}
