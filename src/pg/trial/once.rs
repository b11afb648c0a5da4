//! Several statements as somebody in one, and the last of them with the end of their transaction: every round trip that is spared is spared to whoever waits.

use super::{MARK, Said, Stand, Trial, all_in_one, become_somebody, each_apart};
use crate::pg::{
    Fence, Problem, Rows, Sql,
    acting::{self, Failure},
    bound::Worker,
};

impl Trial<'_> {
    /// Sees to it that there is a transaction in which somebody reads, and a place in it to lead back to.
    pub(super) async fn mark(&mut self) -> Result<(), Problem> {
        if self.stand == Stand::Over {
            let fresh = become_somebody(&self.place, &self.acting, &self.snapshot, false).await?;
            let ended = std::mem::replace(&mut self.reader, fresh);
            self.place.lane.give_back(ended).await;
            self.stand = Stand::Fresh;
        }
        if self.stand == Stand::Fresh {
            self.reader.batch(MARK).await?;
            self.stand = Stand::Marked;
        }
        Ok(())
    }

    /// Runs several statements as somebody, who cannot write, in one. They fail together.
    ///
    /// Where it comes `last`, because nothing has to run after it, its transaction ends with the look at who the session is.
    pub async fn act_all(
        &mut self,
        statements: &[Sql],
        last: bool,
    ) -> Result<Said<Vec<Rows>>, Problem> {
        let statement = all_in_one(statements);
        let said = if last && self.stand != Stand::Over && self.place.fence != Fence::Wrapped {
            self.act_last(&statement).await?
        } else {
            self.act(&statement).await?
        };
        Ok(match said {
            Ok(rows) => Ok(each_apart(rows, statements.len())?),
            Err(problem) => Err(problem),
        })
    }

    async fn act_last(&mut self, statement: &Sql) -> Result<Said<Rows>, Problem> {
        self.door.still_acting(&self.acting)?;
        let Self { place, acting, run, reader, .. } = self;
        let worker = Worker::on(reader, &place.lane, run);
        let outcome = super::fatal(worker.bounded(reader.fetch(statement)).await)?;
        let outcome = match outcome {
            Ok(rows) => {
                let asked = format!("{}; {}", acting::who_are_we(acting), acting::CLOSING);
                let found = reader.batch(&asked).await?;
                acting::check(found.first(), &acting::expected(acting, place, false)).map(|()| rows)
            }
            Err(problem) => {
                reader.batch(acting::CLOSING).await?;
                Err(Failure::Problem(problem))
            }
        };
        self.stand = Stand::Over;
        self.notes.extend(self.door.note_acted(&self.acting, statement, &outcome))?;
        match outcome {
            Ok(rows) => Ok(Ok(rows)),
            Err(Failure::Problem(problem)) => Ok(Err(problem.for_role(&self.acting.role))),
            Err(changed @ Failure::Changed { .. }) => {
                self.changed = true;
                Err(changed.into_problem())
            }
        }
    }
}
