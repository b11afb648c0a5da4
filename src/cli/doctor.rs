//! `purview doctor`: how safe the logins are and what the terminal can do.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    args::{self, Place},
    looks,
    place::{self, Places},
    say,
};
use crate::{
    doctor::{self, Examination, Finding, Level, Terminal},
    pg::{Identity, Kind, Login, Problem, Run},
    question::Question as _,
};

/// Looks at everything and prints what was found. Where there is no connection, the rest is told all the same.
pub(super) async fn run(
    args: &args::Doctor,
    place: &Place,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let places = Places::read(place::flags(place), place.mapping.clone());
    let outcome = database(&places, run).await;
    let mut findings = match &outcome {
        Ok(findings) => findings.clone(),
        Err(problem) if problem.kind == Kind::Cancelled => return Err(problem.clone()),
        Err(problem) => vec![unreachable(problem)],
    };
    findings.extend(files(&places, outcome.as_ref().err())?);
    findings.extend(Terminal::look().await.findings());
    print(args, &findings)?;
    match outcome {
        Err(problem) => Ok(ExitCode::from(problem.exit_code())),
        Ok(_) if args.exit_code && findings.iter().any(|it| it.level == Level::Wrong) => {
            Ok(ExitCode::FAILURE)
        }
        Ok(_) => Ok(ExitCode::SUCCESS),
    }
}

async fn database(places: &Places, run: &Run) -> Result<Vec<Finding>, Problem> {
    let target = places.target()?;
    let warnings = target.logins().flat_map(Login::warnings);
    let mut findings: Vec<_> =
        warnings.map(|warning| Finding::note("login", warning.as_str())).collect();
    let database = target.open_asking(true).await?;
    findings.extend(Examination.ask(database, Identity::Observer, run.clone()).await?);
    Ok(findings)
}

/// The configuration and the journal, but for what was told already.
fn files(places: &Places, told: Option<&Problem>) -> Result<Vec<Finding>, Problem> {
    let path = &places.config.path;
    let beside = |name: &str| path.with_file_name(name);
    let paths = [path.clone(), beside("themes"), beside("mappings")];
    let mut findings = doctor::configuration(&paths);
    for problem in places.problems.iter().filter(|it| !place::is_told(it, told)) {
        let Problem { summary, hint, .. } = problem;
        let finding = Finding::wrong("files", summary.clone());
        findings.push(Finding { hint: hint.clone(), ..finding });
    }
    let (keys, colours) = (looks::keymap(&places.config).1, looks::theme(&places.config).1);
    findings.extend(keys.into_iter().chain(colours).map(|wrong| Finding::wrong("files", wrong)));
    findings.extend(doctor::journal(&place::state()?.join(place::JOURNAL)));
    Ok(findings)
}

fn unreachable(problem: &Problem) -> Finding {
    let finding = Finding::wrong("server", problem.summary.clone());
    Finding { hint: problem.hint.clone(), ..finding }
}

fn print(args: &args::Doctor, findings: &[Finding]) -> Result<(), Problem> {
    let Some(format) = args.output else { return say::data(&lines(findings)) };
    let record = |Finding { level, about, text, hint }: &Finding| {
        [Some(level.word().to_owned()), Some((*about).to_owned()), Some(text.clone()), hint.clone()]
    };
    say::records(format.into(), ["level", "about", "text", "hint"], findings.iter().map(record))
}

/// One line each, and what to do below it.
fn lines(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let (level, about) = (finding.level.word(), finding.about);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{level:<6}{about:<10}{}", say::harmless(&finding.text));
        if let Some(hint) = &finding.hint {
            let _ = writeln!(text, "{:16}hint: {}", "", say::harmless(hint));
        }
    }
    text
}
