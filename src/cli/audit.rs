//! `purview audit`: what happened, filtered, as a list or as it comes.

use std::{collections::HashSet, sync::Arc, time::Duration};

use clap::Args;

use super::{
    args::{EXIT_CODES, IdentityArgs, Output, Place},
    identity::as_whom,
    list::{Printer, Printing},
    resolve::resolve_if,
    say::{self, Stdout},
};
use crate::{
    audit::{Events, Follow},
    database::Database,
    directory::What,
    list::{Arrived, Ask, Filter, Mark, Operator, Page, Query, Term},
    pg::{Identity, Problem, Run},
    question::Question as _,
    report::{Format, Listed},
};

/// How many events are told of before those that come.
const BEFORE: usize = 10;
/// More than so many are not told of before them.
const MOST: usize = 100_000;
/// How often it is asked what has come.
const EVERY: Duration = Duration::from_secs(1);

/// Arguments of `audit`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Audit {
    /// Only in this organization: an id or a part of its name
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// Only in this department: an id or a part of its name
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: Option<String>,
    /// Only what this user did: an id, an e-mail address or a part of a name
    #[arg(long, value_name = "USER")]
    pub actor: Option<String>,
    /// Only what was done to the thing with this id, or by it where it is a user
    #[arg(long, value_name = "ID")]
    pub about: Option<String>,
    /// Only this action
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// Only what was done to things of this type
    #[arg(long, value_name = "TYPE")]
    pub entity: Option<String>,
    /// Only what was done with this tool
    #[arg(long, value_name = "TOOL")]
    pub tool: Option<String>,
    /// Only what came from this address
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    /// Only what holds this text
    #[arg(long, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Only from this time on: `2026-03-01`, `2026-03-01T12:00` or `7d` ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only events that pass, as in `source="audit log" acted_by!=null`
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    #[arg(allow_hyphen_values = true)]
    pub filter: String,
    /// How many events at most; with `--follow` how many before those that come
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Go on with what happens from now on, until interrupted; the newest comes last
    #[arg(long, short, conflicts_with = "until")]
    pub follow: bool,
    /// How to print it: table or md for people; json, ndjson or csv with every field
    #[arg(short, long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub output: Option<Output>,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// Prints what happened in the database that `place` names.
pub(super) async fn run(args: &Audit, place: &Place, run: &Run) -> Result<(), Problem> {
    let printing = args.printing()?;
    as_whom(&args.identity, args.org.as_deref(), place, run, async |database, identity| {
        let events = args.events(database, run).await?;
        let printer = Printer { printing: &printing, database, identity, run };
        if args.follow { follow(&printer, &events).await } else { printer.list(events).await }
    })
    .await
}

impl Audit {
    /// Which events are printed, and how; what is wrong in itself is told without a database.
    fn printing(&self) -> Result<Printing, Problem> {
        let mut filter = Filter::parse(&self.filter)?;
        let columns = [
            ("action", Operator::Equal, &self.action),
            ("entity_type", Operator::Equal, &self.entity),
            ("tool", Operator::Equal, &self.tool),
            ("address", Operator::Equal, &self.address),
            ("at", Operator::AtLeast, &self.since),
            ("at", Operator::Less, &self.until),
        ];
        for (column, operator, value) in columns {
            let column = column.to_owned();
            let value = value.clone();
            filter.terms.extend(value.map(|value| Term::Compare { column, operator, value }));
        }
        let word = |word: &String| Term::Word { word: word.clone(), negated: false };
        filter.terms.extend(self.text.iter().map(word));
        let output =
            self.output.unwrap_or(if self.follow { Output::Ndjson } else { Output::Table });
        if self.follow && matches!(output, Output::Table | Output::Json) {
            return Err(Problem::usage("what goes on has no end, and this format needs one")
                .hint("`--follow` prints `-o ndjson`, `csv` or `md`"));
        }
        Ok(Printing { filter, sort: None, limit: self.limit, output })
    }

