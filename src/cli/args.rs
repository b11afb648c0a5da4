//! What was typed: commands and flags, each with its line of help.

use std::{fmt, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::cost::Cut;
use crate::{monitor::Topic, report::Format};

/// How a command tells how it went.
pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the answer is no or there are findings, 2 usage or
configuration, 3 no connection, 4 not permitted, 5 the server refused the
statement, 130 interrupted.";

/// What the help of the whole program ends with.
fn first_steps() -> String {
    format!(
        "\
First steps:
  purview demo                          five systems in a private PostgreSQL
  purview postgresql://me@host/app      the console on a database
  purview get users --org acme -o json  a list, for people or programs
  purview doctor                        how safe the logins are

{EXIT_CODES}"
    )
}

/// What the help of `get` ends with: the views, which would take half a page among the arguments.
fn views() -> String {
    let line = |view: &ViewName| {
        let view = view.to_possible_value()?;
        let help = view.get_help().map(ToString::to_string).unwrap_or_default();
        Some(format!("  {:<15} {help}\n", view.get_name()))
    };
    let lines: String = ViewName::value_variants().iter().filter_map(line).collect();
    format!("Views:\n{lines}\n{EXIT_CODES}")
}

/// See what each user of a multi-tenant PostgreSQL can see and do, and why.
#[derive(Debug, Parser)]
#[command(
    name = "purview",
    version,
    after_help = first_steps(),
    disable_help_subcommand = true,
    max_term_width = 80,
    override_usage = "purview [OPTIONS] [CONTEXT|URL]\n       purview [OPTIONS] <COMMAND>"
)]
pub struct Cli {
    /// A context of the configuration, or a connection URL: opens the console on it
    #[arg(value_name = "CONTEXT|URL")]
    pub target: Option<ConnectionString>,
    /// Where the console opens, as in `users acme /ali`
    #[arg(long, value_name = "ADDRESS")]
    pub at: Option<String>,
    /// The colours of the console: dark, light, high-contrast, colour-blind, mono, or
    /// a file of your own
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    /// The keys of the console to start from: k9s, vim or plain
    #[arg(long, value_name = "KEYMAP")]
    pub keymap: Option<String>,
    /// Which database
    #[command(flatten)]
    pub place: Place,
    /// What to do instead of opening the console
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Which database, and as which logins.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which database")]
pub struct Place {
    /// A context of the configuration, or `demo-SYSTEM` while the demo runs; else
    /// `PURVIEW_CONTEXT`
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// A connection URL or `key=value` words, by libpq's rules; else
    /// `PURVIEW_URL`
    #[arg(long, global = true, value_name = "URL", conflicts_with = "context")]
    pub url: Option<ConnectionString>,
    /// The login for all that runs as somebody else, one without rights of its own;
    /// else `PURVIEW_ACTING_URL`
    #[arg(long, global = true, value_name = "URL")]
    pub acting_url: Option<ConnectionString>,
    /// A mapping by name or file, where the database is not recognised
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub mapping: Option<String>,
}

/// What leads to a database. It may hold a password, so that it never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionString(String);

impl ConnectionString {
    /// What was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConnectionString {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for ConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectionString(…)")
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a private PostgreSQL with five systems and sample data
    Demo(Demo),
    /// Print a list
    Get(Box<Get>),
    /// Sum up what was consumed and what it cost, forecast it, hold it against limits
    Cost(Box<super::cost::Cost>),
    /// Run one statement that only reads, as yourself or as somebody
    Sql(Box<super::sql::Sql>),
    /// Print what happened, and go on with what happens
    Audit(Box<super::audit::Audit>),
    /// Say why somebody sees a row or not, and may change it or not
    #[command(subcommand)]
    Rls(super::rls::Rls),
    /// Show the plan of a statement, and what of it comes from policies
    Explain(Box<super::explain::Explain>),
    /// Say where migrations stand, show what each would do, take or undo them
    #[command(subcommand)]
    Migrate(super::migrate::Migrate),
    /// Cancel what a session runs
    Cancel(End),
    /// End a session
    Terminate(End),
    /// Say how safe the logins are and what the terminal can do
    Doctor(Doctor),
    /// Print the SQL that makes purview's logins for this database
    Roles(Roles),
    /// Draft, prove and show what a schema calls things
    #[command(subcommand)]
    Mapping(Mapping),
    /// Print a completion script
    Completions {
        /// For which shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Of this command; of the program as a whole where absent
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Demo {
    /// start, stop, reset, status or url; without one it starts and the console
    /// opens on it
    #[arg(value_name = "ACTION", hide_possible_values = true)]
    pub action: Option<DemoAction>,
    /// Which system to open
    #[arg(long, value_name = "SYSTEM", default_value = "org-assistant")]
    pub system: String,
    /// How much sample data that system gets: small, medium or large
    #[arg(long, value_enum, hide_possible_values = true)]
    pub scale: Option<Scale>,
    /// Whose URL `demo url` prints: admin, support, dba, jail or superuser
    #[arg(long, value_enum, default_value_t = DemoLogin::Admin, hide_possible_values = true)]
    pub login: DemoLogin,
}

/// What to do with the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoAction {
    /// Start it and return
    Start,
    /// Stop it
    Stop,
    /// Stop it and remove all of it
    Reset,
    /// Say whether and where it runs
    Status,
    /// Print a connection URL for psql
    Url,
}

/// How much sample data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// 300 users
    Small,
    /// 6 000 users
    Medium,
    /// 100 000 users and 5 million events
    Large,
}

/// A login of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoLogin {
    /// Reads and changes
    Admin,
    /// Reads
    Support,
    /// Watches the server
    Dba,
    /// Has no rights; everything that runs as somebody uses it
    Jail,
    /// The cluster's own, for maintenance
    Superuser,
}

