//! `purview rls compare`: what differs between two users, or between two memberships of one.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    everyone::{tables, warrant},
    why::Shape,
};
use crate::{
    cli::{
        args::{EXIT_CODES, Place},
        place::Places,
        resolve::{resolve, resolve_if},
        say,
    },
    database::Database,
    directory::{Everybody, Somebody, What},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report,
    rls::{Comparison, Statement},
};

/// Arguments of `rls compare`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Compare {
    /// A user: an id, an e-mail address or a part of a name; in one organization, as
    /// USER@@ORGANIZATION; or another identity that the mapping names
    #[arg(value_name = "USER")]
    pub one: String,
    /// Another one, or the same in another organization
    #[arg(value_name = "USER")]
    pub other: String,
    /// Only these tables, separated by commas; all that have row security where absent
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Only this command; may be given more than once; select, update and delete where
    /// absent
    #[arg(long, value_name = "COMMAND")]
    pub command: Vec<Statement>,
    /// End with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub reason: String,
    /// How to print it: text, json or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Shape::Text)]
    #[arg(hide_possible_values = true)]
    pub output: Shape,
}

/// Prints what differs.
pub(super) async fn run(args: &Compare, place: &Place, run: &Run) -> Result<ExitCode, Problem> {
    let tables = tables(&args.tables)?;
    let places = Places::of_command(place);
    let database = places.open(true).await?;
    let one = somebody(&args.one, &database, run).await?;
    let other = somebody(&args.other, &database, run).await?;
    let compare = crate::rls::Compare { tables, statements: args.command.clone() };
    let warrant = warrant(&args.reason, places.config.acting_minutes);
    let found = compare.run(&database, [&one, &other], &warrant, run).await?;
    let told = match args.output {
        Shape::Json => format!("{}\n", report::json(&found)?),
        Shape::Text => tell(&found, ""),
        Shape::Md => tell(&found, "- "),
    };
    say::data(&told)?;
    let differs = !found.tables.is_empty();
    Ok(if args.exit_code && differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The one identity that is meant by `needle`.
async fn somebody(needle: &str, database: &Arc<Database>, run: &Run) -> Result<Somebody, Problem> {
    let (user, organization) = match needle.split_once("@@") {
        Some((user, organization)) => (user, Some(organization)),
        None => (needle, None),
    };
    let everybody =
        async |ask: Everybody| ask.ask(Arc::clone(database), Identity::Observer, run.clone()).await;
    let named = database.mapping()?.recipe()?.others.iter().any(|other| other.name == user);
    if named {
        let crowd = everybody(Everybody::default()).await?;
        let other = crowd.others.into_iter().find(|it| it.candidate.person.label == user);
        return other.ok_or_else(|| Problem::bug("an identity of the mapping is missing"));
    }
    let id = resolve(What::User, user, database, run).await?;
    let organization = resolve_if(What::Organization, organization, database, run).await?;
    let mut people = everybody(Everybody { organization, users: vec![id] }).await?.people;
    match people.len() {
        1 => Ok(people.remove(0)),
        0 => Err(Problem::usage(format!("the user belongs to no organization to act in: {user}"))),
        _ => {
            let organizations: Vec<_> =
                people.iter().filter_map(|it| it.candidate.organization.clone()).collect();
            Err(Problem::usage(format!("the user is somebody else in each organization: {user}"))
                .hint(format!("write `{user}@@ORGANIZATION`: {}", organizations.join(", "))))
        }
    }
}

/// What differs, for people.
fn tell(found: &Comparison, bullet: &str) -> String {
    let mut lines = Vec::new();
    let mut line = |told: String| lines.push(told);
    line(format!("{bullet}A: {} (role {})", found.people[0], found.roles[0]));
    line(format!("{bullet}B: {} (role {})", found.people[1], found.roles[1]));
    if found.facts.is_empty() {
        line(format!("{bullet}The policies know the same of both."));
    } else {
        line(String::new());
        line("What the policies know of them:".to_owned());
    }
    for pair in &found.facts {
        let worth = pair.worth.each_ref().map(|it| it.as_deref().unwrap_or("NULL"));
        line(format!("{bullet}{}", crate::text::clean(&pair.fact)));
        for (name, worth) in ["A", "B"].iter().zip(worth) {
            line(format!("    {name}: {}", crate::text::clean(worth)));
        }
    }
    if !found.tables.is_empty() {
        line(String::new());
        line("What they can do:".to_owned());
    }
    for pair in &found.tables {
        line(format!("{bullet}{} {}", pair.table, pair.command));
        for (at, name) in ["A", "B"].iter().enumerate() {
            let rows = match (pair.rows[at], &pair.problems[at]) {
                (Some(rows), _) => format!("{rows} rows"),
                (None, problem) => format!("error: {}", problem.as_deref().unwrap_or("unknown")),
            };
            let only = match pair.only[at] {
                Some(only) if only > 0 => format!(", {only} of them alone"),
                Some(_) | None => String::new(),
            };
            let samples = match pair.samples[at].as_slice() {
                [] => String::new(),
                keys => format!(" such as {}", keys.join(" · ")),
            };
            line(format!("    {name}: {rows}{only}{samples}"));
        }
    }
    line(String::new());
    line(format!("{bullet}{} tables and commands are the same for both.\n", found.same));
    lines.join("\n")
}
