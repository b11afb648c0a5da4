//! How long expressions take, by the server's own clock: over rows that are handed in, less what the rows themselves take.

use super::plan::{self, Plan};
use crate::pg::{Problem, Sql, Trial};

/// How often a call is made first, to see whether it may be made more often.
const FEW: usize = 20;
/// How often a call is made at most.
const MANY: usize = 1000;
/// As long as one of the few takes less than so many microseconds.
const QUICK: f64 = 2000.0;

/// The rows over which it is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meter<'a> {
    /// They in a FROM clause.
    pub(super) from: &'a Sql,
    /// How many there are.
    pub(super) rows: usize,
    /// The columns in them, and in what policies read, whose values must not be shown.
    pub(super) secrets: &'a [String],
}

/// What it takes in microseconds, or what the server says.
type Took = Result<Option<f64>, Problem>;

impl Meter<'_> {
    /// What one call takes; `free` says that it does not look at a row.
    pub(super) async fn call(
        &self,
        trial: &mut Trial<'_>,
        call: &Sql,
        free: bool,
    ) -> Result<Took, Problem> {
        let mut of = Sql::new("pg_catalog.count(");
        of.append(call).push(")");
        let none = Sql::new("pg_catalog.count(*)");
        if !free {
            return self.difference(trial, (&of, &none), self.from, self.rows).await;
        }
        let mut took = Ok(None);
        for times in [FEW, MANY] {
            let mut from = Sql::new(" FROM pg_catalog.generate_series(1, ");
            from.number(times as u64).push(")");
            took = self.difference(trial, (&of, &none), &from, times).await?;
            let slow = |each: f64| each > QUICK;
            if !matches!(took, Ok(Some(each)) if !slow(each)) {
                break;
            }
        }
        Ok(took)
    }

    async fn difference(
        &self,
        trial: &mut Trial<'_>,
        (one, other): (&Sql, &Sql),
        from: &Sql,
        times: usize,
    ) -> Result<Took, Problem> {
        let statement = |what: &Sql| {
            let mut sql = Sql::new("SELECT ");
            sql.append(what).append(from);
            sql
        };
        let (with, without) = (statement(one), statement(other));
        let with = match quickest(trial, &with).await? {
            Ok(plan) => plan.milliseconds,
            Err(problem) => return Ok(Err(problem)),
        };
        let without = match quickest(trial, &without).await? {
            Ok(plan) => plan.milliseconds,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok(each(with - without, times)))
    }

    /// The rows that pass a condition, counted.
    pub(super) fn passing(&self, condition: &Sql) -> Sql {
        let mut sql = Sql::new("SELECT pg_catalog.count(*)");
        sql.append(self.from).push(" WHERE ").append(condition);
        sql
    }

    /// What a condition takes for one row, and the plan.
    pub(super) async fn condition(
        &self,
        trial: &mut Trial<'_>,
        condition: &Sql,
    ) -> Result<Result<(Option<f64>, Vec<String>), Problem>, Problem> {
        let mut bare = Sql::new("SELECT pg_catalog.count(*)");
        bare.append(self.from);
        let with = match quickest(trial, &self.passing(condition)).await? {
            Ok(plan) => plan,
            Err(problem) => return Ok(Err(problem)),
        };
        let without = match quickest(trial, &bare).await? {
            Ok(plan) => plan.milliseconds,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok((each(with.milliseconds - without, self.rows), with.lines)))
    }
}

/// The quickest of three.
async fn quickest(trial: &mut Trial<'_>, sql: &Sql) -> Result<Result<Plan, Problem>, Problem> {
    let mut best: Option<Plan> = None;
    for _ in 0..3 {
        match plan::run(trial, sql).await? {
            Ok(plan) => {
                let slow = plan.milliseconds > 2000.0;
                if best.as_ref().is_none_or(|best| plan.milliseconds < best.milliseconds) {
                    best = Some(plan);
                }
                if slow {
                    break;
                }
            }
            Err(problem) => return Ok(Err(problem)),
        }
    }
    best.map(Ok).ok_or_else(|| Problem::bug("nothing was measured"))
}

#[expect(clippy::cast_precision_loss, reason = "it is a measured time")]
fn each(milliseconds: f64, times: usize) -> Option<f64> {
    (times > 0).then(|| (milliseconds.max(0.0) * 1000.0) / times as f64)
}
