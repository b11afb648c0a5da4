//! `purview mapping`: drafts, proves and shows what a schema calls things.

use std::process::ExitCode;

use super::{
    args::{Mapping as Args, Place},
    place, say,
};
use crate::{
    mapping::{self, Finding, Severity},
    pg::{Problem, Run},
};

/// Does what `args` ask of the mapping.
pub(super) async fn run(args: &Args, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let database = place::open(place).await?;
    match args {
        Args::Init => say::data(&mapping::init(&database.door, run).await?)?,
        Args::Show => say::data(&mapping::show(database.mapping()?))?,
        Args::Check { exit_code, output } => {
            let findings = mapping::check(&database.door, database.mapping()?, run).await?;
            match output {
                Some(format) => {
                    say::records((*format).into(), COLUMNS, findings.iter().map(record))
                }
                None => say::data(&lines(&findings)),
            }?;
            return Ok(code(&findings, *exit_code));
        }
    }
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [&str; 5] = ["file", "line", "severity", "text", "hint"];

fn record(finding: &Finding) -> [Option<String>; 5] {
    let Finding { file, line, severity, text, hint } = finding;
    [
        Some(file.clone()),
        Some(line.to_string()),
        Some(severity.word().to_owned()),
        Some(text.clone()),
        hint.clone(),
    ]
}

/// One line each, as compilers write them, so that editors find the place.
fn lines(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "everything that the mapping names is there\n".to_owned();
    }
    let line = |finding: &Finding| say::harmless(&finding.to_string());
    let lines: Vec<_> = findings.iter().map(line).collect();
    lines.join("\n") + "\n"
}

/// What cannot work is always a no; what may be meant otherwise only for those who ask for every finding.
fn code(findings: &[Finding], every: bool) -> ExitCode {
    let counts = |finding: &Finding| every || finding.severity == Severity::Error;
    if findings.iter().any(counts) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
