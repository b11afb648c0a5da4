//! `purview migrate plan`: what would run, statement by statement.

use std::{process::ExitCode, sync::Arc};

use super::Planned as Args;
use crate::{
    cli::{
        args::Place,
        identity::warrant,
        place::Places,
        say::{self, Stdout},
    },
    list::{Column, Kind},
    migrate::{Forecast, Foreseen, Order, Plan, Planned, Planning},
    pg::{Identity, Problem, Row, Run},
    question::Question as _,
    report::{Format, Report},
};

/// Prints statement after statement.
pub(super) async fn run(args: &Args, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let places = Places::of_command(place);
    let database = places.open(args.count).await?;
    let order = match (args.down, args.redo) {
        (true, _) => Order::Down(args.to),
        (_, true) => Order::Redo(args.to),
        _ => Order::Up(args.to),
    };
    let question = Planning { source: args.files.source.clone(), order };
    let plan = question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    super::status::tell_of(&plan.stand);
    let format = Format::from(args.output);
    if format == Format::Table {
        say::data(&told(&plan))?;
    } else {
        print(&plan, format).map_err(|error| say::unwritable(&error))?;
    }
    if args.count {
        let warrant = warrant("who would see what after migrations", places.config.acting_minutes);
        let forecast = Forecast { plan: plan.clone(), warrant };
        let sight = forecast.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
        sight.lines().iter().for_each(|line| say::note(&say::harmless(&line.text)));
    }
    let any = args.exit_code && !plan.steps.is_empty();
    Ok(if any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The plan for people.
pub(super) fn told(plan: &Plan) -> String {
    let mut lines = Vec::new();
    if plan.steps.is_empty() {
        lines.push("nothing is to be done".to_owned());
    }
    for step in &plan.steps {
        let how = if step.job.apart { "statement by statement" } else { "one transaction" };
        lines.push(format!("{} ({how})", step.job.title()));
        if let Some(reason) = &step.opaque {
            lines.push(format!("  as one piece, because it cannot be told apart: {reason}"));
        }
        for (at, statement) in step.statements.iter().enumerate() {
            lines.extend(about(at + 1, step, statement));
        }
    }
    for left in &plan.leftovers {
        lines.push(format!(
            "in the way: the index {left}, left behind and of no use; `--drop-invalid` drops it"
        ));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&say::harmless(&line));
        text.push('\n');
    }
    text
}

fn about(number: usize, step: &Planned, statement: &Foreseen) -> Vec<String> {
    let text: String =
        statement.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect();
    let of = step.statements.len();
    let done = if statement.done { "done already: " } else { "" };
    let mut lines = vec![format!("  {number}/{of} line {}: {done}{text}", statement.line)];
    lines.extend(statement.effect().map(|effect| format!("      lock: {effect}")));
    if statement.alone.is_some() {
        lines.push("      by itself: the server refuses it in a transaction".to_owned());
    }
    lines.extend(statement.danger.map(|danger| format!("      danger: {}", danger.words())));
    lines.extend(statement.findings.iter().map(|it| {
        let help = it.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
        format!("      {}: {}: {}{help}", it.group.word(), it.rule, it.message)
    }));
    lines
}

fn print(plan: &Plan, format: Format) -> std::io::Result<usize> {
    let text = |name: &str| Column::new(name, Kind::Text);
    let number = |name: &str| Column::new(name, Kind::Number);
    let columns = vec![
        text("version"),
        text("name"),
        text("direction"),
        number("statement"),
        number("line"),
        text("sql"),
        text("lock"),
        text("work"),
        text("table"),
        number("rows_estimate"),
        Column::new("bytes", Kind::Bytes),
        text("danger"),
        text("lints"),
        Column::new("transaction", Kind::Boolean),
        Column::new("done", Kind::Boolean),
    ];
    let mut report = Report::begin(format, columns, Stdout::open())?;
    for step in &plan.steps {
        for (at, statement) in step.statements.iter().enumerate() {
            report.row(&row(at + 1, step, statement))?;
        }
    }
    report.end()
}

fn row(number: usize, step: &Planned, statement: &Foreseen) -> Row {
    let lock = statement.locks.first();
    let target = statement.target.as_ref();
    let lints: Vec<_> = statement.findings.iter().map(|it| it.rule.as_str()).collect();
    vec![
        Some(step.job.migration.version.to_string()),
        Some(step.job.migration.name.clone()),
        Some(if step.job.up { "up" } else { "down" }.to_owned()),
        Some(number.to_string()),
        Some(statement.line.to_string()),
        Some(statement.text.clone()),
        lock.map(|it| it.mode.name().to_owned()),
        lock.map(|it| it.work.word().to_owned()),
        target.map(|it| it.table.to_string()).or_else(|| lock.map(|it| it.table.join("."))),
        target.map(|it| it.rows.to_string()),
        target.map(|it| it.bytes.to_string()),
        statement.danger.map(|it| it.words().to_owned()),
        (!lints.is_empty()).then(|| lints.join(" ")),
        Some((!step.job.apart).to_string()),
        Some(statement.done.to_string()),
    ]
}
