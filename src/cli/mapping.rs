//! `purview mapping`: drafts, proves and shows what a schema calls things.

use std::{fs, path::PathBuf, process::ExitCode, sync::Arc};

use super::{
    args::{Mapping as Args, Place},
    consent,
    place::{self, Places},
    say,
};
use crate::{
    database::Database,
    directory::Everybody,
    mapping::{self, Finding, Severity},
    pg::{Identity, Kind, Problem, Run},
    question::Question as _,
};

/// Does what `args` ask of the mapping.
pub(super) async fn run(args: &Args, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    if let Args::Allow { users, write, yes } = args {
        allow(users, *write, *yes, place, run).await?;
        return Ok(ExitCode::SUCCESS);
    }
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
        Args::Allow { .. } => return Err(Problem::bug("users were allowed already")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts `users` among those who are meant to see every organization: on paper, or in a mapping of one's own once somebody agreed to it.
async fn allow(
    users: &[String],
    write: bool,
    yes: bool,
    place: &Place,
    run: &Run,
) -> Result<(), Problem> {
    let places = Places::of_command(place);
    let database = places.open(false).await?;
    refuse_strangers(users, &database, run).await?;
    let known = database.mapping()?;
    let (text, ships) = places.library.text(known)?;
    let (text, all) = mapping::allow(&known.file, &text, users)?;
    if !write {
        return say::data(&text);
    }
    let path = if ships {
        places.config.path.with_file_name("mappings").join(format!("{}.toml", known.name))
    } else {
        PathBuf::from(&known.file)
    };
    say::note(&format!("{}: {}", path.display(), mapping::global_users(&all)));
    let what = format!("it is written to {}", path.display());
    consent::always_to(&what, &places.target()?.connection, yes).await?;
    let unwritable = |error: std::io::Error| {
        Problem::new(Kind::Permission, format!("cannot write {}: {error}", path.display()))
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    // Whole or not at all: a mapping that is half written would be refused from then on.
    let beside = path.with_extension("toml.new");
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, &path)).map_err(unwritable)
}

/// Refuses whoever is no user: a word that is misspelt would allow nobody, and say nothing.
async fn refuse_strangers(
    users: &[String],
    database: &Arc<Database>,
    run: &Run,
) -> Result<(), Problem> {
    let everybody = Everybody::default();
    let crowd = everybody.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
    let stranger = users.iter().find(|it| !crowd.people.iter().any(|who| who.is_called(it)));
    match stranger {
        None => Ok(()),
        Some(stranger) => Err(Problem::usage(format!("there is no such user: {stranger}"))
            .hint("an id or an e-mail address, as `purview get users` lists them")),
    }
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
