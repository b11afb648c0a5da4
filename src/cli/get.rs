//! `purview get`: any list, printed.

use std::{
    io::{BufWriter, IsTerminal as _, Write as _, stdout},
    sync::Arc,
};

use super::{
    args::{Get, ViewName},
    identity::{self, As},
    note,
};
use crate::{
    database::Database,
    directory::{Departments, Grants, Memberships, Organizations, Resolve, Roles, Users, What},
    list::{Ask, Filter, From, Position, Query, Sort, View},
    pg::{Identity, Kind, Problem, RelationName, Run},
    question::Question,
    report::{Format, Report},
    tables::{Policies, Rows, Tables},
};

/// How many rows are asked for at once.
const PAGE: usize = 1000;
/// How many rows a table for people holds unless they ask for more.
const READABLE: usize = 10_000;

/// Prints the list that `args` ask for.
pub(super) async fn run(args: &Get, database: Arc<Database>) -> Result<(), Problem> {
    let (organization, department) = scope(args, &database).await?;
    let acting = identity::from_args(&args.identity, organization.as_deref(), &database).await?;
    let outcome = print(args, organization, department, &database, &acting).await;
    identity::end(&acting, &database)?;
    outcome
}

/// The ids of the organization and the department that were asked for.
async fn scope(
    args: &Get,
    database: &Arc<Database>,
) -> Result<(Option<String>, Option<String>), Problem> {
    let mut ids = Vec::with_capacity(2);
    for (what, needle) in [(What::Organization, &args.org), (What::Department, &args.department)] {
        ids.push(match needle {
            Some(needle) => {
                let question = Resolve { what, needle: needle.clone() };
                Some(question.ask(Arc::clone(database), Identity::Observer, Run::new()).await?.id)
            }
            None => None,
        });
    }
    let department = ids.pop().flatten();
    Ok((ids.pop().flatten(), department))
}

async fn print(
    args: &Get,
    organization: Option<String>,
    department: Option<String>,
    database: &Arc<Database>,
    acting: &As,
) -> Result<(), Problem> {
    let printer = Printer { args, database, identity: acting.identity() };
    let table = || args.table.as_deref().map(str::parse::<RelationName>).transpose();
    match args.view {
        ViewName::Organizations => printer.list(Organizations).await,
        ViewName::Departments => printer.list(Departments { organization }).await,
        ViewName::Users => printer.list(Users { organization, department, id: None }).await,
        ViewName::Roles => printer.list(Roles).await,
        ViewName::Memberships => printer.list(Memberships { organization, user: None }).await,
        ViewName::Grants => printer.list(Grants { organization, ..Grants::default() }).await,
        ViewName::Tables => printer.list(Tables).await,
        ViewName::Policies => printer.list(Policies { table: table()? }).await,
        ViewName::Rows => {
            let table = table()?.ok_or_else(|| {
                Problem::usage("`get rows` needs a table")
                    .hint("as in `purview get rows public.emails`")
            })?;
            printer.list(Rows::of(table)).await
        }
    }
}

struct Printer<'a> {
    args: &'a Get,
    database: &'a Arc<Database>,
    identity: &'a Identity,
}

impl Printer<'_> {
    /// Prints pages until there is no more, or enough.
    async fn list(&self, view: impl View) -> Result<(), Problem> {
        let filter = Filter::parse(&self.args.filter)?;
        let sort = self.args.sort.as_deref().map(sort);
        let format = Format::from(self.args.output);
        let most = self.args.limit.unwrap_or(if format.streams() { usize::MAX } else { READABLE });
        let mut from = From::Start;
        let mut left = most;
        let mut report: Option<Report<_>> = None;
        loop {
            let query = Query {
                filter: filter.clone(),
                sort: sort.clone(),
                from,
                limit: left.min(PAGE),
                whole: true,
            };
            let question = Ask { view: view.clone(), query };
            let page =
                question.ask(Arc::clone(self.database), self.identity.clone(), Run::new()).await?;
            let mut out = match report.take() {
                Some(report) => report,
                None => {
                    Report::begin(format, page.columns.to_vec(), BufWriter::new(stdout().lock()))
                        .map_err(|error| broken(&error))?
                }
            };
            for item in &page.items {
                out.row(&item.cells).map_err(|error| broken(&error))?;
            }
            left -= page.items.len().min(left);
            let next: Option<Position> = page.items.last().map(|item| item.position.clone());
            match next {
                Some(position) if !page.at_end && left > 0 => {
                    from = From::After(position);
                    report = Some(out);
                }
                _ => {
                    let rows = out.end().map_err(|error| broken(&error))?;
                    if !page.at_end && self.args.limit.is_none() {
                        note(&format!(
                            "there is more than the first {rows} rows; ask for it with `--limit`, or with another format"
                        ));
                    }
                    return Ok(());
                }
            }
        }
    }
}

/// `name`, or `-name` for the largest first.
fn sort(text: &str) -> Sort {
    let (column, descending) =
        text.strip_prefix('-').map_or((text, false), |column| (column, true));
    Sort { column: column.to_owned(), descending }
}

/// What a failed write to stdout means: a reader that closed its end has what it wanted.
fn broken(error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        // `purview get users | head` is a success, and nothing more can be said on stdout.
        std::process::exit(0);
    }
    let place = if stdout().is_terminal() { "the terminal" } else { "standard output" };
    drop(stdout().flush());
    Problem::new(Kind::Usage, format!("cannot write to {place}: {error}"))
}
