//! Which database is meant, and how it is to be treated.

use std::path::PathBuf;

use super::{Config, Context, Flags};
use crate::pg::{Environment, Login, PasswordCommand, Problem, is_conninfo};

/// The database that is meant.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the database")]
pub struct Connection {
    /// Whether anything names it; otherwise it is where libpq goes by itself.
    pub named: bool,
    /// The context that it was found by.
    pub context: Option<String>,
    /// The operator's login.
    pub login: Login,
    /// The login for everything that runs as somebody else.
    pub acting: Option<Login>,
    /// The login that migrates the schema, where that is another than the operator's.
    pub migrate: Option<Login>,
    /// Where the files of its migrations lie.
    pub migrations: Option<PathBuf>,
    /// The mapping's name, or the path of its file.
    pub mapping: Option<String>,
    /// Whether it has to be handled with care.
    pub production: bool,
    /// Whether nothing may be written.
    pub read_only: bool,
    /// Whether an entry goes to the application's own audit before somebody is acted as.
    pub audit_acting: bool,
}

/// The variables of libpq's that name a database or its server.
const NAMING: &[&str] = &["PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE"];

/// What names a database.
enum Place<'a> {
    Context(&'a str),
    Url(&'a str),
    /// Nothing: it is where libpq would go.
    Nowhere,
}

impl Config {
    /// The database that flags, environment and file mean.
    pub fn connection(
        &self,
        flags: &Flags,
        environment: &Environment,
    ) -> Result<Connection, Problem> {
        let place = self.place(flags, environment)?;
        let named = !matches!(place, Place::Nowhere)
            || NAMING.iter().any(|variable| environment.filled(variable).is_some());
        let (name, context) = match place {
            Place::Context(name) => (Some(name.to_owned()), self.context(name)?.clone()),
            Place::Url(url) => (None, Context { url: url.to_owned(), ..Context::default() }),
            Place::Nowhere => (None, Context::default()),
        };
        // As with every setting: context, then environment, then flag.
        let given =
            flags.acting_url.as_deref().or_else(|| environment.filled("PURVIEW_ACTING_URL"));
        let (acting, acting_command) = match given {
            Some(url) => (Some(url), None),
            None => (context.acting_url.as_deref(), context.acting_password_command.clone()),
        };
        let owner = environment.filled("PURVIEW_MIGRATE_URL").or(context.migrate_url.as_deref());
        let login = |url: &str, command: Option<PasswordCommand>| {
            let login = Login::read(url, environment)?;
            Ok::<_, Problem>(match command {
                Some(command) => login.with_command(command),
                None => login,
            })
        };
        Ok(Connection {
            named,
            login: login(&context.url, context.password_command.clone())?,
            acting: acting.map(|url| login(url, acting_command)).transpose()?,
            migrate: owner.map(|url| login(url, None)).transpose()?,
            migrations: context.migrations.clone(),
            mapping: context.mapping.clone(),
            production: context.production,
            read_only: context.is_read_only(),
            audit_acting: context.audit_acting,
            context: name,
        })
    }

    /// File, then environment, then flag; a place and a context's name are two ways to say the same.
    fn place<'a>(
        &'a self,
        flags: &'a Flags,
        environment: &'a Environment,
    ) -> Result<Place<'a>, Problem> {
        let target = flags.target.as_deref();
        let (url, context) = match target {
            Some(target) if is_conninfo(target) => (Some(target), None),
            Some(target) => (None, Some(target)),
            None => (None, None),
        };
        let typed: Vec<_> = [
            url.map(Place::Url),
            context.map(Place::Context),
            flags.url.as_deref().map(Place::Url),
            flags.context.as_deref().map(Place::Context),
        ]
        .into_iter()
        .flatten()
        .collect();
        if typed.len() > 1 {
            return Err(Problem::usage("more than one database is named")
                .hint("give a context or a URL, once"));
        }
        let of_environment = || {
            let url = environment.filled("PURVIEW_URL").map(Place::Url);
            url.or_else(|| environment.filled("PURVIEW_CONTEXT").map(Place::Context))
        };
        let of_file = || self.context.as_deref().map(Place::Context);
        Ok(typed
            .into_iter()
            .next()
            .or_else(of_environment)
            .or_else(of_file)
            .unwrap_or(Place::Nowhere))
    }
}