/// Arguments of `get`.
#[derive(Debug, Args)]
#[command(after_help = views())]
pub struct Get {
    /// Which list; see below
    #[arg(hide_possible_values = true)]
    pub view: ViewName,
    /// The table, for `rows` and `policies`
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// How much of it, and as what
    #[command(flatten)]
    pub listed: Listed,
}

/// What of a list is printed, and how.
#[derive(Debug, Args)]
pub struct Listed {
    /// Only of this organization: an id or a part of its name
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// Only of this department: an id or a part of its name
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: Option<String>,
    /// Only rows that pass, as in `state=locked !test last_login_at<2025-01-01`
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    #[arg(allow_hyphen_values = true)]
    pub filter: String,
    /// A column to sort by; `-` before it puts the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// How many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// What of usage
    #[command(flatten)]
    pub cut: Cut,
    /// How to print it: table or md for people; json, ndjson or csv with every field
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
}

/// As whom a command runs.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "As whom")]
pub struct IdentityArgs {
    /// Act as this user: an id, an e-mail address or a part of a name; or as another
    /// identity that the mapping names
    #[arg(long = "as", value_name = "USER", conflicts_with = "role")]
    pub user: Option<String>,
    /// Act as this database role
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// A setting by which the policies know who it is; with `--role`
    #[arg(long, value_name = "NAME=VALUE", requires = "role")]
    pub set: Vec<String>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub reason: String,
    /// Agree beforehand to the entry in the application's own audit that `audit_acting` in
    /// the context asks for
    #[arg(long)]
    pub audit: bool,
}

