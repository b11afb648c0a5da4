//! What the real statement does with rows; whatever it does is undone.

use std::collections::{BTreeMap, HashSet};

use super::{
    examination::{Case, Examination},
    gate::Statement,
    row::Row,
    verdict::{Outcome, Verdict},
};
use crate::pg::{Problem, Trial};

impl Examination<'_> {
    /// Whether the statement can be tried on a row, and if not, why.
    pub(crate) fn can_try(self, standby: bool) -> Result<(), &'static str> {
        let statement = self.real.statement;
        let on_key = matches!(
            statement,
            Statement::InsertOrNothingOnKey | Statement::UpsertInsert | Statement::UpsertUpdate
        );
        if statement.takes_all() {
            return Err("not tried: without WHERE it would touch every row of the table");
        }
        if statement == Statement::CopyFrom {
            return Err("not tried: COPY reads a stream");
        }
        if on_key && self.catalog.table.key.is_empty() {
            return Err("not tried: the table has no key to conflict on");
        }
        if standby && !statement.only_reads() {
            return Err("not tried: the server is a standby");
        }
        Ok(())
    }

    /// What becomes of each of `cases` when the real statement runs; it is undone.
    pub(crate) async fn try_all(
        self,
        trial: &mut Trial<'_>,
        cases: &[Case<'_>],
    ) -> Result<Vec<Verdict>, Problem> {
        let mut verdicts = vec![Verdict::plain(Outcome::Filtered); cases.len()];
        let mut blocks = by_table(cases);
        while let Some(block) = blocks.pop() {
            let rows: Vec<&Row> = block.iter().filter_map(|at| cases[*at].old).collect();
            let many = if block.len() > 1 && rows.len() == block.len() {
                self.real.for_many(&rows)
            } else {
                None
            };
            let Some(statement) = many else {
                for at in block {
                    verdicts[at] = self.try_one(trial, cases[at]).await?;
                }
                continue;
            };
            let said = if self.real.statement.only_reads() {
                trial.act(&statement).await?
            } else {
                trial.try_rows(&statement).await?
            };
            let Ok(found) = said else {
                let (left, right) = block.split_at(block.len() / 2);
                blocks.push(left.to_vec());
                blocks.push(right.to_vec());
                continue;
            };
            let places: HashSet<_> =
                found.rows.into_iter().filter_map(|mut row| row.pop().flatten()).collect();
            for at in block {
                if cases[at].old.is_some_and(|row| places.contains(row.place().1)) {
                    verdicts[at] = Verdict::plain(Outcome::Allowed);
                }
            }
        }
        Ok(verdicts)
    }

    async fn try_one(self, trial: &mut Trial<'_>, case: Case<'_>) -> Result<Verdict, Problem> {
        let statement = self.real.sql(case.old, case.new);
        let said = if self.real.statement.only_reads() {
            trial.act(&statement).await?.map(|rows| rows.rows.len() as u64)
        } else if self.real.statement == Statement::SelectForUpdate {
            trial.try_rows(&statement).await?.map(|rows| rows.rows.len() as u64)
        } else {
            trial.try_count(&statement).await?
        };
        Ok(match said {
            Ok(0) if self.real.statement.needs_old() => Verdict::plain(Outcome::Filtered),
            Ok(_) => Verdict::plain(Outcome::Allowed),
            Err(problem) => Verdict::failed(problem),
        })
    }
}

/// Blocks of cases whose rows lie in the same table, so that one statement can name them by their places.
fn by_table(cases: &[Case<'_>]) -> Vec<Vec<usize>> {
    let mut blocks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let table = case.old.map_or("", |row| row.place().0);
        blocks.entry(table).or_default().push(at);
    }
    blocks.into_values().collect()
}
