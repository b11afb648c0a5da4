//! Several statements as somebody in one round trip, and with them the end of their transaction: every round trip that is spared is spared to whoever waits.

use super::{
    MARK, Said, Stand, Trial,
    each::{Told, is_timeout, is_without_language, read},
    fatal, open_for_somebody,
};
use crate::pg::{
    Fence, Kind, Problem, Rows, Sql,
    acting::{self, Failure},
    bound::Worker,
};

impl Trial<'_> {
    /// Sees to it that there is a transaction in which somebody reads, and a place in it to lead back to.
    pub(super) async fn mark(&mut self) -> Result<(), Problem> {
        self.reopen().await?;
        if self.stand == Stand::Login {
            acting::take_role(&mut self.reader, &self.place, &self.acting, &[]).await?;
            self.stand = Stand::Fresh;
        }
        if self.stand == Stand::Fresh {
            self.reader.batch(MARK).await?;
            self.stand = Stand::Marked;
        }
        Ok(())
    }

    /// Runs `setting` in the transaction of whoever only reads, before anything else ran there, so that no statement's end takes it back.
    pub(in crate::pg) async fn plan_for_any_value(
        &mut self,
        setting: &'static str,
    ) -> Result<(), Problem> {
        self.reader.batch(setting).await?;
        Ok(())
    }

    /// Sees to it that there is a transaction.
    async fn reopen(&mut self) -> Result<(), Problem> {
        if self.stand == Stand::Over {
            let opened = open_for_somebody(&self.place, &self.acting, &self.snapshot, false);
            let ended = std::mem::replace(&mut self.reader, opened.await?);
            self.place.lane.give_back(ended).await;
            self.stand = Stand::Login;
        }
        Ok(())
    }

    /// Runs several statements as somebody, who cannot write. What fails fails alone, and each is undone before the next one.
    ///
    /// Absent where the server cannot run several, or not in the time for one. Where nothing has to run after it, because it is the `last`, its transaction
    /// ends with it.
    pub async fn act_several(
        &mut self,
        statements: &[Sql],
        last: bool,
    ) -> Result<Option<Vec<Said<Rows>>>, Problem> {
        self.door.still_acting(&self.acting)?;
        if !self.loops {
            return Ok(None);
        }
        self.reopen().await?;
        self.order_several(statements).await?;
        let tail = if last { format!("; {}", acting::CLOSING) } else { String::new() };
        let program = self.program();
        let who = acting::who_are_we(&self.acting);
        let batch =
            format!("{program}; SELECT pg_catalog.current_setting('purview.answers'); {who}{tail}");
        let Self { place, run, reader, .. } = self;
        let worker = Worker::on(reader, &place.lane, run);
        let found = match worker.bounded(reader.batch(&batch)).await {
            Ok(found) => found,
            Err(problem) => return self.without_several(problem).await,
        };
        if last {
            self.stand = Stand::Over;
        }
        // The wrapper is a query, and answers with a row of its own.
        let own = usize::from(self.place.fence == Fence::Wrapped);
        let expected = acting::expected(&self.acting, &self.place, &self.reader, false);
        if let Err(failure) = acting::check(found.get(own + 1), &expected) {
            self.changed = true;
            return Err(failure.into_problem());
        }
        let lines = found.get(own).and_then(|row| row.first()).and_then(Option::as_deref);
        let told = lines.unwrap_or_default().lines().map(read).collect::<Result<Vec<_>, _>>()?;
        if told.len() < statements.len() {
            self.unless_cancelled().await?;
            return Ok(None);
        }
        let told = statements.iter().zip(told);
        Ok(Some(told.map(|(sql, told)| self.told(sql, told)).collect::<Result<_, _>>()?))
    }

    /// Tells the session what to run, and makes it somebody if it is nobody yet.
    async fn order_several(&mut self, statements: &[Sql]) -> Result<(), Problem> {
        let order = self.order(statements, &[]);
        if self.stand == Stand::Login {
            acting::take_role(&mut self.reader, &self.place, &self.acting, &order).await?;
            self.stand = Stand::Fresh;
        } else {
            self.reader.fetch(&acting::set_all(&order)).await?;
        }
        Ok(())
    }

    /// What to do where they could not be run together.
    async fn without_several(
        &mut self,
        problem: Problem,
    ) -> Result<Option<Vec<Said<Rows>>>, Problem> {
        let timeout = is_timeout(&problem);
        if !timeout {
            fatal::<()>(Err(problem.clone()))?.err();
        }
        if let Err(lost) = self.reader.batch(acting::CLOSING).await {
            // A session that had to be ended has nothing to close; that it had to be is what there is to tell.
            return Err(if problem.kind == Kind::Cancelled { problem } else { lost });
        }
        self.stand = Stand::Over;
        if timeout {
            self.unless_cancelled().await?;
        } else if is_without_language(&problem) {
            self.loops = false;
        } else {
            return Err(problem);
        }
        Ok(None)
    }

    /// What one of them came to; noted.
    fn told(&mut self, statement: &Sql, told: Told) -> Result<Said<Rows>, Problem> {
        let outcome = match told {
            Ok((who, rows)) => acting::check(Some(&who), &self.inside(&self.acting.settings))
                .map(|()| Rows { columns: Vec::new(), rows }),
            Err(problem) => Err(Failure::Problem(problem)),
        };
        self.notes.extend(self.door.note_acted(&self.acting, statement, &outcome))?;
        match outcome {
            Ok(rows) => Ok(Ok(rows)),
            Err(Failure::Problem(problem)) => Ok(Err(problem.for_role(&self.acting.role))),
            Err(changed @ (Failure::Changed { .. } | Failure::Renamed)) => {
                self.changed = true;
                Err(changed.into_problem())
            }
        }
    }
}
