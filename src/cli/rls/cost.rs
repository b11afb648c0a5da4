//! `purview rls cost`: what the policies of tables cost somebody who reads or writes them.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::why::Shape;
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs},
        say,
    },
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question as _,
    report,
    rls::{
        Statement,
        cost::{PolicyCost, tell},
    },
};

/// Arguments of `rls cost`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Cost {
    /// The table, as `schema.table`; all that have row security where absent
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// What they do: select, insert, update or delete; may be given more than
    /// once; select where absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// How to print it: text, json or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// Prints what they cost.
pub(super) async fn run(
    args: &Cost,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let tables = match &args.table {
        Some(name) => vec![name.parse()?],
        None => PolicyCost::tables(database, run).await?,
    };
    let only = [Statement::Select];
    let commands = if args.command.is_empty() { &only } else { args.command.as_slice() };
    let mut bills = Vec::new();
    for (table, statement) in tables.iter().flat_map(|it| commands.iter().map(move |to| (it, *to)))
    {
        let question = PolicyCost { table: table.clone(), statement };
        bills.push(question.ask(Arc::clone(database), identity.clone(), run.clone()).await?);
    }
    let told = match args.output {
        Shape::Json => format!("{}\n", report::json(&bills)?),
        Shape::Text => bills.iter().map(tell).collect::<Vec<_>>().join("\n"),
        Shape::Md => {
            let told: Vec<_> =
                bills.iter().map(|bill| format!("```\n{}```\n", tell(bill))).collect();
            told.join("\n")
        }
    };
    say::data(&told)?;
    Ok(ExitCode::SUCCESS)
}
