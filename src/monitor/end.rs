//! Ending what a session does, or the session.
//!
//! The statement names the session by its number and its start at once, so that it never hits another one that got the number meanwhile; and it says
//! itself which sessions it must not hit.

use std::sync::Arc;

use super::{Session, capability::grant, session::gone};
use crate::{
    database::Database,
    pg::{Confirmed, Identity, Problem, Run, Signal, Sql},
    question::Question,
};

/// What is done to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Its statement ends with an error; its transaction fails, the session stays.
    Cancel,
    /// The session ends, and with it its transaction.
    Terminate,
}

impl Act {
    /// The word of the command line and of the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Terminate => "terminate",
        }
    }

    /// What it does, to be asked.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Cancel => "cancel the query",
            Self::Terminate => "end the session",
        }
    }

    /// What was done.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled the query of",
            Self::Terminate => "ended the session",
        }
    }
}

/// End what a session does, or the session: a person saw whom that concerns, and agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// What is done.
    pub act: Act,
    /// To whom.
    pub session: Session,
}

/// It was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What, and to whom.
    pub said: String,
}

impl End {
    /// The statement, as it is shown and as it runs.
    pub fn statement(&self) -> Sql {
        let mut sql = Sql::new(match self.act {
            Act::Cancel => "SELECT pg_catalog.pg_cancel_backend(a.pid)::pg_catalog.text",
            Act::Terminate => "SELECT pg_catalog.pg_terminate_backend(a.pid)::pg_catalog.text",
        });
        sql.push(" FROM pg_catalog.pg_stat_activity a WHERE a.pid = ")
            .bind(Some(&self.session.id.pid.to_string()), "pg_catalog.int4")
            .push(" AND a.backend_start = ")
            .bind(Some(&self.session.id.backend_start), "pg_catalog.timestamptz")
            .push(" AND (a.backend_type IN ('client backend', 'parallel worker') OR (a.backend_type = 'autovacuum worker' AND a.query NOT LIKE '%(to prevent wraparound)%'))");
        sql
    }

    /// Whom it frees, in words.
    pub fn consequence(&self) -> String {
        let frees: Vec<_> = self.session.frees().map(|waiter| waiter.pid.to_string()).collect();
        let waits: Vec<_> = self
            .session
            .waiters
            .iter()
            .filter(|waiter| !waiter.others.is_empty())
            .map(|waiter| {
                let others: Vec<_> = waiter.others.iter().map(ToString::to_string).collect();
                format!("{} still waits for {}", waiter.pid, others.join(", "))
            })
            .collect();
        if self.act == Act::Cancel && self.session.is_idle() {
            return "it runs nothing now: only the end of the session lets go of its locks"
                .to_owned();
        }
        match (frees.is_empty(), waits.is_empty()) {
            (true, true) => "nobody waits for it".to_owned(),
            (false, true) => format!("frees {}", frees.join(", ")),
            (true, false) => format!("frees nobody: {}", waits.join("; ")),
            (false, false) => format!("frees {}; {}", frees.join(", "), waits.join("; ")),
        }
    }

    fn signal(&self) -> Signal {
        let Session { id, role, database, application, .. } = &self.session;
        Signal {
            act: self.act.word(),
            pid: id.pid,
            backend_start: id.backend_start.clone(),
            role: role.clone(),
            database: database.clone(),
            application: application.clone(),
        }
    }
}

impl Question for End {
    type Answer = Ended;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Ended, Problem> {
        if let Some(refusal) = self.session.refusal.clone() {
            return Err(refusal);
        }
        let (door, statement) = (&database.door, self.statement());
        let confirmed = Confirmed::by_person(std::slice::from_ref(&statement));
        let pid = self.session.id.pid;
        let outcome = door.signal(&statement, &confirmed, &self.signal(), &run).await;
        let rows = outcome.map_err(|problem| self.cure(problem, &door.probe().login))?;
        match rows.scalar() {
            Some("true") => {
                let said = format!("{} {pid}: {}", self.act.done(), self.consequence());
                Ok(Ended { said })
            }
            _ => Err(gone(pid)),
        }
    }
}

impl End {
    /// Says what is missing where the server did not let it happen.
    fn cure(&self, problem: Problem, login: &str) -> Problem {
        if problem.sqlstate.as_deref() != Some("42501") {
            return problem;
        }
        if self.session.superuser {
            return problem.hint("it is a superuser's session: only a superuser may end it");
        }
        problem.hint(grant("pg_signal_backend", login))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{SessionId, Waiter},
        *,
    };

    fn end(act: Act, state: &str, waiters: &[(i32, &[i32])]) -> End {
        let waiters = waiters.iter().map(|(pid, others)| Waiter {
            pid: *pid,
            role: None,
            others: others.to_vec(),
        });
        let session = Session {
            id: SessionId { pid: 1, backend_start: "2026-01-02 03:04:05+00".into() },
            role: None,
            database: None,
            application: None,
            client: None,
            state: Some(state.into()),
            transaction: None,
            query: None,
            waiters: waiters.collect(),
            refusal: None,
            superuser: false,
        };
        End { act, session }
    }

    #[test]
    fn it_is_said_whom_it_frees_and_who_still_waits() {
        let said = |act, state, waiters| end(act, state, waiters).consequence();
        assert_eq!(said(Act::Cancel, "active", &[]), "nobody waits for it");
        assert_eq!(
            said(Act::Terminate, "idle in transaction", &[(2, &[]), (3, &[])]),
            "frees 2, 3"
        );
        assert_eq!(
            said(Act::Cancel, "active", &[(2, &[]), (3, &[2])]),
            "frees 2; 3 still waits for 2"
        );
        assert_eq!(said(Act::Cancel, "active", &[(3, &[9])]), "frees nobody: 3 still waits for 9");
        assert!(said(Act::Cancel, "idle in transaction", &[(2, &[])]).contains("only the end"));
    }

    #[test]
    fn the_statement_names_the_session_by_number_and_start() {
        let (text, binds) = end(Act::Terminate, "active", &[]).statement().render();
        assert!(text.contains(
            "a.pid = $1::pg_catalog.int4 AND a.backend_start = $2::pg_catalog.timestamptz"
        ));
        assert_eq!(binds, [Some("1".into()), Some("2026-01-02 03:04:05+00".into())]);
    }
}
