//! `purview cost`: what was consumed and what it cost, what that comes to, and whether it is too much.

use std::sync::Arc;

use super::{
    args::{Cost, CostOf, Get, Place, ViewName},
    get,
    identity::as_whom,
    place,
    resolve::resolve_if,
    say::{self, Stdout},
};
use crate::{
    cost::{Amount, Dimension, METHOD, Per, Span, Sums, Totals},
    database::Database,
    directory::What,
    list::{Column, Filter, Kind, Operator, Term},
    pg::{Problem, Row, Run},
    question::Question as _,
    report::{Format, Report},
};

/// Prints what `args` ask for, from the database that `place` names.
pub(super) async fn run(args: Cost, place: &Place, run: &Run) -> Result<(), Problem> {
    let args = of_this_month(args)?;
    let list = match args.what {
        CostOf::Usage => Some(ViewName::Usage),
        CostOf::Limits => Some(ViewName::Limits),
        CostOf::Forecast => None,
    };
    let Some(view) = list else { return outlook(&args, place, run).await };
    get::run(&as_list(args, view), place, run).await
}

/// The same, limited to the running month where somebody named no other days.
fn of_this_month(mut args: Cost) -> Result<Cost, Problem> {
    if args.what == CostOf::Usage && args.cut.span()?.is_none() {
        let month = Span::month(place::now().date_naive());
        (args.cut.from, args.cut.to) = (Some(month.from), Some(month.to));
    }
    Ok(args)
}

fn as_list(args: Cost, view: ViewName) -> Get {
    let Cost { org, department, filter, sort, limit, cut, output, identity, what: _ } = args;
    Get { view, table: None, org, department, filter, sort, limit, cut, output, identity }
}

/// Prints what the running month, or the span that was named, comes to.
async fn outlook(args: &Cost, place: &Place, run: &Run) -> Result<(), Problem> {
    let refused = [
        (args.sort.is_some(), "`--sort`"),
        (args.limit.is_some(), "`--limit`"),
        (!args.cut.by.is_empty(), "`--by`"),
        (args.cut.per.is_some(), "`--per`"),
        (args.cut.past, "`--past`"),
    ];
    if let Some((_, flag)) = refused.iter().find(|(given, _)| *given) {
        return Err(Problem::usage(format!("`cost forecast` takes no {flag}"))
            .hint("it prints one line for each currency and unit"));
    }
    Filter::parse(&args.filter)?;
    as_whom(&args.identity, args.org.as_deref(), place, run, async |database, who| {
        let question = question(args, database, run).await?;
        let sums = question.ask(Arc::clone(database), who.clone(), run.clone()).await?;
        print(&sums, Format::from(args.output))
    })
    .await
}

async fn question(args: &Cost, database: &Arc<Database>, run: &Run) -> Result<Totals, Problem> {
    let id = async |what, needle: &Option<String>| {
        resolve_if(what, needle.as_deref(), database, run).await
    };
    let mut filter = Filter::parse(&args.filter)?;
    let department = id(What::Department, &args.department).await?;
    let user = id(What::User, &args.cut.whose).await?;
    for (dimension, id) in [(Dimension::Department, department), (Dimension::User, user)] {
        filter.terms.extend(id.map(|value| Term::Compare {
            column: dimension.key().to_owned(),
            operator: Operator::Equal,
            value,
        }));
    }
    Ok(Totals {
        organization: id(What::Organization, &args.org).await?,
        filter,
        span: args.cut.span()?,
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
