//! What was typed: commands and flags, each with its line of help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::report::Format;

/// See what each user of a multi-tenant PostgreSQL can see and do, and why.
#[derive(Debug, Parser)]
#[command(
    name = "purview",
    version,
    about,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// A context of the configuration, or a connection URL; opens the console on it
    pub target: Option<String>,
    /// Where the console opens, as an address such as `users acme /ali`
    #[arg(long, value_name = "ADDRESS")]
    pub at: Option<String>,
    /// Which database
    #[command(flatten)]
    pub place: Place,
    /// What to do instead of opening the console
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Which database, and as which logins.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// A context of the configuration, or `demo-SYSTEM` while the demo runs
    #[arg(long, global = true, value_name = "NAME", env = "PURVIEW_CONTEXT")]
    pub context: Option<String>,
    /// A connection URL or `key=value` string, by libpq's rules
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PURVIEW_URL",
        hide_env_values = true,
        conflicts_with = "context"
    )]
    pub url: Option<String>,
    /// The login for everything that runs as somebody else: one without rights of its own
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PURVIEW_ACTING_URL",
        hide_env_values = true
    )]
    pub acting_url: Option<String>,
    /// A mapping file, where the database is not recognised
    #[arg(long, global = true, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the private cluster with five systems and sample data
    Demo(Demo),
    /// Print a list
    Get(Box<Get>),
    /// Say how safe the logins are, and what the terminal can do
    Doctor,
    /// Print the SQL that makes purview's logins for this database
    Roles(Roles),
    /// Draft, prove and show what a schema calls things
    #[command(subcommand)]
    Mapping(Mapping),
    /// Print a completion script
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// What to do with it; without a word it is started and the console opens on it
    pub action: Option<DemoAction>,
    /// Which system to open
    #[arg(long, value_name = "SYSTEM", default_value = "org-assistant")]
    pub system: String,
    /// How much sample data that system gets
    #[arg(long, value_enum, default_value_t = Scale::Small)]
    pub scale: Scale,
    /// Whose URL `demo url` prints
    #[arg(long, value_enum, default_value_t = DemoLogin::Admin)]
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
pub struct Get {
    /// Which list
    pub view: ViewName,
    /// The table, for `rows` and `policies`
    pub table: Option<String>,
    /// Only what belongs to this organization: an id or a part of its name
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// Only users in this department: an id or a part of its name
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: Option<String>,
    /// Only rows that pass, as in `role=admin !test last_login_at<30d`
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    pub filter: String,
    /// A column to sort by; `-` before it puts the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// How many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// As whom
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub output: Output,
}

/// As whom a command runs.
#[derive(Debug, Clone, Default, Args)]
pub struct IdentityArgs {
    /// Act as this user: an id, an e-mail address or a part of a name
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
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewName {
    /// Organizations
    Organizations,
    /// Departments, or what the schema has in their place
    Departments,
    /// Users
    Users,
    /// Roles of the application
    Roles,
    /// Which user belongs to which organization
    Memberships,
    /// Who has which role where
    Grants,
    /// Tables and views
    Tables,
    /// Policies
    Policies,
    /// The rows of a table
    Rows,
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
            Output::Md => Self::Markdown,
        }
    }
}

/// Arguments of `roles`.
#[derive(Debug, Args)]
pub struct Roles {
    /// Print the SQL; nothing is run
    #[arg(long, required = true)]
    pub print: bool,
}

/// Commands of `mapping`.
#[derive(Debug, Subcommand)]
pub enum Mapping {
    /// Draft a mapping for an unknown schema
    Init,
    /// Prove the mapping against the database
    Check {
        /// End with 1 if there is any finding, not only errors
        #[arg(long)]
        exit_code: bool,
    },
    /// Print the mapping that is in force
    Show,
}
