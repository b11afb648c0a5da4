//! What a view of the server cannot do without, why it may be empty, and what cures that.

use crate::{
    list::Page,
    pg::{Kind, Probe, Problem, quote_ident},
};

/// What a view of the server cannot do without, and what is said where that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    /// What it needs.
    pub needs: Needs,
    /// Why there may be no row.
    pub empty: &'static str,
}

/// What a view needs beyond a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// To see what others do: `pg_read_all_stats`, which `pg_monitor` has. Without it their rows are there, and empty.
    Others,
    /// The extension `pg_stat_statements`, preloaded; and for the texts of others the same.
    Statements,
}

/// The extension that counts statements.
pub(super) const EXTENSION: &str = "pg_stat_statements";

impl Capability {
    /// `problem`, with what would cure it in this view.
    pub(super) fn cure(self, problem: Problem) -> Problem {
        match (self.needs, problem.sqlstate.as_deref()) {
            (Needs::Statements, Some("55000")) => not_preloaded(problem),
            (Needs::Others | Needs::Statements, Some("42501")) if problem.hint.is_none() => {
                problem.hint("the role `pg_monitor` has all rights to look")
            }
            _ => problem,
        }
    }
}

/// What `page` does not tell, to a login that does not see what others do.
pub(super) fn caveat(probe: &Probe, page: &Page) -> Option<Problem> {
    let readable = page.column("readable")?;
    let hidden = |item: &&crate::list::Item| {
        item.cells.get(readable).and_then(Option::as_deref) == Some("false")
    };
    let count = page.items.iter().filter(hidden).count();
    let some = match count {
        0 => return None,
        1 => "what one of them does".to_owned(),
        _ => format!("what {count} of them do"),
    };
    let said = format!("{some} is hidden from `{}`", probe.login);
    Some(Problem::new(Kind::Permission, said).hint(grant("pg_read_all_stats", &probe.login)))
}

/// The statement that gives `role` to `login`.
pub(super) fn grant(role: &str, login: &str) -> String {
    format!("grant {role} to {}", quote_ident(login))
}

/// The extension is not there.
pub(super) fn not_installed(database: &str) -> Problem {
    Problem::new(
        Kind::Missing,
        format!("the extension `{EXTENSION}` is not installed in the database: {database}"),
    )
    .hint(format!(
        "`create extension {EXTENSION}`; the server needs it in `shared_preload_libraries` too, and a restart for that"
    ))
}

fn not_preloaded(problem: Problem) -> Problem {
    let sqlstate = problem.sqlstate;
    let problem = Problem::new(
        Kind::Missing,
        format!("the extension `{EXTENSION}` is installed, but the server does not count statements"),
    )
    .hint(format!(
        "add `{EXTENSION}` to `shared_preload_libraries` and restart the server, or switch it on at the provider"
    ));
    Problem { sqlstate, ..problem }
}
