//! A step whose statements cannot be in one transaction: one after the other, each noted on this machine before and after.
//!
//! What can be in a transaction runs in one of its own, whose number is noted before it is committed: whenever the program is killed, the server can say
//! afterwards whether it was.

use super::{
    Runner,
    record::{Since, change},
};
use crate::{
    migrate::{
        Alone, Event, Job, Progress, Statement,
        leftover::{self, Asker},
    },
    pg::{Kind, Problem},
};

impl Runner {
    /// Does `job` statement by statement, from the first that is not done.
    pub(super) async fn apart(&mut self, job: &Job) -> Result<(), Problem> {
        let statements =
            job.statements.as_deref().map_err(|reason| Problem::usage(reason.clone()))?;
        self.prepare(&job.migration.file()).await?;
        let began = self.workshop.script("SELECT pg_catalog.now()::pg_catalog.text").await?;
        let began = began.into_iter().flatten().flatten().next().unwrap_or_default();
        self.run.tell(Progress::Begins {
            title: job.title(),
            statements: Some(statements.len()),
            whole: false,
        });
        for (at, statement) in statements.iter().enumerate().skip(job.done) {
            let number = at + 1;
            self.begins(number, statements.len(), &statement.text);
            self.one(job, number, statement).await.map_err(|problem| {
                let summary = format!(
                    "{}, in statement {number} of {}, which begins on line {}; {at} are done",
                    problem.summary,
                    statements.len(),
                    statement.line
                );
                Problem { summary, ..problem }
            })?;
            self.run.tell(Progress::Done { number });
        }
        self.workshop.script("RESET ALL; RESET ROLE").await?;
        self.workshop.execute(&change(job, &self.table, Since::Time(&began))).await?;
        match &self.keeper {
            Some(keeper) => keeper.finished(job),
            None => Ok(()),
        }
    }

    async fn one(
        &mut self,
        job: &Job,
        number: usize,
        statement: &Statement,
    ) -> Result<(), Problem> {
        let alone = Alone::of(statement);
        if let Some(Alone::BuildsIndex(index)) = &alone
            && let Some(left) = leftover::of(index, Asker::Runner(&mut self.workshop)).await?
        {
            return Err(Problem::new(
                Kind::Refused,
                format!("an earlier attempt left an index behind that is of no use: {left}"),
            )
            .hint(format!("`--drop-invalid` drops it first: DROP INDEX CONCURRENTLY {left}")));
        }
        let mut attempt = 1;
        loop {
            self.note_event(job, Event::Begun { statement: number })?;
            let outcome = match &alone {
                Some(alone) => self.by_itself(alone, statement).await,
                None => self.in_its_own(job, number, statement).await,
            };
            let Err(problem) = outcome else { break };
            if alone.is_none() {
                drop(self.workshop.undo().await);
                self.prepare(&job.migration.file()).await?;
            }
            let Some(Alone::BuildsIndex(index)) = &alone else {
                self.again(attempt, problem).await?;
                attempt += 1;
                continue;
            };
            // Cancelled or refused halfway, the index is there and of no use.
            let left = if matches!(problem.kind, Kind::Cancelled | Kind::Connection) {
                None
            } else {
                leftover::of(index, Asker::Runner(&mut self.workshop)).await?
            };
            return Err(match left {
                Some(left) => problem.hint(format!(
                    "the index is left behind and of no use; `--drop-invalid` drops it at the next attempt: DROP INDEX CONCURRENTLY {left}"
                )),
                None => problem,
            });
        }
        self.note_event(job, Event::Done { statement: number })
    }

    /// What the server refuses in a transaction.
    async fn by_itself(&mut self, alone: &Alone, statement: &Statement) -> Result<(), Problem> {
        if alone.is_patient() {
            // It waits without anybody having to wait behind it; cut short it would leave half an index.
            self.workshop.script("SET lock_timeout = 0").await?;
        }
        let outcome = self.watched(&statement.text).await.map(drop);
        if alone.is_patient() && outcome.is_ok() {
            let limit = format!("SET lock_timeout = {}", self.pace.lock_timeout.as_millis());
            self.workshop.script(&limit).await?;
        }
        outcome
    }

    /// What can be in a transaction, in one of its own.
    async fn in_its_own(
        &mut self,
        job: &Job,
        number: usize,
        statement: &Statement,
    ) -> Result<(), Problem> {
        self.workshop.script("BEGIN").await?;
        self.watched(&statement.text).await?;
        let told =
            self.workshop.script("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text").await?;
        let transaction = told.into_iter().flatten().flatten().next().unwrap_or_default();
        self.note_event(job, Event::Committing { statement: number, transaction })?;
        self.workshop.script("COMMIT").await?;
        Ok(())
    }

    fn note_event(&self, job: &Job, event: Event) -> Result<(), Problem> {
        match &self.keeper {
            Some(keeper) => keeper.note(job, event),
            None => Ok(()),
        }
    }
}
