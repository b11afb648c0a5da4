//! From flags, environment and configuration to a connected database.
//!
//! Every setting is looked for in this order: default, file, environment, flag.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use directories::ProjectDirs;

use super::{
    args::Place,
    prompt::{self, Echo},
    say,
};
use crate::{
    config::{Config, Connection, Flags, Secrets},
    database::Database,
    demo::{self, Home},
    mapping::Library,
    pg::{Door, Environment, Journal, Kind, Login, Problem},
};

/// Everything that says where databases are and how they are to be treated.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) config: Config,
    /// What is wrong in files; the program goes on without it.
    pub(super) problems: Vec<Problem>,
    flags: Flags,
    environment: Environment,
    mapping: Option<String>,
    pub(super) library: Arc<Library>,
}

impl Places {
    /// Reads all files. The demo's contexts are there while it runs.
    pub(super) fn read(flags: Flags, mapping: Option<String>) -> Self {
        let environment = Environment::of_process();
        let mut config = Config::load(&flags, &environment);
        // A demo that cannot be looked at must not stand in the way of other databases.
        let contexts = Home::find().and_then(|home| demo::contexts(&home)).unwrap_or_default();
        for context in contexts {
            config.add_context(context.name, context.context);
        }
        let (library, wrong) = Library::with_folder(&config.path.with_file_name("mappings"));
        let problems = config.problems.iter().cloned().chain(wrong).collect();
        Self { config, problems, flags, environment, mapping, library: Arc::new(library) }
    }

    /// What a command's flags say.
    pub(super) fn of_command(place: &Place) -> Self {
        let places = Self::read(flags(place), place.mapping.clone());
        // What stands in the way is told as such, and once.
        let told = places.target().err();
        for problem in places.problems.iter().filter(|it| !is_told(it, told.as_ref())) {
            say::note(&problem.to_string());
        }
        places
    }

    /// The database that is meant.
    pub(super) fn target(&self) -> Result<Target, Problem> {
        self.refuse_absent_demo()?;
        let connection = self.config.connection(&self.flags, &self.environment)?;
        let mapping = self.mapping.clone().or_else(|| connection.mapping.clone());
        Ok(Target { connection, mapping, library: Arc::clone(&self.library) })
    }

    /// Connects to the database that is meant; `acting` if somebody is going to be acted as.
    pub(super) async fn open(&self, acting: bool) -> Result<Arc<Database>, Problem> {
        let target = self.target()?;
        for warning in target.logins().flat_map(Login::warnings) {
            say::note(warning);
        }
        target.open_asking(acting).await
    }

    /// Turns to another context. The login for acting and the mapping of before belong to the database that is left.
    pub(super) fn turn_to(&mut self, context: &str) {
        self.flags = Flags { context: Some(context.to_owned()), ..Flags::default() };
        self.mapping = None;
    }

