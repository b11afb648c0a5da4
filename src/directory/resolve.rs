//! Who or what somebody means: an id, an e-mail address, or a part of a name that only one has.

use std::sync::Arc;

use super::{Find, Found, What};
use crate::{
    database::Database,
    pg::{Identity, Problem, Run},
    question::Question,
};

/// Which one is meant?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// What is looked for.
    pub what: What,
    /// An id, an e-mail address, or a part of a name.
    pub needle: String,
}

impl Question for Resolve {
    type Answer = Found;

    /// Returns the one that is meant; more than one is an error that lists them.
    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Found, Problem> {
        let found = Find { needle: self.needle.clone() }.ask(database, identity, run).await?;
        choose(
            found.into_iter().filter(|found| found.what == self.what).collect(),
            &self.needle,
            &self.what,
        )
    }
}

fn choose(mut found: Vec<Found>, needle: &str, what: &What) -> Result<Found, Problem> {
    // Whole matches count more than parts: `ann@acme.test` must not clash with `joann@acme.test`.
    let whole = |found: &Found| {
        found.id.eq_ignore_ascii_case(needle) || found.label.eq_ignore_ascii_case(needle)
    };
    if found.iter().any(whole) {
        found.retain(whole);
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Problem::usage(format!("there is no {} like: {needle}", what.word()))
            .hint("give an id, an e-mail address or a part of a name")),
        _ => {
            let names: Vec<_> =
                found.iter().map(|found| format!("{} ({})", found.label, found.id)).collect();
            Err(Problem::usage(format!("more than one {} is like: {needle}", what.word()))
                .hint(format!("one of: {}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(label: &str) -> Found {
        Found { what: What::User, id: format!("id of {label}"), label: label.into() }
    }

    #[test]
    fn a_whole_address_beats_a_part_of_another() {
        let found = vec![user("joann@acme.test"), user("ann@acme.test")];
        assert_eq!(
            choose(found.clone(), "Ann@acme.test", &What::User).unwrap().label,
            "ann@acme.test"
        );
        let problem = choose(found, "ann", &What::User).unwrap_err();
        assert!(
            problem
                .hint
                .unwrap()
                .contains("joann@acme.test (id of joann@acme.test), ann@acme.test")
        );
        assert_eq!(choose(Vec::new(), "x", &What::User).unwrap_err().exit_code(), 2);
    }
}
