//! A login: where to connect, and as which role, with its secret kept out of every print.

use std::{fmt, str::FromStr, sync::Arc};

use sqlx::PgConnection;
use tokio::sync::Mutex;

use super::{
    Environment, Password, PasswordCommand, Problem, connect::connect, conninfo::Conninfo,
};

/// Where to connect, and as which role. Clones share what is learned about the password.
#[derive(Clone)]
pub struct Login {
    info: Arc<Conninfo>,
    command: Option<Arc<PasswordCommand>>,
    /// What a person typed or the command told.
    learned: Arc<Mutex<Option<Password>>>,
    /// What may be shown: `user@host:port/database`.
    shown: Arc<str>,
    /// The account that runs the program.
    account: Arc<str>,
}

impl Login {
    /// Reads `text`, a connection URL or words, by libpq's rules; an empty one leaves everything to the environment.
    pub fn read(text: &str, environment: &Environment) -> Result<Self, Problem> {
        let info = Conninfo::read(text, environment)?;
        let hosts: Vec<_> = info.hosts.iter().map(ToString::to_string).collect();
        let shown = format!("{}@{}/{}", info.user, hosts.join(","), info.database);
        Ok(Self {
            info: Arc::new(info),
            command: None,
            learned: Arc::default(),
            shown: shown.into(),
            account: environment.user.as_deref().unwrap_or("unknown").into(),
        })
    }

    /// The same login with a command that tells its password, before all other places where one might be.
    #[must_use]
    pub fn with_command(mut self, command: PasswordCommand) -> Self {
        self.command = Some(Arc::new(command));
        self
    }

    /// The role that logs in.
    pub fn role(&self) -> &str {
        &self.info.user
    }

    /// The database.
    pub fn database(&self) -> &str {
        &self.info.database
    }

    /// What a person should know about how the login was read.
    pub fn warnings(&self) -> &[String] {
        &self.info.warnings
    }

    /// The account of the person who uses the login.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Whether `problem` is that of a password which only a person can give.
    pub fn wants_password(&self, problem: &Problem) -> bool {
        problem.sqlstate.as_deref() == Some(WRONG_PASSWORD) && self.has_no_password()
    }

    /// Whether no password was found anywhere, and no command tells one.
    pub fn has_no_password(&self) -> bool {
        self.command.is_none() && self.info.passwords.iter().all(Option::is_none)
    }

    /// Takes a password that a person gave, for this login and all its clones.
    pub async fn give_password(&self, password: Password) {
        *self.learned.lock().await = Some(password);
    }

    /// Opens a connection; behind a pooler without settings of its own.
    pub(super) async fn connect(&self, pooled: bool) -> Result<PgConnection, Problem> {
        // Those who connect at the same time wait for one run of the command.
        let mut learned = self.learned.lock().await;
        let known = learned.is_some();
        if let (Some(command), None) = (&self.command, &*learned) {
            *learned = Some(command.run().await?);
        }
        let (password, retry) = (learned.clone(), self.command.as_ref().filter(|_| known));
        drop(learned);
        match (self.attempt(password, pooled).await, retry) {
            // What the command told once may have run out: a token of a cloud's lasts for minutes.
            (Err(problem), Some(command))
                if problem.sqlstate.as_deref() == Some(WRONG_PASSWORD) =>
            {
                let password = command.run().await?;
                *self.learned.lock().await = Some(password.clone());
                self.attempt(Some(password), pooled).await
            }
            (Err(problem), _) if self.wants_password(&problem) => Err(problem.hint(
                "give a password: in `.pgpass`, as `password_command`, in PGPASSWORD, or when asked",
            )),
            (outcome, _) => outcome,
        }
    }

    async fn attempt(
        &self,
        learned: Option<Password>,
        pooled: bool,
    ) -> Result<PgConnection, Problem> {
        let found = |index: usize| self.info.passwords.get(index).cloned().flatten();
        let connected =
            connect(&self.info, pooled, |index| learned.clone().or_else(|| found(index))).await;
        connected.map_err(|problem| problem.for_role(self.role()))
    }
}

/// `invalid_password`.
const WRONG_PASSWORD: &str = "28P01";

impl FromStr for Login {
    type Err = Problem;

    /// Reads a login in the environment of this process.
    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::read(text, &Environment::of_process())
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({})", self.shown)
    }
}