    /// A context of the demo that is not there only wants it to be started.
    fn refuse_absent_demo(&self) -> Result<(), Problem> {
        let variable = || self.environment.filled("PURVIEW_CONTEXT");
        let asked =
            self.flags.context.as_deref().or(self.flags.target.as_deref()).or_else(variable);
        match asked {
            Some(name)
                if name.starts_with("demo-") && !self.config.contexts().any(|it| it == name) =>
            {
                Err(Problem::usage(format!("no such context: `{name}`"))
                    .hint("`purview demo start`; while it runs there is a context for each system"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether `told` says already what is wrong with a file.
pub(super) fn is_told(problem: &Problem, told: Option<&Problem>) -> bool {
    told.is_some_and(|told| {
        told.summary == problem.summary || told.hint.as_ref() == Some(&problem.summary)
    })
}

/// What was typed, for the layers of the configuration.
pub(super) fn flags(place: &Place) -> Flags {
    Flags {
        context: place.context.clone(),
        url: place.url.as_ref().map(|url| url.as_str().to_owned()),
        acting_url: place.acting_url.as_ref().map(|url| url.as_str().to_owned()),
        ..Flags::default()
    }
}

/// A database, and how to come to it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) connection: Connection,
    mapping: Option<String>,
    library: Arc<Library>,
}

impl Target {
    /// What people call it: the context, or else the database.
    pub(super) fn name(&self) -> &str {
        self.connection.context.as_deref().unwrap_or_else(|| self.connection.login.database())
    }

    /// Connects, without asking anybody for anything.
    pub(super) async fn open(&self) -> Result<Arc<Database>, Problem> {
        let Connection { login, acting, migrate, migrations, .. } = &self.connection;
        let journal = Journal::new(state()?.join(JOURNAL), login.to_string());
        let door = Door::open(login.clone(), acting.clone(), journal, now).await;
        let door = door.map_err(|problem| self.unnamed(problem))?;
        let Connection { read_only, audit_acting, .. } = self.connection;
        let door = door.read_only(read_only).audit_acting(audit_acting);
        let door = door.with_builder(migrate.clone());
        let database = Database::open(door, &self.library, self.mapping.as_deref()).await?;
        Ok(Arc::new(database.with_migrations(migrations.clone())))
    }

    /// Whoever named no database is told how to, not only where none was found.
    fn unnamed(&self, problem: Problem) -> Problem {
        if self.connection.named || problem.kind != Kind::Connection {
            return problem;
        }
        Problem { summary: format!("no database is named, and {}", problem.summary), ..problem }
            .hint("name one: `--url URL`, `--context NAME`, `PGHOST`; `purview demo` makes some to look at")
    }

    /// Connects, asking the person at the terminal for passwords that are found nowhere: the operator's and, where somebody is going to be acted as,
    /// that of the login for it.
    pub(super) async fn open_asking(&self, acting: bool) -> Result<Arc<Database>, Problem> {
        let secrets = secrets();
        let login = &self.connection.login;
        let database = secrets.supply(login, async || self.open().await).await?;
        let jail = self.connection.acting.as_ref().filter(|jail| acting && jail.has_no_password());
        if let Some(jail) = jail {
            // What else is wrong with it is told by whoever uses it.
            drop(secrets.supply(jail, async || database.door.fence().await).await);
        }
        Ok(database)
    }

    /// The logins, for a look at what was found where.
    pub(super) fn logins(&self) -> impl Iterator<Item = &Login> {
        std::iter::once(&self.connection.login).chain(&self.connection.acting)
    }
}

/// The person at the terminal, who may know passwords, if there is one.
fn secrets() -> Secrets {
    if !prompt::is_anybody_there() {
        return Secrets::silent();
    }
    Secrets::asking(async |question: String| prompt::ask(&question, Echo::Off).await)
}

/// Connects to the database that `place` names, for somebody who does not act as anybody.
pub(super) async fn open(place: &Place) -> Result<Arc<Database>, Problem> {
    Places::of_command(place).open(false).await
}

/// The record of acting, in the directory of [`state`].
pub(super) const JOURNAL: &str = "journal.jsonl";

/// Where what purview keeps from one day to the next lies.
pub(super) fn state() -> Result<PathBuf, Problem> {
    let folders = ProjectDirs::from("", "", "purview").ok_or_else(|| {
        Problem::usage("there is no home directory to keep the journal of acting in")
            .hint("set `HOME`")
    })?;
    Ok(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a command is an edge: it runs once, now")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pg::fake::{Given, environment};

    #[test]
    fn whoever_names_no_database_is_told_how_to() {
        let told = |variables: &[(&str, &str)]| {
            let environment = environment(variables, Given::default());
            let config = Config::load(&Flags::default(), &environment);
            let connection = config.connection(&Flags::default(), &environment).unwrap();
            let library = Arc::new(Library::shipped());
            let target = Target { connection, mapping: None, library };
            let problem = Problem::new(Kind::Connection, "/tmp:5432: no server listens there");
            target.unnamed(problem)
        };
        let problem = told(&[]);
        assert!(problem.summary.starts_with("no database is named, and /tmp:5432: "));
        assert!(problem.hint.unwrap().contains("--url"));
        for variable in ["PGHOST", "PURVIEW_URL"] {
            assert!(told(&[(variable, "host=h")]).summary.starts_with("/tmp:5432: "));
        }
    }
}
