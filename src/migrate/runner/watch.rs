//! A second session beside the one that works: who is in its way, and how far it is with an index.
//!
//! It is opened when something takes long, and looks; that it cannot look never stops the work.

use crate::{
    migrate::{Holder, Progress},
    pg::{Login, Problem, Run, Sql, Workshop},
};

/// A look at a session that works.
#[derive(Debug)]
pub(super) struct Watch {
    login: Login,
    session: Option<Workshop>,
    /// Who was in its way when it was last looked at.
    pub(super) blockers: Vec<Holder>,
    told: Option<Progress>,
}

impl Watch {
    pub(super) const fn new(login: Login) -> Self {
        Self { login, session: None, blockers: Vec::new(), told: None }
    }

    /// Forgets what was seen of an earlier statement.
    pub(super) fn forget(&mut self) {
        self.blockers.clear();
        self.told = None;
    }

    /// Looks at the session `pid`, and tells what is new.
    pub(super) async fn look(&mut self, pid: i32, run: &Run) {
        if pid == 0 {
            return;
        }
        // The work goes on whether or not somebody can watch it; the next look begins anew.
        let Ok(seen) = self.ask(pid).await else {
            self.session = None;
            return;
        };
        let Some(seen) = seen else { return };
        if let Progress::Blocked(holders) = &seen {
            self.blockers.clone_from(holders);
        }
        if self.told.as_ref() != Some(&seen) {
            run.tell(seen.clone());
            self.told = Some(seen);
        }
    }

    async fn ask(&mut self, pid: i32) -> Result<Option<Progress>, Problem> {
        let session = match &mut self.session {
            Some(session) => session,
            None => self.session.insert(Workshop::open(&self.login).await?),
        };
        let of = |text: &'static str| {
            let (before, after) = text
                .split_once("pg_catalog.pg_backend_pid()")
                .expect("the files ask for a session");
            let mut sql = Sql::new(before);
            sql.bind(Some(&pid.to_string()), "pg_catalog.int4").push(after);
            sql
        };
        let rows = session.fetch(&of(include_str!("../sql/blockers.sql"))).await?;
        let holders: Vec<Holder> = rows.rows.iter().filter_map(Holder::of).collect();
        if !holders.is_empty() {
            return Ok(Some(Progress::Blocked(holders)));
        }
        let rows = session.fetch(&of(include_str!("../sql/building.sql"))).await?;
        let Some([Some(phase), done, total, unit]) = rows.rows.first().map(Vec::as_slice) else {
            return Ok(None);
        };
        let number =
            |value: &Option<String>| value.as_deref().and_then(|it| it.parse().ok()).unwrap_or(0);
        Ok(Some(Progress::Building {
            phase: phase.clone(),
            done: number(done),
            total: number(total),
            unit: unit.clone().unwrap_or_default(),
        }))
    }

    pub(super) async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}