impl IdentityArgs {
    /// Whether somebody else than the operator is meant.
    pub(super) const fn mean_somebody(&self) -> bool {
        self.user.is_some() || self.role.is_some()
    }
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewName {
    /// The tenants, under whatever name
    Organizations,
    /// Departments, or what the schema has in their place
    Departments,
    /// Users with their roles, departments and state
    Users,
    /// Roles of the application
    Roles,
    /// Which user belongs to which organization
    Memberships,
    /// Who has which role where
    Grants,
    /// Tables and views: size, row security, policies
    Tables,
    /// Policies, of all tables or of one
    Policies,
    /// What is wrong with the row security, and what mends it
    Lints,
    /// What happened, newest first, from every source in one timeline
    Audit,
    /// What was consumed and what it cost, summed by organization, model, …
    Usage,
    /// How much may be consumed, how much was, and whether that is too much
    Limits,
    /// Every version of the schema with its state, as `purview migrate status` tells it
    Migrations,
    /// The rows of a table
    Rows,
    /// Sessions: what each does, for how long, what it waits for
    Activity,
    /// Who waits for whom, as a tree
    Locks,
    /// Open transactions, and what holds back vacuum
    Transactions,
    /// What statements cost: time, calls, rows
    Statements,
    /// Connections against their limits
    Connections,
    /// Databases: sizes, rollbacks, deadlocks, temporary files
    Databases,
    /// How large tables are
    Sizes,
    /// How indexes are used, and where one is missing
    Indexes,
    /// How often the server's memory had what was read
    Cache,
    /// Dead rows and old transactions
    Vacuum,
    /// How far long commands are
    Progress,
    /// How near transaction numbers are to running out
    Wraparound,
    /// Settings that a server should not run with
    Settings,
    /// Sequences, and which are about to end
    Sequences,
    /// Who receives the server's changes
    Replication,
    /// Replication slots
    Slots,
    /// hastecrm's monitoring query: table sizes
    TableSizes,
    /// hastecrm's monitoring query: slow queries
    SlowQueries,
    /// hastecrm's monitoring query: index usage
    IndexUsage,
    /// hastecrm's monitoring query: cache hit ratio
    CacheHitRatio,
}

impl ViewName {
    /// What is seen of the server, if it is about that.
    pub(super) const fn topic(self) -> Option<Topic> {
        Some(match self {
            Self::Activity => Topic::Activity,
            Self::Locks => Topic::Locks,
            Self::Transactions => Topic::Transactions,
            Self::Statements => Topic::Statements,
            Self::Connections => Topic::Connections,
            Self::Databases => Topic::Databases,
            Self::Sizes => Topic::Sizes,
            Self::Indexes => Topic::Indexes,
            Self::Cache => Topic::Cache,
            Self::Vacuum => Topic::Vacuum,
            Self::Progress => Topic::Progress,
            Self::Wraparound => Topic::Wraparound,
            Self::Settings => Topic::Settings,
            Self::Sequences => Topic::Sequences,
            Self::Replication => Topic::Replication,
            Self::Slots => Topic::Slots,
            Self::TableSizes => Topic::TableSizes,
            Self::SlowQueries => Topic::SlowQueries,
            Self::IndexUsage => Topic::IndexUsage,
            Self::CacheHitRatio => Topic::CacheHitRatio,
            Self::Organizations
            | Self::Departments
            | Self::Users
            | Self::Roles
            | Self::Memberships
            | Self::Grants
            | Self::Tables
            | Self::Policies
            | Self::Lints
            | Self::Audit
            | Self::Usage
            | Self::Limits
            | Self::Migrations
            | Self::Rows => return None,
        })
    }
}

/// Arguments of `cancel` and `terminate`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct End {
    /// The process id of the session, as `purview get activity` lists it
    #[arg(value_name = "PID")]
    pub pid: i32,
    /// Agree beforehand
    #[arg(long)]
    pub yes: bool,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Aligned columns
    Table,
    /// An array of objects
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// The same for a spreadsheet: a text that begins like a formula gets a `'`
    Sheet,
    /// A Markdown table
    Md,
}

impl From<Output> for Format {
    fn from(output: Output) -> Self {
        match output {
            Output::Table => Self::Table,
            Output::Json => Self::Json,
            Output::Ndjson => Self::Ndjson,
            Output::Csv => Self::Csv,
            Output::Sheet => Self::Sheet,
            Output::Md => Self::Markdown,
        }
    }
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Doctor {
    /// End with 1 if anything is wrong
    #[arg(long)]
    pub exit_code: bool,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub output: Option<Output>,
}

/// Arguments of `roles`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Roles {
    /// Print the SQL; nothing is run
    #[arg(long, required = true)]
    pub print: bool,
}

/// Commands of `mapping`.
#[derive(Debug, Subcommand)]
#[command(after_help = EXIT_CODES)]
pub enum Mapping {
    /// Draft a mapping for an unknown schema
    Init,
    /// Prove the mapping against the database
    Check {
        /// End with 1 if there is any finding, not only errors
        #[arg(long)]
        exit_code: bool,
        /// How to print it: table, json, ndjson, csv, sheet or md
        #[arg(short, long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
        output: Option<Output>,
    },
    /// Print the mapping that is in force
    Show,
    /// Print the mapping with users who are meant to see every organization, or
    /// keep it
    Allow {
        /// Who is meant to: ids or e-mail addresses
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        /// Write it to a mapping of one's own, which counts from then on; it is
        /// asked first
        #[arg(long)]
        write: bool,
        /// Agree beforehand to `--write`
        #[arg(long, requires = "write")]
        yes: bool,
    },
}
