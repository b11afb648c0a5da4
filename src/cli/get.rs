//! `purview get`: any list, printed.

use std::sync::Arc;

use super::{
    args::{Get, Place, ViewName},
    identity::as_whom,
    list::{Printer, Printing, sort},
    migrate::versions,
    resolve::resolve_if,
};
use crate::{
    audit::Events,
    cost::{Dimension, Limits, Per, Usage},
    database::Database,
    directory::{Departments, Grants, Memberships, Organizations, Roles, Users, What},
    list::{Filter, Operator, Term},
    monitor::Watch,
    pg::{Identity, Problem, RelationName, Run},
    rls::Lints,
    tables::{Policies, Rows, Tables},
};

/// Prints the list that `args` ask for, from the database that `place` names.
pub(super) async fn run(args: &Get, place: &Place, run: &Run) -> Result<(), Problem> {
    // What is wrong in itself is told without a database.
    refuse_what_means_nothing(args)?;
    Filter::parse(&args.listed.filter)?;
    if args.view == ViewName::Migrations {
        return versions(args.listed.output, args.listed.limit, place, run).await;
    }
    as_whom(&args.listed.identity, args.listed.org.as_deref(), place, run, async |database, who| {
        let scope = Scope::of(args, database, run).await?;
        print(args, scope, database, who, run).await
    })
    .await
}

/// Refuses flags that the view cannot follow: what is not followed must not look as if it were.
fn refuse_what_means_nothing(args: &Get) -> Result<(), Problem> {
    use ViewName::{Audit, Departments, Grants, Limits, Memberships, Policies, Rows, Usage, Users};
    let refuse = |what: &str, hint: &str| {
        let view = clap::ValueEnum::to_possible_value(&args.view);
        let name = view.as_ref().map_or("it", |value| value.get_name());
        Err(Problem::usage(format!("`get {name}` takes no {what}")).hint(hint))
    };
    // With `--as` an organization also says which of the user's identities is meant.
    let scoped =
        matches!(args.view, Departments | Users | Memberships | Grants | Audit | Usage | Limits);
    if args.listed.org.is_some() && !scoped && args.listed.identity.user.is_none() {
        return refuse("`--org`", "filter by a column, as in `--filter organization_id=…`");
    }
    if args.listed.department.is_some() && !matches!(args.view, Users | Audit | Usage | Limits) {
        return refuse("`--department`", "only users, audit, usage and limits do");
    }
    if !args.listed.cut.sums_as_usual() && args.view != Usage {
        return refuse("`--by`, `--per`, `--from` or `--to`", "only `get usage` does");
    }
    if args.listed.cut.whose.is_some() && !matches!(args.view, Usage | Limits) {
        return refuse("`--user`", "only `get usage` and `get limits` do");
    }
    if args.listed.cut.past && args.view != Limits {
        return refuse("`--past`", "only `get limits` does");
    }
    args.listed.cut.span()?;
    let acts = args.listed.identity.mean_somebody();
    if args.view == ViewName::Migrations {
        if acts {
            return refuse("`--as` or `--role`", "a history is nobody's own");
        }
        if !args.listed.filter.is_empty() || args.listed.sort.is_some() {
            return refuse(
                "`--filter` or `--sort`",
                "it is compared with files here, and told in its order",
            );
        }
    }
    if acts && args.view.topic().is_some() {
        return refuse("`--as` or `--role`", "the server is looked at as your own login");
    }
    if args.listed.identity.audit && !acts {
        return refuse("`--audit` without `--as` or `--role`", "nobody is acted as");
    }
    if args.table.is_some() && !matches!(args.view, Rows | Policies) {
        return refuse("table", "only `get rows` and `get policies` do");
    }
    if args.table.is_none() && args.view == Rows {
        return Err(Problem::usage("`get rows` needs a table")
            .hint("as in `purview get rows public.emails`"));
    }
    table(args)?;
    Ok(())
}

/// The table that is meant.
fn table(args: &Get) -> Result<Option<RelationName>, Problem> {
    args.table.as_deref().map(str::parse).transpose()
}

/// What a list is limited to, by id.
struct Scope {
    organization: Option<String>,
    department: Option<String>,
    user: Option<String>,
}

impl Scope {
    async fn of(args: &Get, database: &Arc<Database>, run: &Run) -> Result<Self, Problem> {
        let id = async |what, needle: &Option<String>| {
            resolve_if(what, needle.as_deref(), database, run).await
        };
        Ok(Self {
            organization: id(What::Organization, &args.listed.org).await?,
            department: id(What::Department, &args.listed.department).await?,
            user: id(What::User, &args.listed.cut.whose).await?,
        })
    }
}

