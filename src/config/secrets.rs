//! Passwords that only a person can give.
//!
//! Somebody is asked only if the server wants a password, none was found anywhere, and there is a terminal to ask at.

use std::{
    fmt,
    io::{self, IsTerminal as _},
};

use crate::pg::{Login, Password, Problem};

/// Who can be asked for a password.
pub struct Secrets {
    ask: Option<Box<Ask>>,
}

/// Shows a prompt and returns the answer.
type Ask = dyn Fn(&str) -> io::Result<String>;

/// As often a wrong password may be followed by another.
const TRIES: usize = 3;

impl Secrets {
    /// The person at the terminal, if there is one.
    pub fn of_terminal() -> Self {
        if io::stdin().is_terminal() {
            Self::asking(|prompt| rpassword::prompt_password(prompt))
        } else {
            Self::silent()
        }
    }

    /// Whoever answers `ask`.
    pub fn asking(ask: impl Fn(&str) -> io::Result<String> + 'static) -> Self {
        Self { ask: Some(Box::new(ask)) }
    }

    /// Nobody.
    pub const fn silent() -> Self {
        Self { ask: None }
    }

    /// Does `attempt`, which connects as `login`; where a password is missing, asks for it and tries again.
    pub async fn supply<T>(
        &self,
        login: &Login,
        attempt: impl AsyncFn() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        for _ in 0..TRIES {
            match attempt().await {
                Err(problem) if login.wants_password(&problem) => match self.answer(login) {
                    Some(password) => login.give_password(password).await,
                    None => return Err(problem),
                },
                outcome => return outcome,
            }
        }
        attempt().await
    }

    /// An answer; somebody who only presses Enter, or nothing to ask at, gives none.
    fn answer(&self, login: &Login) -> Option<Password> {
        let ask = self.ask.as_ref()?;
        let answer = ask(&format!("Password for {login}: ")).ok()?;
        (!answer.is_empty()).then(|| Password::new(answer))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("ask", &self.ask.is_some()).finish()
    }
}
