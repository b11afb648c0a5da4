//! `purview rls draft`: policies for tables that have none, as a pair of migrations.

use std::{process::ExitCode, sync::Arc};

use clap::{Args, ValueEnum};

use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        place::Places,
        say,
    },
    pg::{Identity, Problem, RelationName, Run},
    question::Question as _,
    rls::Proposal,
};

/// Arguments of `rls draft`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Drafting {
    /// Only this table, as `schema.table`; may be given more than once. All without
    /// row security where absent
    #[arg(long, value_name = "TABLE")]
    pub table: Vec<String>,
    /// What to print: both, up or down
    #[arg(long, value_enum, value_name = "PART", default_value_t = Part::Both)]
    #[arg(hide_possible_values = true)]
    pub part: Part,
}

/// Which of the two migrations is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Both, for people
    Both,
    /// What makes the policies
    Up,
    /// What takes them away
    Down,
}

/// Prints the draft. Nothing is run.
pub(super) async fn run(args: &Drafting, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let tables =
        args.table.iter().map(|name| name.parse::<RelationName>()).collect::<Result<_, _>>()?;
    let database = Places::of_command(place).open(false).await?;
    let question = Proposal { tables };
    let drafted = question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    say::data(&match args.part {
        Part::Up => drafted.up,
        Part::Down => drafted.down,
        Part::Both => {
            format!("-- ==== up ====\n{}\n-- ==== down ====\n{}", drafted.up, drafted.down)
        }
    })?;
    if !drafted.without_path.is_empty() {
        let names: Vec<_> = drafted.without_path.iter().map(ToString::to_string).collect();
        say::note(&format!("no path to an organization: {}", names.join(", ")));
    }
    Ok(ExitCode::SUCCESS)
}
