//! What a room has to tell on Home: a few lines, each leading to where the rest is.
//!
//! A room tells its own lines in a function `headlines`, and Home asks each room; so a room that goes takes its lines along. A line is cheap on any
//! database: it counts up to a limit, or tells what was found before and when, and never looks unasked at what takes long.

use std::{fmt, pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    database::Database,
    list::{self, Filter, Operator, Term, View},
    pg::{Identity, Kind, Problem, Run},
};

/// Where counting stops.
const ENOUGH: u64 = 1000;
/// For so long a line is looked for that can take any time: less than one waits for a lock, which is no fault to tell.
const SOON: Duration = Duration::from_millis(1500);

/// A line of Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it counts, as in `users in no department`.
    pub what: String,
    /// How many.
    pub count: Result<Counted, Problem>,
    /// How bad it is, if there is any at all.
    pub severity: Severity,
    /// Where it leads.
    pub lead: Lead,
    /// When it was found, where that was not just now.
    pub found: Option<DateTime<Utc>>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A plain fact.
    Fact,
    /// Worth a look.
    Notice,
    /// Wrong.
    Wrong,
}

/// How many there are, as far as whoever asked can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All of them.
    All(Amount),
    /// Those that the identity acted as may see; there may be others.
    Visible(Amount),
    /// Nothing: what the identity acted as does not see need not be missing.
    Unknown,
    /// Nobody has looked yet, because that may take long: whoever follows the line looks.
    Unasked,
}

/// A number of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// How many were counted.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.rows, if self.more { "+" } else { "" })
    }
}

/// Where a line leads: a view, and the filter that shows what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The name of the view, as in addresses.
    pub view: &'static str,
    /// The filter.
    pub filter: Filter,
}

impl Lead {
    /// To the whole of a view.
    pub fn to(view: &'static str) -> Self {
        Self { view, filter: Filter::default() }
    }

    /// To the rows of a list whose `column` is `value`.
    pub fn is(view: &'static str, column: &str, value: &str) -> Self {
        Self::compare(view, column, Operator::Equal, value)
    }

    /// To the rows of a list whose `column` compares with `value`.
    pub fn compare(view: &'static str, column: &str, operator: Operator, value: &str) -> Self {
        let (column, value) = (column.to_owned(), value.to_owned());
        Self { view, filter: Filter { terms: vec![Term::Compare { column, operator, value }] } }
    }
}

impl Line {
    /// A line about `what`, not counted yet.
    pub fn new(what: impl Into<String>, severity: Severity, lead: Lead) -> Self {
        Self { what: what.into(), count: Ok(Counted::Unasked), severity, lead, found: None }
    }

    /// A plain fact: how many rows the list `view` has.
    pub fn fact(what: impl Into<String>, view: &'static str) -> Self {
        Self::new(what, Severity::Fact, Lead::to(view))
    }

    /// The same with what all of it comes to.
    #[must_use]
    pub fn all(self, rows: u64) -> Self {
        Self { count: Ok(Counted::All(Amount { rows, more: false })), ..self }
    }
}

/// What shows that something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// What everybody is told whole: the catalog.
    Catalog,
    /// Rows that are there: who sees them knows, who does not see them does not.
    Rows,
    /// That rows are missing: only who sees all of them knows.
    Absence,
}

/// Whoever asks the rooms for their lines.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The database.
    pub database: &'a Arc<Database>,
    /// As whom.
    pub identity: &'a Identity,
    /// By what it is cancelled.
    pub run: &'a Run,
    /// Only about this organization, where that makes sense.
    pub organization: Option<&'a str>,
}

impl Asker<'_> {
    /// `line` with as many rows of `view` as pass the filter to which it leads, as far as `evidence` tells whoever asks.
    pub async fn counted(&self, line: Line, view: &impl View, evidence: Evidence) -> Line {
        let acting = self.identity.acting().is_some();
        if acting && evidence == Evidence::Absence {
            return Line { count: Ok(Counted::Unknown), ..line };
        }
        let some = acting && evidence == Evidence::Rows;
        let counted = if some { Counted::Visible } else { Counted::All };
        let count = self.count(view, &line.lead.filter).await.map(counted);
        Line { count, ..line }
    }

    /// What `work` comes to, if it comes to that soon. Otherwise it is stopped on the server, and nobody has looked.
    pub async fn soon<T>(
        &self,
        work: impl AsyncFnOnce(Run) -> Result<T, Problem>,
    ) -> Option<Result<T, Problem>> {
        // A handle of its own: what is stopped here is no reason not to go on with the other lines.
        let run = Run::new();
        let late = async {
            tokio::select! {
                () = tokio::time::sleep(SOON) => {}
                () = self.run.cancelled() => {}
            }
        };
        let (mut work, mut late) = (Box::pin(work(run.clone())), pin!(late));
        let outcome = tokio::select! {
            outcome = &mut work => return Some(outcome),
            () = &mut late => {
                // Who cannot be reached cannot be told; what the work comes to says so.
                let _ = run.cancel().await;
                work.await
            }
        };
        match outcome {
            Err(problem) if problem.kind == Kind::Cancelled => None,
            outcome => Some(outcome),
        }
    }

    /// How many rows of `view` pass `filter`.
    pub async fn count(&self, view: &impl View, filter: &Filter) -> Result<Amount, Problem> {
        let Self { database, identity, run, .. } = self;
        let (rows, more) = list::count(database, identity, run, view, filter, ENOUGH).await?;
        Ok(Amount { rows, more })
    }
}
