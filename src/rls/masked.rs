//! Values that must not be shown, kept out of explanations.

use super::{
    expression::token::{Token, tokens},
    verdict::Verdict,
};
use crate::pg::Problem;

/// What stands in the place of a secret value.
pub(crate) const MASK: &str = "•••";

/// Whether an expression reads a column whose values are secret.
pub(crate) fn names_secret(text: &str, secrets: &[String]) -> bool {
    !secrets.is_empty()
        && tokens(text).iter().filter_map(Token::name).any(|name| secrets.contains(&name))
}

/// What the server said of a statement over rows: where `secrets` are among what is read, without a value that it repeats.
pub(crate) fn told(problem: &Problem, secrets: &[String]) -> String {
    if secrets.is_empty() {
        return problem.summary.clone();
    }
    let of_rows = problem.sqlstate.as_deref().is_some_and(|code| code.starts_with("23"));
    if of_rows { message(problem, true) } else { problem.without_values().into_owned() }
}

/// The same problem with no more words than [`told`] leaves.
pub(crate) fn veiled(problem: Problem, secrets: &[String]) -> Problem {
    Problem { summary: told(&problem, secrets), ..problem }
}

/// What the server said; its words may repeat a value, so that only its code is told where that could be secret.
pub(crate) fn message(problem: &Problem, secret: bool) -> String {
    if secret {
        format!("the server refused it ({})", problem.sqlstate.as_deref().unwrap_or("no code"))
    } else {
        problem.summary.clone()
    }
}

impl Verdict {
    /// The same, where `secrets` are among what is read: no value is repeated that may be one.
    pub(crate) fn veiled(self, secrets: &[String]) -> Self {
        let problem = self.problem.map(|problem| veiled(problem, secrets));
        Self { problem, ..self }
    }
}
