//! `purview cost`: what was consumed and what it cost, what that comes to, and whether it is too much.

use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{
    args::{EXIT_CODES, Get, Listed, Place, ViewName},
    get,
    identity::as_whom,
    place,
    resolve::resolve_if,
    say::{self, Stdout},
};
use crate::{
    cost::{Amount, Dimension, METHOD, Per, Span, Sums, Totals, day},
    database::Database,
    directory::What,
    list::{Column, Filter, Kind, Operator, Term},
    pg::{Problem, Row, Run},
    question::Question as _,
    report::{Format, Report},
};

/// Arguments of `cost`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Cost {
    /// usage, forecast or limits
    #[arg(value_enum, value_name = "WHAT", default_value_t = CostOf::Usage, hide_possible_values = true)]
    pub what: CostOf,
    /// How much of it, and as what
    #[command(flatten)]
    pub listed: Listed,
}

/// What of cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostOf {
    /// Sums
    Usage,
    /// What the running month comes to
    Forecast,
    /// Limits, with what was measured
    Limits,
}

/// How usage is summed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Usage and limits")]
pub struct Cut {
    /// Tell it apart by these: organization, department, user, model, operation; or
    /// record for each record by itself
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',')]
    pub by: Vec<Dimension>,
    /// Sum it period by period: day, week or month
    #[arg(long, value_name = "PERIOD")]
    pub per: Option<Per>,
    /// From this day on, as in 2026-11-30 or 2026-11
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<NaiveDate>,
    /// Until the day before this one
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Option<NaiveDate>,
    /// What this user consumed, and the limits that hold for them
    #[arg(long = "user", value_name = "USER")]
    pub whose: Option<String>,
    /// Limits of periods that are over too
    #[arg(long)]
    pub past: bool,
}

impl Cut {
    /// Whether nothing is said of how usage is summed.
    pub(super) const fn sums_as_usual(&self) -> bool {
        self.by.is_empty() && self.per.is_none() && self.from.is_none() && self.to.is_none()
    }

    /// The days that are meant; all where nobody said.
    pub(super) fn span(&self) -> Result<Option<Span>, Problem> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let edge = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
        let from = self.from.or_else(|| edge(1, 1, 1)).unwrap_or_default();
        let to = self.to.or_else(|| edge(9999, 12, 31)).unwrap_or_default();
        Span::new(from, to).map(Some)
    }
}

/// Prints what `args` ask for, from the database that `place` names.
pub(super) async fn run(args: Cost, place: &Place, run: &Run) -> Result<(), Problem> {
    let args = of_this_month(args)?;
    let list = match args.what {
        CostOf::Usage => Some(ViewName::Usage),
        CostOf::Limits => Some(ViewName::Limits),
        CostOf::Forecast => None,
    };
    let Some(view) = list else { return outlook(&args, place, run).await };
    get::run(&Get { view, table: None, listed: args.listed }, place, run).await
}

/// The same, limited to the running month where somebody named no other days.
fn of_this_month(mut args: Cost) -> Result<Cost, Problem> {
    if args.what == CostOf::Usage && args.listed.cut.span()?.is_none() {
        let month = Span::month(place::now().date_naive());
        (args.listed.cut.from, args.listed.cut.to) = (Some(month.from), Some(month.to));
    }
    Ok(args)
}

/// Prints what the running month, or the span that was named, comes to.
async fn outlook(args: &Cost, place: &Place, run: &Run) -> Result<(), Problem> {
    let refused = [
        (args.listed.sort.is_some(), "`--sort`"),
        (args.listed.limit.is_some(), "`--limit`"),
        (!args.listed.cut.by.is_empty(), "`--by`"),
        (args.listed.cut.per.is_some(), "`--per`"),
        (args.listed.cut.past, "`--past`"),
    ];
    if let Some((_, flag)) = refused.iter().find(|(given, _)| *given) {
        return Err(Problem::usage(format!("`cost forecast` takes no {flag}"))
            .hint("it prints one line for each currency and unit"));
    }
    Filter::parse(&args.listed.filter)?;
    as_whom(&args.listed.identity, args.listed.org.as_deref(), place, run, async |database, who| {
        let question = question(args, database, run).await?;
        let sums = question.ask(Arc::clone(database), who.clone(), run.clone()).await?;
        print(&sums, Format::from(args.listed.output))
    })
    .await
}

async fn question(args: &Cost, database: &Arc<Database>, run: &Run) -> Result<Totals, Problem> {
    let id = async |what, needle: &Option<String>| {
        resolve_if(what, needle.as_deref(), database, run).await
    };
    let mut filter = Filter::parse(&args.listed.filter)?;
    let department = id(What::Department, &args.listed.department).await?;
    let user = id(What::User, &args.listed.cut.whose).await?;
    for (dimension, id) in [(Dimension::Department, department), (Dimension::User, user)] {
        filter.terms.extend(id.map(|value| Term::Compare {
            column: dimension.key().to_owned(),
            operator: Operator::Equal,
            value,
        }));
    }
    Ok(Totals {
        organization: id(What::Organization, &args.listed.org).await?,
        filter,
        span: args.listed.cut.span()?,
        per: Per::Month,
        at: place::now(),
    })
}

fn print(sums: &Sums, format: Format) -> Result<(), Problem> {
    let unwritten = |error: std::io::Error| say::unwritable(&error);
    let mut report = Report::begin(format, columns(), Stdout::open()).map_err(unwritten)?;
    for amount in &sums.amounts {
        report.row(&row(amount, sums)).map_err(unwritten)?;
    }
    report.end().map_err(unwritten)?;
    if sums.amounts.is_empty() {
        say::note(&format!("nothing was consumed in {}", sums.span));
    }
    let unzoned = if sums.unzoned { "; times without a zone are read in it" } else { "" };
    say::note(&format!(
        "days are those of {}{unzoned}; a forecast is reckoned {METHOD}",
        sums.zone
    ));
    Ok(())
}

fn columns() -> Vec<Column> {
    let text = |name: &str| Column::new(name, Kind::Text);
    let decimal = |name: &str| Column::new(name, Kind::Decimal);
    vec![
        text("source"),
        text("quantity"),
        text("currency"),
        text("unit"),
        text("from"),
        text("to"),
        decimal("total"),
        decimal("before"),
        decimal("forecast"),
        text("method"),
    ]
}

fn row(amount: &Amount, sums: &Sums) -> Row {
    let measure = &amount.measure;
    let forecast = amount.forecast.as_ref().map(bigdecimal::BigDecimal::to_plain_string);
    vec![
        Some(measure.source.clone()),
        Some(measure.quantity.name().to_owned()),
        measure.currency.clone(),
        measure.unit.clone(),
        Some(sums.span.from.to_string()),
        Some(sums.span.to.to_string()),
        Some(amount.total.to_plain_string()),
        Some(amount.before.to_plain_string()),
        forecast.clone(),
        forecast.map(|_| METHOD.to_owned()),
    ]
}