    async fn events(&self, database: &Arc<Database>, run: &Run) -> Result<Events, Problem> {
        let id = async |what, needle: &Option<String>| {
            resolve_if(what, needle.as_deref(), database, run).await
        };
        Ok(Events {
            organization: id(What::Organization, &self.org).await?,
            department: id(What::Department, &self.department).await?,
            actor: id(What::User, &self.actor).await?,
            about: self.about.clone(),
            one: None,
        })
    }
}

/// Prints the last events and then what comes, each once, until nobody reads on.
async fn follow(printer: &Printer<'_>, events: &Events) -> Result<(), Problem> {
    let following = Following { printer, events };
    let mut arrived = following.ask(None).await?;
    // What is read after the mark may be told of again as what came.
    let before = following.before().await?;
    let mut known: HashSet<_> = before.items.iter().map(|it| it.position.key.clone()).collect();
    let out = Stdout::open();
    let gone = out.watch();
    let format = Format::from(printer.printing.output);
    let mut listed =
        Listed::begin(format, &before.columns, out).map_err(|error| say::unwritable(&error))?;
    let mut told = before.items;
    loop {
        let written = listed.items(told.into_iter().rev()).and_then(|()| listed.flush());
        written.map_err(|error| say::unwritable(&error))?;
        if gone.get() {
            return Ok(());
        }
        if !arrived.more {
            tokio::time::sleep(EVERY).await;
        }
        arrived = following.ask(Some(arrived.mark)).await?;
        told = std::mem::take(&mut arrived.page.items);
        told.retain(|item| !known.contains(&item.position.key));
        if !arrived.more {
            known.clear();
        }
    }
}

struct Following<'a> {
    printer: &'a Printer<'a>,
    events: &'a Events,
}

impl Following<'_> {
    async fn ask(&self, mark: Option<Arc<Mark>>) -> Result<Arrived, Problem> {
        let question = Follow { events: self.events.clone(), query: self.query(0), mark };
        question
            .ask(Arc::clone(self.printer.database), self.identity(), self.printer.run.clone())
            .await
    }

    /// The last events.
    async fn before(&self) -> Result<Page, Problem> {
        let limit = self.printer.printing.limit.unwrap_or(BEFORE).min(MOST);
        let question = Ask { view: self.events.clone(), query: self.query(limit) };
        question
            .ask(Arc::clone(self.printer.database), self.identity(), self.printer.run.clone())
            .await
    }

    fn query(&self, limit: usize) -> Query {
        let filter = self.printer.printing.filter.clone();
        Query { filter, limit, whole: true, ..Query::default() }
    }

    fn identity(&self) -> Identity {
        self.printer.identity.clone()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn audit(words: &[&str]) -> Audit {
        let line = ["purview", "audit"].iter().chain(words);
        match Cli::try_parse_from(line).unwrap().command {
            Some(Command::Audit(audit)) => *audit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_are_terms_of_one_filter() {
        let printing = audit(&[
            "--action",
            "login",
            "--since",
            "7d",
            "--until",
            "2026-03-01",
            "--text",
            "in voice",
            "--filter",
            "tool!=null",
        ])
        .printing()
        .unwrap();
        let wanted = "tool!=null action=login at>=7d at<2026-03-01 \"in voice\"";
        assert_eq!(printing.filter, Filter::parse(wanted).unwrap());
        assert!(audit(&["--filter", "at=\"open"]).printing().is_err());
    }

    #[test]
    fn what_has_no_end_is_not_printed_in_a_format_that_needs_one() {
        for format in ["table", "json"] {
            let refused = audit(&["--follow", "-o", format]).printing();
            assert!(refused.is_err_and(|problem| problem.exit_code() == 2), "{format}");
        }
        assert_eq!(audit(&["-f"]).printing().unwrap().output, Output::Ndjson);
        assert_eq!(audit(&[]).printing().unwrap().output, Output::Table);
    }
}
