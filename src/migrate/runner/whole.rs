//! Steps in one transaction, with their rows in the history: all of it or nothing.

use super::{
    Runner, is_collision,
    record::{Since, change},
};
use crate::{
    migrate::{Job, Progress},
    pg::{Kind, Problem},
};

impl Runner {
    /// Does `jobs` in one transaction; where it only was in the way of others, once more.
    pub(super) async fn whole(&mut self, jobs: &[Job]) -> Result<(), Problem> {
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(jobs).await;
            let Err(problem) = outcome else { break };
            // The first problem is the one to tell; a session that cannot roll back is lost anyway.
            drop(self.workshop.undo().await);
            self.again(attempt, problem).await?;
            attempt += 1;
        }
        if let Some(keeper) = &self.keeper {
            for job in jobs {
                keeper.finished(job)?;
            }
        }
        Ok(())
    }

    /// Waits for the next attempt, if there is one after `problem`; else that is the end.
    pub(super) async fn again(&mut self, attempt: u32, problem: Problem) -> Result<(), Problem> {
        let by = std::mem::take(&mut self.watch.blockers);
        if !is_collision(&problem) || attempt >= self.pace.attempts {
            if is_collision(&problem) && !by.is_empty() {
                let names = crate::migrate::progress::named(&by);
                return Err(problem.hint(format!("in the way: {names}")));
            }
            return Err(problem);
        }
        let after = self.pace.after(attempt, self.workshop.pid());
        self.run.tell(Progress::Again { attempt, after, because: problem.summary, by });
        self.pause(after).await
    }

    async fn attempt(&mut self, jobs: &[Job]) -> Result<(), Problem> {
        let transaction = "SELECT pg_catalog.txid_current()::pg_catalog.text";
        let title = jobs.first().map(|job| job.migration.file()).unwrap_or_default();
        self.prepare(&title).await?;
        self.workshop.script("BEGIN").await?;
        let before = self.workshop.script(transaction).await?;
        for job in jobs {
            self.run.tell(Progress::Begins {
                title: job.title(),
                statements: job.statements.as_ref().ok().map(Vec::len),
                whole: true,
            });
            self.statements(job).await?;
            if self.workshop.script(transaction).await? != before {
                return Err(Problem::new(Kind::Refused, "it ended its own transaction").hint(
                    "leave BEGIN, COMMIT and ROLLBACK out of the file; look at what it left behind",
                ));
            }
            // A file may change role and search path; the history is written as whoever logged in, and addressed by its full name.
            self.workshop.script("RESET ALL; RESET ROLE").await?;
            self.workshop.execute(&change(job, &self.table, Since::Transaction)).await?;
        }
        self.workshop.script("COMMIT").await?;
        Ok(())
    }

    async fn statements(&mut self, job: &Job) -> Result<(), Problem> {
        let Ok(statements) = &job.statements else {
            return self.watched(job.text()).await.map(drop);
        };
        for (at, statement) in statements.iter().enumerate() {
            let (number, of) = (at + 1, statements.len());
            self.begins(number, of, &statement.text);
            self.watched(&statement.text).await.map_err(|problem| Problem {
                summary: format!(
                    "{}, in statement {number} of {of}, which begins on line {}",
                    problem.summary, statement.line
                ),
                ..problem
            })?;
            self.run.tell(Progress::Done { number });
        }
        Ok(())
    }

    pub(super) fn begins(&mut self, number: usize, of: usize, text: &str) {
        self.watch.forget();
        let text: String =
            text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
        self.run.tell(Progress::Statement { number, of, text });
    }
}
