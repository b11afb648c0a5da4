//! Passwords that only a person can give.
//!
//! Somebody is asked only if the server wants a password, none was found anywhere, and there is a terminal to ask at.

use std::{fmt, io, pin::Pin};

use crate::pg::{Login, Password, Problem};

/// Who can be asked for a password.
pub struct Secrets {
    ask: Option<Box<Ask>>,
}

/// Shows a prompt and returns the answer.
type Ask = dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<String>>>>;

/// As often a wrong password may be followed by another.
const TRIES: usize = 3;

impl Secrets {
    /// Whoever answers `ask`.
    pub fn asking<F>(ask: impl Fn(String) -> F + 'static) -> Self
    where
        F: Future<Output = io::Result<String>> + 'static,
    {
        Self { ask: Some(Box::new(move |prompt| Box::pin(ask(prompt)))) }
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
                Err(problem) if login.wants_password(&problem) => match self.answer(login).await {
                    Some(password) => login.give_password(password).await,
                    None => return Err(problem),
                },
                outcome => return outcome,
            }
        }
        attempt().await
    }

    /// An answer; somebody who only presses Enter, or nothing to ask at, gives none.
    async fn answer(&self, login: &Login) -> Option<Password> {
        let ask = self.ask.as_ref()?;
        let answer = ask(format!("Password for {login}: ")).await.ok()?;
        (!answer.is_empty()).then(|| Password::new(answer))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("ask", &self.ask.is_some()).finish()
    }
}
