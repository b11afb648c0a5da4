//! `purview migrate`: where migrations stand, what each would do, and taking or undoing them.

mod act;
mod plan;
mod status;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

pub(super) use self::status::versions;
use super::args::{EXIT_CODES, Output, Place};
use crate::{
    migrate::Order,
    pg::{Problem, Run},
};

/// Commands of `migrate`.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Say of every version whether it is applied, pending, changed, missing or out of order
    Status(Status),
    /// Show what would run: each statement with its lock, what it takes away and its lints
    Plan(Planned),
    /// Take what is pending
    Up(Acting),
    /// Undo the newest, or everything above a version
    Down(Acting),
    /// Undo the newest, or everything from a version on, and take it again
    Redo(Acting),
}

/// Where the files are.
#[derive(Debug, Clone, Default, Args)]
pub struct Files {
    /// The directory of the files; else that of the context, else what purview brings for
    /// a system of the demo
    #[arg(long, value_name = "DIR")]
    pub source: Option<PathBuf>,
}

/// Arguments of `migrate status`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Status {
    /// Where the files are
    #[command(flatten)]
    pub files: Files,
    /// End with 1 if anything is pending or wrong
    #[arg(long)]
    pub exit_code: bool,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
}

/// Arguments of `migrate plan`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Planned {
    /// Where the files are
    #[command(flatten)]
    pub files: Files,
    /// Up to and with this version
    #[arg(long, value_name = "VERSION")]
    pub to: Option<i64>,
    /// What undoing would do instead
    #[arg(long, conflicts_with = "redo")]
    pub down: bool,
    /// What undoing and taking again would do instead
    #[arg(long)]
    pub redo: bool,
    /// Count who would see more or fewer rows of tables whose policies change
    #[arg(long)]
    pub count: bool,
    /// End with 1 if anything would run
    #[arg(long)]
    pub exit_code: bool,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
}

/// Arguments of `migrate up`, `down` and `redo`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Acting {
    /// Where the files are
    #[command(flatten)]
    pub files: Files,
    /// `up`: up to and with this version. `down`: everything above it, 0 for all.
    /// `redo`: from this version on
    #[arg(long, value_name = "VERSION")]
    pub to: Option<i64>,
    /// Do not count who sees which rows, before and after
    #[arg(long)]
    pub no_count: bool,
    /// Drop an index first that an earlier attempt left behind and that no query can use
    #[arg(long)]
    pub drop_invalid: bool,
    /// Agree beforehand
    #[arg(long)]
    pub yes: bool,
}

/// Does what `args` ask.
pub(super) async fn run(args: &Migrate, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    match args {
        Migrate::Status(args) => status::run(args, place, run).await,
        Migrate::Plan(args) => plan::run(args, place, run).await,
        Migrate::Up(args) => act::run(args, Order::Up(args.to), place, run).await,
        Migrate::Down(args) => act::run(args, Order::Down(args.to), place, run).await,
        Migrate::Redo(args) => act::run(args, Order::Redo(args.to), place, run).await,
    }
}
