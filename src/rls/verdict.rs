//! What becomes of a row: what is predicted, and what really happens.

use serde::Serialize;

use super::gate::Gate;
use crate::pg::Problem;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is read, written or deleted.
    Allowed,
    /// The statement acts as if it were not there.
    Filtered,
    /// The statement fails for want of a right: a policy's or a privilege (42501).
    Refused,
    /// The statement fails for another reason.
    Error,
}

impl Outcome {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Filtered => "filtered",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// What becomes of one row, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// What the server says, where it says something.
    pub problem: Option<Problem>,
    /// The first gate that it does not pass.
    pub gate: Option<Gate>,
    /// The restrictive policy that the server names.
    pub policy: Option<String>,
    /// Whether the statement fails whatever the row.
    pub whole_statement: bool,
    /// Whether an expression fails on the row in one order of evaluation and not in another.
    pub depends_on_order: bool,
}

impl Verdict {
    pub(crate) const fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            problem: None,
            gate: None,
            policy: None,
            whole_statement: false,
            depends_on_order: false,
        }
    }

    /// What the server refused.
    pub(crate) fn failed(problem: Problem) -> Self {
        let denied = problem.sqlstate.as_deref() == Some("42501");
        let outcome = if denied { Outcome::Refused } else { Outcome::Error };
        Self { problem: Some(problem), ..Self::plain(outcome) }
    }

    /// The server's code for what it says.
    pub fn sqlstate(&self) -> Option<&str> {
        self.problem.as_ref().and_then(|problem| problem.sqlstate.as_deref())
    }
}

/// A row as if it were not there, by one of `gates`.
pub(crate) fn filtered(gates: &[Gate]) -> Verdict {
    Verdict {
        gate: gates.first().copied().filter(|_| gates.len() == 1),
        ..Verdict::plain(Outcome::Filtered)
    }
}

/// Whether what was predicted is what happened.
///
/// A constraint is looked at after the policies (`ExecInsert` in `nodeModifyTable.c`): who comes to it has passed them.
pub(crate) fn agrees(predicted: &Verdict, actual: &Verdict) -> bool {
    let stopped_later = actual.sqlstate().is_some_and(|code| code.starts_with("23"));
    match predicted.outcome {
        Outcome::Allowed if stopped_later => true,
        Outcome::Error => {
            actual.outcome == Outcome::Error && predicted.sqlstate() == actual.sqlstate()
        }
        Outcome::Allowed | Outcome::Filtered | Outcome::Refused => {
            predicted.outcome == actual.outcome
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pg::Kind;

    #[test]
    fn a_constraint_is_met_only_after_the_policies() {
        let code = |code: &str| {
            let mut problem = Problem::new(Kind::Refused, "no");
            problem.sqlstate = Some(code.to_owned());
            Verdict::failed(problem)
        };
        let (allowed, filtered) =
            (Verdict::plain(Outcome::Allowed), Verdict::plain(Outcome::Filtered));
        assert!(agrees(&allowed, &code("23505")));
        assert!(!agrees(&allowed, &code("42501")));
        assert!(!agrees(&filtered, &code("23505")));
        assert!(agrees(&code("42501"), &code("42501")));
        assert!(agrees(&code("22012"), &code("22012")));
        assert!(!agrees(&code("22012"), &code("22P02")));
    }
}