async fn print(
    args: &Get,
    scope: Scope,
    database: &Arc<Database>,
    identity: &Identity,
    run: &Run,
) -> Result<(), Problem> {
    let printing = Printing {
        filter: limited(args, &scope)?,
        sort: args.listed.sort.as_deref().map(sort),
        limit: args.listed.limit,
        output: args.listed.output,
    };
    let printer = Printer { printing: &printing, database, identity, run };
    let table = table(args)?;
    let Scope { organization, department, user } = scope;
    match args.view {
        ViewName::Organizations => printer.list(Organizations).await,
        ViewName::Departments => printer.list(Departments { organization }).await,
        ViewName::Users => printer.list(Users { organization, department, id: None }).await,
        ViewName::Roles => printer.list(Roles).await,
        ViewName::Memberships => printer.list(Memberships { organization, user: None }).await,
        ViewName::Grants => printer.list(Grants { organization, ..Grants::default() }).await,
        ViewName::Tables => printer.list(Tables).await,
        ViewName::Policies => {
            if let Some(table) = &table {
                // A table that is not there has no policies either; that must not look like an answer.
                database.relation(table, run).await?;
            }
            printer.list(Policies { table }).await
        }
        ViewName::Lints => printer.list(Lints).await,
        ViewName::Audit => {
            printer.list(Events { organization, department, ..Events::default() }).await
        }
        ViewName::Usage => printer.list(usage(args, organization)?).await,
        ViewName::Limits => {
            let past = args.listed.cut.past;
            printer.list(Limits { organization, user, department, past, at: None }).await
        }
        ViewName::Migrations => Err(Problem::bug("migrations are no list of the server's")),
        ViewName::Rows => {
            let table = table.ok_or_else(|| Problem::bug("rows of no table"))?;
            printer.list(Rows::of(table)).await
        }
        ViewName::Activity
        | ViewName::Locks
        | ViewName::Transactions
        | ViewName::Statements
        | ViewName::Connections
        | ViewName::Sizes
        | ViewName::Indexes
        | ViewName::Cache
        | ViewName::Vacuum
        | ViewName::Replication
        | ViewName::Progress
        | ViewName::Wraparound
        | ViewName::Settings
        | ViewName::Sequences
        | ViewName::Databases
        | ViewName::Slots
        | ViewName::TableSizes
        | ViewName::SlowQueries
        | ViewName::IndexUsage
        | ViewName::CacheHitRatio => {
            let topic = args.view.topic().ok_or_else(|| Problem::bug("a view of nothing"))?;
            printer.list(Watch(topic)).await
        }
    }
}

/// The usage that is asked for: of all time, by organization and month, unless something else is.
fn usage(args: &Get, organization: Option<String>) -> Result<Usage, Problem> {
    let by = if args.listed.cut.by.is_empty() {
        vec![Dimension::Organization]
    } else {
        args.listed.cut.by.clone()
    };
    let records = by.contains(&Dimension::Record);
    let per = (!records).then(|| args.listed.cut.per.unwrap_or(Per::Month));
    Ok(Usage { by, per, span: args.listed.cut.span()?, organization, trend: None })
}

/// What somebody filters by; usage of a department or of a user is filtered by that too.
fn limited(args: &Get, scope: &Scope) -> Result<Filter, Problem> {
    let mut filter = Filter::parse(&args.listed.filter)?;
    if args.view != ViewName::Usage {
        return Ok(filter);
    }
    let limits = [(Dimension::Department, &scope.department), (Dimension::User, &scope.user)];
    for (dimension, id) in limits {
        filter.terms.extend(id.iter().map(|id| Term::Compare {
            column: dimension.key().to_owned(),
            operator: Operator::Equal,
            value: id.clone(),
        }));
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn get(words: &str) -> Get {
        let line = format!("purview get {words}");
        match Cli::try_parse_from(line.split(' ')).unwrap().command {
            Some(Command::Get(get)) => *get,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_flag_that_would_be_ignored_is_refused() {
        for words in [
            "tables --org x",
            "roles --org x",
            "grants --department x",
            "users public.t",
            "rows",
            "rows a.b.c",
            "activity --as me",
            "locks --org x",
            "sizes public.t",
            "migrations --as me",
            "migrations --filter state=pending",
            "migrations --sort name",
            "migrations --org x",
        ] {
            assert_eq!(
                refuse_what_means_nothing(&get(words)).unwrap_err().exit_code(),
                2,
                "{words}"
            );
        }
        for words in ["users --org x --department y", "rows t --org x --as me", "policies t"] {
            refuse_what_means_nothing(&get(words)).unwrap();
        }
    }
}
