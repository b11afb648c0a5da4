//! `purview rls lint`: what is wrong with the row security, and what mends it.

use std::{collections::HashSet, process::ExitCode, sync::Arc};

use chrono::Duration;
use clap::{Args, ValueEnum};

use super::people;
use crate::{
    cli::{
        args::{EXIT_CODES, IdentityArgs, Output, Place},
        identity::{Wanted, acting_as, refuse_entry},
        place::{Places, now},
        say,
    },
    database::Database,
    pg::{Identity, Kind, Problem, Run},
    question::Question as _,
    report::Format,
    rls::{
        Findings, Tries,
        lint::{
            CONSTANT, Finding, RULES, Reaches, SUSPECTED, Severity, Suspects, Suspicion, TRIED,
            findings_of_suspects, findings_of_tries,
        },
    },
};

/// How many users stand for all, unless one is named.
const REPRESENTATIVES: usize = 8;

/// Arguments of `rls lint`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Lint {
    /// Only what is at least this bad: error, warning or notice
    #[arg(long, value_enum, value_name = "SEVERITY", hide_possible_values = true)]
    pub severity: Option<Least>,
    /// Only what this rule finds; may be given more than once
    #[arg(long, value_name = "CODE")]
    pub code: Vec<String>,
    /// Only what the catalogs tell: nobody is acted as
    #[arg(long, conflicts_with_all = ["user", "role"])]
    pub catalog_only: bool,
    /// In which organization a user is meant who is somebody else in each
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// End with 1 if anything is found
    #[arg(long)]
    pub exit_code: bool,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
    /// As whom policies are tried; one user for each set of roles where nobody is named
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// How bad a finding has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Least {
    /// Somebody sees or may do what they should not, or cannot do what they should
    Error,
    /// It will be wrong in a case that is likely
    Warning,
    /// It costs time or does nothing
    Notice,
}

impl From<Least> for Severity {
    fn from(least: Least) -> Self {
        match least {
            Least::Error => Self::Wrong,
            Least::Warning => Self::Warning,
            Least::Notice => Self::Notice,
        }
    }
}

/// Prints the findings that are asked for.
pub(super) async fn run(args: &Lint, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    refuse_unknown_codes(&args.code)?;
    refuse_entry(&args.identity)?;
    let places = Places::of_command(place);
    let database = places.open(!args.catalog_only).await?;
    let minutes = places.config.acting_minutes;
    let mut findings = Findings.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
    if !args.catalog_only {
        findings.extend(tried(args, minutes, &database, run).await?);
        if args.identity.user.is_none() && args.identity.role.is_none() {
            findings.extend(suspected(&args.identity.reason, minutes, &database, run).await?);
        }
    }
    let least = args.severity.map_or(Severity::Notice, Severity::from);
    let mut shown: Vec<Finding> = findings
        .into_iter()
        .filter(|it| it.rank <= least && (args.code.is_empty() || args.code.contains(&it.code)))
        .collect();
    shown.sort_by_key(|finding| finding.rank);
    let any = !shown.is_empty();
    let rows = shown.into_iter().map(|it| {
        [it.code, it.severity.to_owned(), it.object, it.detail, it.evidence, it.cure].map(Some)
    });
    say::records(
        Format::from(args.output),
        ["code", "severity", "object", "detail", "evidence", "cure"],
        rows,
    )?;
    Ok(if args.exit_code && any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn refuse_unknown_codes(codes: &[String]) -> Result<(), Problem> {
    let rules = RULES.iter().map(|rule| rule.code);
    let tried = TRIED.iter().chain(&SUSPECTED).chain(&CONSTANT).map(|(code, _)| *code);
    let known: Vec<&str> = rules.chain(tried).collect();
    match codes.iter().find(|code| !known.contains(&code.as_str())) {
        None => Ok(()),
        Some(code) => Err(Problem::usage(format!("there is no such rule: {code}"))
            .hint(format!("one of: {}", known.join(", ")))),
    }
}

/// What comes out when people try. Where nobody can be acted as, that is said, and the catalogs alone speak.
async fn tried(
    args: &Lint,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Vec<Finding>, Problem> {
    let named = args.identity.mean_somebody();
    let people = if named {
        let wanted = Wanted { args: &args.identity, organization: args.org.as_deref(), minutes };
        wanted.acting(database, run).await.map(|who| who.into_iter().collect())
    } else {
        people::representatives(REPRESENTATIVES, &args.identity.reason, minutes, database, run)
            .await
    };
    let people = match people {
        Ok(people) => people,
        Err(problem) if !named && problem.kind != Kind::Cancelled => {
            say::note(&format!("only what the catalogs tell, for nobody was acted as: {problem}"));
            return Ok(Vec::new());
        }
        Err(problem) => return Err(problem),
    };
    let mut tried = Vec::new();
    let mut told = HashSet::new();
    for who in people {
        let outcome = acting_as(Some(Arc::clone(&who)), database, async |who| {
            Tries.ask(Arc::clone(database), who.clone(), run.clone()).await
        })
        .await;
        match outcome {
            Ok(found) => tried.extend(found),
            Err(problem) if !named && problem.kind != Kind::Cancelled => {
                if told.insert(who.role.clone()) {
                    say::note(&format!("not tried as {}: {problem}", who.role));
                }
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(findings_of_tries(&tried))
}

/// What people reach who should reach nothing. Where nobody can be acted as, that was said before.
async fn suspected(
    reason: &str,
    minutes: u32,
    database: &Arc<Database>,
    run: &Run,
) -> Result<Vec<Finding>, Problem> {
    let suspects = match Suspects.ask(Arc::clone(database), Identity::Observer, run.clone()).await {
        Ok(suspects) => suspects,
        Err(problem) if problem.kind == Kind::Cancelled => return Err(problem),
        Err(_) => return Ok(Vec::new()),
    };
    let mut reached = Vec::new();
    let since = now();
    let until = since + Duration::minutes(minutes.into());
    for suspect in suspects {
        let who = Arc::new(suspect.candidate.acting(reason, since, until));
        let organization = match &suspect.why {
            Suspicion::Former(_) => None,
            Suspicion::Claims(organization) => Some(organization.clone()),
        };
        let outcome = acting_as(Some(Arc::clone(&who)), database, async |who| {
            Reaches { organization }.ask(Arc::clone(database), who.clone(), run.clone()).await
        })
        .await;
        match outcome {
            Ok(tables) => reached.push((suspect.why, who, tables)),
            Err(problem) if problem.kind == Kind::Permission => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(findings_of_suspects(&reached))
}
