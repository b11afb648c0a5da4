//! Who or what somebody means: an id, an e-mail address, or a part of a name that only one has.

use std::sync::Arc;

use super::{
    Found, What,
    find::{Asker, HITS, Match},
};
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
        let needle = self.needle.trim();
        let asker = Asker { database: &database, identity: &identity, run: &run };
        // Whole matches count more than parts: `ann@acme.test` must not clash with `joann@acme.test`.
        let mut found = asker.named(&self.what, needle, Match::Whole).await?;
        if found.is_empty() && !needle.is_empty() {
            found = asker.named(&self.what, needle, Match::Part).await?;
        }
        choose(found, needle, &self.what)
    }
}

fn choose(mut found: Vec<Found>, needle: &str, what: &What) -> Result<Found, Problem> {
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Problem::usage(format!("there is no {} like: {needle}", what.word()))
            .hint("give an id, an e-mail address or a part of a name")),
        _ => {
            let names: Vec<_> =
                found.iter().map(|found| format!("{} ({})", found.label, found.id)).collect();
            let more = if found.len() as u64 >= HITS { ", …" } else { "" };
            Err(Problem::usage(format!("more than one {} is like: {needle}", what.word()))
                .hint(format!("one of: {}{more}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(label: &str) -> Found {
        Found { what: What::User, id: format!("id of {label}"), label: label.into(), also: None }
    }

    #[test]
    fn several_that_are_alike_are_listed() {
        let found = vec![user("joann@acme.test"), user("ann@acme.test")];
        let problem = choose(found.clone(), "ann", &What::User).unwrap_err();
        assert!(!problem.hint.unwrap().contains('…'));
        let many = [found.as_slice(); 4].concat();
        let problem = choose(many, "ann", &What::User).unwrap_err();
        assert!(
            problem
                .hint
                .unwrap()
                .contains("joann@acme.test (id of joann@acme.test), ann@acme.test")
        );
        assert_eq!(choose(Vec::new(), "x", &What::User).unwrap_err().exit_code(), 2);
    }
}
