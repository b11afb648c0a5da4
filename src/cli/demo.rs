//! `purview demo`: the private cluster with five systems.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, stdout},
    process::ExitCode,
};

use super::{
    Next,
    args::{Demo, DemoAction, DemoLogin, Place, Scale},
    place, say,
};
use crate::{
    demo::{self, Cluster, Condition, Home, LoginKind, Options, System},
    headline::{Amount, Counted},
    home::Overview,
    pg::{Identity, Problem, Run},
    question::Question as _,
};

/// Does what `args` ask of the demo.
pub(super) async fn run(args: &Demo, run: &Run) -> Result<Next, Problem> {
    let home = Home::find()?;
    let system = args.system.parse::<System>()?;
    let code = match args.action {
        None => return bare(args, home, system, run).await,
        Some(DemoAction::Start) => {
            let cluster = start(args, home.clone(), system).await?;
            say::data(&described(&home, &cluster))?;
            ExitCode::SUCCESS
        }
        Some(DemoAction::Stop) => {
            let stopped = demo::stop(&home, &|step| say::note(step)).await?;
            say::note(if stopped { "the demo is stopped" } else { "the demo did not run" });
            ExitCode::SUCCESS
        }
        Some(DemoAction::Reset) => {
            let removed = demo::reset(&home, &|step| say::note(step)).await?;
            say::note(if removed { "the demo is removed" } else { "there was no demo" });
            ExitCode::SUCCESS
        }
        Some(DemoAction::Status) => status(&home)?,
        Some(DemoAction::Url) => {
            let cluster = demo::running(&home)?;
            say::data(&format!("{}\n", cluster.url(system.database(), login(args.login))))?;
            ExitCode::SUCCESS
        }
    };
    Ok(Next::End(code))
}

/// Starts it if need be; then the console, or a summary where there is no terminal for one.
async fn bare(args: &Demo, home: Home, system: System, run: &Run) -> Result<Next, Problem> {
    let cluster = start(args, home.clone(), system).await?;
    if stdout().is_terminal() {
        return Ok(Next::Open(context(system)));
    }
    let mut text = described(&home, &cluster);
    text.push_str(&summary(system, run).await?);
    say::data(&text)?;
    Ok(Next::End(ExitCode::SUCCESS))
}

async fn start(args: &Demo, home: Home, system: System) -> Result<Cluster, Problem> {
    let options = Options::new(home, system, args.scale.map(scale), place::now());
    demo::start(&options, &|step| say::note(step)).await
}

fn status(home: &Home) -> Result<ExitCode, Problem> {
    let (text, code) = match demo::status(home)? {
        Condition::Running(cluster) => (described(home, &cluster), ExitCode::SUCCESS),
        Condition::Stopped => {
            (format!("stopped, in {}\n", home.path().display()), ExitCode::FAILURE)
        }
        Condition::Absent => ("there is no demo\n".to_owned(), ExitCode::FAILURE),
    };
    say::data(&text)?;
    Ok(code)
}

/// Where it runs, and the contexts by which its databases are reached.
fn described(home: &Home, cluster: &Cluster) -> String {
    let mut text = format!(
        "running on 127.0.0.1:{}, process {}, in {}\n\n",
        cluster.port(),
        cluster.pid(),
        home.path().display()
    );
    let mut line = |system: &str, scale: &str, context: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{system:<14} {scale:<7} {context}");
    };
    line("SYSTEM", "DATA", "CONTEXT");
    for (system, scale) in cluster.databases() {
        line(system.name(), scale.name(), &context(system));
    }
    text
}

/// What is in the database of `system`, and what is wrong with it.
async fn summary(system: System, run: &Run) -> Result<String, Problem> {
    let place = Place { context: Some(context(system)), ..Place::default() };
    let database = place::open(&place).await?;
    let overview = Overview::default().ask(database, Identity::Observer, run.clone()).await?;
    let mut text = format!("\n{system}\n");
    for line in overview.lines {
        if let Ok(Counted::All(amount @ Amount { rows: 1.., .. })) = line.count {
            let _ = writeln!(text, "{:>7} {}", amount.to_string(), line.what);
        }
    }
    Ok(text)
}

fn context(system: System) -> String {
    format!("demo-{system}")
}

const fn login(login: DemoLogin) -> LoginKind {
    match login {
        DemoLogin::Admin => LoginKind::Admin,
        DemoLogin::Support => LoginKind::Support,
        DemoLogin::Dba => LoginKind::Dba,
        DemoLogin::Jail => LoginKind::Jail,
        DemoLogin::Superuser => LoginKind::Superuser,
    }
}

const fn scale(scale: Scale) -> demo::Scale {
    match scale {
        Scale::Small => demo::Scale::Small,
        Scale::Medium => demo::Scale::Medium,
        Scale::Large => demo::Scale::Large,
    }
}
