//! `purview doctor`: how safe the logins are and what the terminal can do.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    args::{self, Place},
    place, say,
};
use crate::{
    doctor::{self, Examination, Finding, Level, Terminal},
    pg::{Identity, Problem, Run},
    question::Question as _,
};

/// Looks at everything and prints what was found. Where there is no connection, the rest is told all the same.
pub(super) async fn run(
    args: &args::Doctor,
    place: &Place,
    run: &Run,
) -> Result<ExitCode, Problem> {
    let outcome = database(place, run).await;
    let mut findings = match &outcome {
        Ok(findings) => findings.clone(),
        Err(problem) => vec![unreachable(problem)],
    };
    findings.extend(doctor::journal(&place::state()?.join(place::JOURNAL)));
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

async fn database(place: &Place, run: &Run) -> Result<Vec<Finding>, Problem> {
    let database = place::open(place).await?;
    Examination.ask(database, Identity::Observer, run.clone()).await
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
