//! `purview sql`: one statement, read here, asked as a login or as somebody, printed.

use std::{ops::ControlFlow, sync::Arc};

use clap::Args;

use super::{
    args::{EXIT_CODES, IdentityArgs, Output, Place},
    identity::as_whom,
    say::{self, Stdout},
    statement::Given,
};
use crate::{
    database::Database,
    pg::{Identity, Most, Problem, Run, Typed},
    query::Statement,
    report::{Format, Report, Shown},
};

/// Arguments of `sql`: one SELECT, VALUES, TABLE, EXPLAIN of these, or SHOW.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Sql {
    /// Which statement
    #[command(flatten)]
    pub given: Given,
    /// The organization in which the user of `--as` is meant
    #[arg(long, value_name = "ORGANIZATION", requires = "user")]
    pub org: Option<String>,
    /// How many rows at most; else 1 000 for a table, and all for the rest
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// How many rows a table for people holds unless they ask for more.
const READABLE: u64 = 1_000;

/// Prints what the statement of `args` answers, from the database that `place` names.
pub(super) async fn run(args: &Sql, place: &Place, run: &Run) -> Result<(), Problem> {
    let text = args.given.text()?;
    // What is refused is refused without a database.
    let typed = Typed::read(&text).map_err(|it| placed(it.problem(&text), &text))?;
    as_whom(&args.identity, args.org.as_deref(), place, run, async |database, who| {
        Box::pin(print(args, typed, database, who, run)).await
    })
    .await
}

/// The same problem, with its place in `text` as people count.
fn placed(problem: Problem, text: &str) -> Problem {
    let Some(at) = problem.at else { return problem };
    let before: String = text.chars().take(at - 1).collect();
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let summary = format!("{}, at line {line}, column {column}", problem.summary);
    Problem { summary, ..problem }
}

async fn print(
    args: &Sql,
    typed: Typed,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<(), Problem> {
    let format = Format::from(args.output);
    let rows = args.limit.unwrap_or(if format.streams() { u64::MAX } else { READABLE });
    let text = typed.text().to_owned();
    let statement = Statement { typed, rows };
    let mut out = Some(Stdout::open());
    let gone = out.as_ref().map(Stdout::watch).unwrap_or_default();
    let mut report = None;
    let most = Most { rows, ..Most::ALL };
    let beside = statement.stream(database, identity, most, run, |columns, rows| {
        if report.is_none() {
            let out = out.take().ok_or_else(|| Problem::bug("two reports of one answer"))?;
            let shown = Shown::secretless(columns);
            let begun = Report::begin(format, shown.columns(columns), out);
            report = Some((begun.map_err(|error| say::unwritable(&error))?, shown));
        }
        let Some((report, shown)) = &mut report else { return Ok(ControlFlow::Continue(())) };
        for row in rows {
            report.row(&shown.cells(row)).map_err(|error| say::unwritable(&error))?;
        }
        Ok(if gone.get() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    let beside = beside.await;
    // What was printed before a failure is ended as what it is; the failure is told besides.
    if let Some((report, _)) = report {
        report.end().map_err(|error| say::unwritable(&error))?;
    }
    let beside = beside.map_err(|problem| placed(problem, &text))?;
    for notice in &beside.notices {
        say::note(notice);
    }
    if !beside.hidden.is_empty() {
        say::note(&format!("left out because secret: {}", beside.hidden.join(", ")));
    }
    if beside.more && args.limit.is_none() && !gone.get() {
        say::note(&format!(
            "there is more than the first {} rows; ask for it with `--limit`, or with another format",
            beside.rows
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_as_people_count() {
        let text = "select é,\n  nextval('s')";
        let problem = placed(Typed::read(text).unwrap_err().problem(text), text);
        assert_eq!(problem.exit_code(), 2);
        let place = if text.contains('é') { ", at line 1, column 8" } else { "" };
        assert!(problem.summary.ends_with(place), "{problem:?}");
        let text = "select 1,\n  nextval('s')";
        let problem = placed(Typed::read(text).unwrap_err().problem(text), text);
        assert!(problem.summary.ends_with(", at line 2, column 3"), "{problem:?}");
    }
}
