//! `purview rls`: one file per command.

mod compare;
mod cost;
mod draft;
mod everyone;
mod hidden;
mod leaks;
mod lint;
mod matrix;
mod people;
mod rows;
mod snapshot;
mod test;
mod what_if;
mod which;
mod who;
mod why;

use std::{process::ExitCode, sync::Arc};

use clap::Subcommand;

use super::{
    args::{IdentityArgs, Place},
    identity::as_whom_in,
    place::Places,
    trying::Trying,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
};

/// Commands of `rls`.
#[derive(Debug, Subcommand)]
pub enum Rls {
    /// Say why somebody can or cannot do something with a row
    Why(Box<why::Why>),
    /// Count what of a table is hidden from somebody, by what hides it
    Hidden(Box<hidden::Hidden>),
    /// Say what policies cost: which functions are called for each row, how long they take,
    /// and a form that takes less
    Cost(Box<cost::Cost>),
    /// Judge rows of a table one by one, each against the real statement
    Rows(Box<rows::Rows>),
    /// Say what is wrong with the row security, and what mends it
    Lint(Box<lint::Lint>),
    /// Run policy tests that lie in files
    Test(Box<test::Tests>),
    /// Say who may do what with how many rows: user × table × command
    Matrix(Box<matrix::Matrix>),
    /// Find rows that are seen across organizations, and the policy that lets them
    Leaks(Box<leaks::Leaks>),
    /// Say what differs between two users, or between two memberships of one
    Compare(Box<compare::Compare>),
    /// Say who would gain and lose which rows if the policies of a table were others
    WhatIf(Box<what_if::WhatIf>),
    /// Say who can see, change or delete a row, and what gets around its policies
    Who(Box<who::Who>),
    /// Print who reaches what, and by which rules, to be kept
    Snapshot(snapshot::Taking),
    /// Compare who reaches what with a snapshot
    Check(snapshot::Checking),
    /// Draft policies that keep the organizations apart
    Draft(Box<draft::Drafting>),
}

/// Does what `args` ask.
pub(super) async fn run(args: &Rls, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    match args {
        Rls::Lint(args) => lint::run(args, place, run).await,
        Rls::Test(args) => Box::pin(test::run(args, place, run)).await,
        Rls::Matrix(args) => matrix::run(args, place, run).await,
        Rls::Leaks(args) => leaks::run(args, place, run).await,
        Rls::Compare(args) => compare::run(args, place, run).await,
        Rls::WhatIf(args) => what_if::run(args, place, run).await,
        Rls::Who(args) => who::run(args, place, run).await,
        Rls::Snapshot(args) => snapshot::run(args, place, run).await,
        Rls::Check(args) => snapshot::check(args, place, run).await,
        Rls::Draft(args) => draft::run(args, place, run).await,
        Rls::Why(args) => {
            let tried = args.trying.of(&[args.command]);
            let wanted = (&args.identity, args.org.as_deref(), tried);
            as_somebody(wanted, place, run, async |database, who| {
                why::run(args, database, who, run).await
            })
            .await
        }
        Rls::Hidden(args) => {
            let wanted = (&args.identity, args.org.as_deref(), None);
            as_somebody(wanted, place, run, async |database, who| {
                hidden::run(args, database, who, run).await
            })
            .await
        }
        Rls::Cost(args) => {
            let wanted = (&args.identity, args.org.as_deref(), None);
            as_somebody(wanted, place, run, async |database, who| {
                cost::run(args, database, who, run).await
            })
            .await
        }
        Rls::Rows(args) => {
            let tried = args.trying.of(&args.statements());
            let wanted = (&args.identity, args.org.as_deref(), tried);
            as_somebody(wanted, place, run, async |database, who| {
                rows::run(args, database, who, run).await
            })
            .await
        }
    }
}

/// Connects, begins to act as somebody, does the work, and ends it. Where statements that write are tried, it asks first.
async fn as_somebody(
    (identity, organization, tried): (&IdentityArgs, Option<&str>, Option<Trying>),
    place: &Place,
    run: &Run,
    work: impl AsyncFn(&Arc<Database>, &Identity) -> Result<ExitCode, Problem>,
) -> Result<ExitCode, Problem> {
    if !identity.mean_somebody() {
        return Err(Problem::usage("policies concern somebody; nobody is named")
            .hint("`--as USER`, or `--role ROLE` with `--set NAME=VALUE`"));
    }
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    if let Some(trying) = tried {
        trying.permitted(&database, &places.target()?.connection).await?;
    }
    as_whom_in(identity, organization, (&places, &database), run, async |who| {
        work(&database, who).await
    })
    .await
}
