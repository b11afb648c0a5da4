//! How to connect: read by libpq's rules out of a connection string, a service file, a password file and variables.
//!
//! What is given in the connection string counts before the service, the service before the variables, the variables before the defaults.
//! A parameter that purview cannot honour is refused by name.

mod authentication;
mod environment;
mod hosts;
mod keyvalue;
mod network;
mod parameters;
mod passfile;
mod service;
mod tls;
mod url;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::environment::{Environment, Facts, Files};
pub(super) use self::{
    authentication::{Authentication, Binding},
    hosts::{Host, Place},
    network::Network,
    tls::{Check, Roots, Tls, When},
};
use self::{parameters::Parameters, passfile::Wanted};
use super::{Password, Problem};

/// Everything that is needed to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conninfo {
    /// The places, in the order in which they are tried.
    pub(super) hosts: Vec<Host>,
    /// Whether that order is left to chance.
    pub(super) shuffled: bool,
    /// What sort of server is looked for.
    pub(super) session: Session,
    pub(super) user: String,
    pub(super) database: String,
    /// For each place, the password that was given or found.
    pub(super) passwords: Vec<Option<Password>>,
    pub(super) authentication: Authentication,
    /// How the program is called in the server's list of sessions.
    pub(super) application: String,
    /// Settings for the session, as on the server's command line.
    pub(super) options: Option<String>,
    pub(super) tls: Arc<Tls>,
    pub(super) network: Network,
    /// The account that has to own the server behind a socket, by its number.
    pub(super) peer: Option<u32>,
    /// What a person should know about how this was read.
    pub(super) warnings: Vec<String>,
}

/// What sort of server is looked for (`target_session_attrs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Session {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    /// A standby, or else any.
    PreferStandby,
}

impl Conninfo {
    /// Reads `text`, a URL or words; an empty one leaves everything to the environment.
    pub(super) fn read(text: &str, environment: &Environment) -> Result<Self, Problem> {
        Self::resolve(&merged(text, environment)?, environment)
    }

    fn resolve(parameters: &Parameters, environment: &Environment) -> Result<Self, Problem> {
        let user = match parameters.get("user").or(environment.user.as_deref()) {
            Some(user) => user.to_owned(),
            None => {
                return Err(Problem::usage("no user is given, and this account has no name")
                    .hint("name one in the URL: postgres://user@host/database"));
            }
        };
        let mut found = Self {
            hosts: hosts::read(parameters, environment)?,
            shuffled: choice(parameters, "load_balance_hosts", &["disable", "random"])? == Some(1),
            session: session(parameters)?,
            database: parameters.get("dbname").unwrap_or(&user).to_owned(),
            user,
            passwords: Vec::new(),
            authentication: authentication::read(parameters)?,
            application: application(parameters),
            options: parameters.get("options").map(str::to_owned),
            tls: Arc::new(tls::read(parameters, environment)?),
            network: network::read(parameters)?,
            peer: peer(parameters, environment)?,
            warnings: Vec::new(),
        };
        found.check_names()?;
        found.find_passwords(parameters, environment);
        Ok(found)
    }

    /// A name that is to be found in a certificate has to be given.
    fn check_names(&self) -> Result<(), Problem> {
        let unnamed = |host: &Host| matches!(host.place, Place::Network { name: None, .. });
        if self.tls.check == Check::Name && self.hosts.iter().any(unnamed) {
            return Err(Problem::usage("`sslmode=verify-full` needs the name of the host")
                .hint("give it as `host`, and its address as `hostaddr`"));
        }
        Ok(())
    }

    /// The password that was given counts for every place; one in a password file for the places its line names.
    fn find_passwords(&mut self, parameters: &Parameters, environment: &Environment) {
        if let Some(given) = parameters.get("password") {
            self.passwords = vec![Some(Password::new(given)); self.hosts.len()];
            return;
        }
        let path = parameters.get("passfile").map(PathBuf::from);
        let path = path.or_else(|| environment.at_home(".pgpass"));
        let text = match path.map(|path| passfile::read(&path, environment)) {
            Some(Ok(text)) => text.unwrap_or_default(),
            Some(Err(warning)) => {
                self.warnings.push(warning);
                String::new()
            }
            None => String::new(),
        };
        let wanted = |host: &Host| {
            let (host, port) = (host.in_password_file(), host.port);
            let wanted = Wanted { host: &host, port, database: &self.database, user: &self.user };
            passfile::find(&text, wanted).filter(|found| !found.is_empty()).map(Password::new)
        };
        self.passwords = self.hosts.iter().map(wanted).collect();
    }
}

/// Whether `text` itself holds a password, or cannot be read so that it might.
pub(crate) fn holds_password(text: &str) -> bool {
    explicit(text).map_or(true, |found| found.get("password").is_some())
}

/// Whether `text` looks like a connection string at all, and not like the name of something.
pub(crate) fn is_conninfo(text: &str) -> bool {
    url::after_scheme(text).is_some() || text.contains('=')
}

fn explicit(text: &str) -> Result<Parameters, Problem> {
    match url::after_scheme(text) {
        Some(rest) => url::parse(rest),
        None => keyvalue::parse(text),
    }
}

fn merged(text: &str, environment: &Environment) -> Result<Parameters, Problem> {
    let mut found = explicit(text)?;
    let variables = Parameters::of_variables(environment)?;
    let service = found.get("service").or_else(|| variables.get("service")).map(str::to_owned);
    if let Some(service) = service {
        let file = found.get("servicefile").or_else(|| variables.get("servicefile"));
        let service = service::look_up(&service, file, environment)?;
        found.fill(service);
    }
    found.fill(variables);
    Ok(found)
}

fn application(parameters: &Parameters) -> String {
    let given = parameters.get("application_name");
    let given = given.or_else(|| parameters.get("fallback_application_name"));
    given.unwrap_or("purview").to_owned()
}

fn session(parameters: &Parameters) -> Result<Session, Problem> {
    let names = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];
    Ok(match choice(parameters, "target_session_attrs", &names)?.unwrap_or(0) {
        0 => Session::Any,
        1 => Session::ReadWrite,
        2 => Session::ReadOnly,
        3 => Session::Primary,
        4 => Session::Standby,
        _ => Session::PreferStandby,
    })
}

/// The number of the account that `requirepeer` names.
fn peer(parameters: &Parameters, environment: &Environment) -> Result<Option<u32>, Problem> {
    let Some(name) = parameters.get("requirepeer") else { return Ok(None) };
    let accounts = environment.read(Path::new("/etc/passwd")).unwrap_or_default();
    let number = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
    });
    number.map(Some).ok_or_else(|| {
        Problem::usage(format!("the account of `requirepeer` is not in `/etc/passwd`: {name}"))
    })
}

/// Which of `values` a parameter has, if it is given.
fn choice(parameters: &Parameters, name: &str, values: &[&str]) -> Result<Option<usize>, Problem> {
    let Some(given) = parameters.get(name) else { return Ok(None) };
    let given = given.to_ascii_lowercase();
    match values.iter().position(|value| *value == given) {
        Some(index) => Ok(Some(index)),
        None => Err(Problem::usage(format!(
            "wrong value of the connection parameter `{name}`: {given}"
        ))
        .hint(format!("it is one of {}", values.join(", ")))),
    }
}

#[cfg(test)]
mod conninfo_tests;
#[cfg(test)]
pub(crate) use self::environment::fake;
