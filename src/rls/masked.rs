//! Values that must not be shown, kept out of explanations.

use super::expression::token::{Token, tokens};
use crate::pg::Problem;

/// What stands in the place of a secret value.
pub(crate) const MASK: &str = "•••";

/// Whether an expression reads a column whose values are secret.
pub(crate) fn names_secret(text: &str, secrets: &[String]) -> bool {
    !secrets.is_empty()
        && tokens(text).iter().filter_map(Token::name).any(|name| secrets.contains(&name))
}

/// What the server said; its words may repeat a value, so that only its code is told where that could be secret.
pub(crate) fn message(problem: &Problem, secret: bool) -> String {
    if secret {
        format!("the server refused it ({})", problem.sqlstate.as_deref().unwrap_or("no code"))
    } else {
        problem.summary.clone()
    }
}
