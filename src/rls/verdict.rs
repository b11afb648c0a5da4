//! What a statement would do with rows, predicted from the catalog, and what the real statement does.

use serde::Serialize;

use super::{
    catalog::{Catalog, Combination, RowSecurity},
    evaluate::{Bench, Value},
    gate::{Failing, Gate, Image, Statement},
    real::Real,
    row::Row,
    source::Source,
};
use crate::pg::{Kind, Problem, Sql, Trial, sql::join};

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is read, written or deleted.
    Allowed,
    /// The statement acts as if it were not there.
    Filtered,
    /// The statement fails for want of a right: a policy's or a privilege (42501).
    Refused,
    /// The statement fails for another reason.
    Error,
}

impl Outcome {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Filtered => "filtered",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// What becomes of one row, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// What the server says, where it says something.
    pub problem: Option<Problem>,
    /// The first gate that it does not pass.
    pub gate: Option<Gate>,
    /// The restrictive policy that the server names.
    pub policy: Option<String>,
    /// Whether the statement fails whatever the row.
    pub whole_statement: bool,
}

impl Verdict {
    pub(crate) const fn plain(outcome: Outcome) -> Self {
        Self { outcome, problem: None, gate: None, policy: None, whole_statement: false }
    }

    /// What the server refused.
    pub(crate) fn failed(problem: Problem) -> Self {
        let denied = problem.sqlstate.as_deref() == Some("42501");
        let outcome = if denied { Outcome::Refused } else { Outcome::Error };
        Self { problem: Some(problem), ..Self::plain(outcome) }
    }

    /// The server's code for what it says.
    pub fn sqlstate(&self) -> Option<&str> {
        self.problem.as_ref().and_then(|problem| problem.sqlstate.as_deref())
    }
}

/// One row that something is to be done with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The row that is there.
    pub(crate) old: Option<&'a Row>,
    /// The row that there would be.
    pub(crate) new: Option<&'a Row>,
}

impl<'a> Case<'a> {
    pub(crate) const fn image(self, image: Image) -> Option<&'a Row> {
        match image {
            Image::Old => self.old,
            Image::New => self.new,
        }
    }
}

/// A statement about rows of a table, under examination.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examination<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) source: &'a Source,
    pub(crate) real: Real<'a>,
}

impl<'a> Examination<'a> {
    pub(crate) const fn bench(self) -> Bench<'a> {
        Bench { source: self.source, table: &self.catalog.table }
    }

    /// What would become of each of `cases`, by the policies that the catalog has.
    pub(crate) async fn predict(
        self,
        trial: &mut Trial<'_>,
        cases: &[Case<'_>],
    ) -> Result<Vec<Verdict>, Problem> {
        let Some(first) = cases.first() else { return Ok(Vec::new()) };
        if let Some(problem) = self.fails_anyway(trial, *first).await? {
            let verdict = Verdict { whole_statement: true, ..Verdict::failed(problem) };
            return Ok(vec![verdict; cases.len()]);
        }
        let mut verdicts = vec![Verdict::plain(Outcome::Allowed); cases.len()];
        if self.catalog.table.access.row_security != RowSecurity::On {
            return Ok(verdicts);
        }
        let mut gates = self.real.statement.gates();
        let mut left: Vec<usize> = (0..cases.len()).collect();
        while let Some(first) = gates.first() {
            let together = gates
                .iter()
                .take_while(|gate| gate.row == first.row && gate.failing == first.failing)
                .count();
            let (stage, rest) = gates.split_at(together);
            gates = rest;
            let rows: Option<Vec<&Row>> =
                left.iter().map(|at| cases[*at].image(first.row)).collect();
            let rows =
                rows.ok_or_else(|| Problem::bug("a gate asks for a row that there is not"))?;
            let failed = match first.failing {
                Failing::Filters => self.filter(trial, stage, &rows).await?,
                Failing::Refuses => self.check(trial, stage, &rows).await?,
            };
            let mut passed = Vec::new();
            for (at, failed) in left.into_iter().zip(failed) {
                match failed {
                    Some(verdict) => verdicts[at] = verdict,
                    None => passed.push(at),
                }
            }
            left = passed;
        }
        Ok(verdicts)
    }

    /// What the server says to the statement as such: it is asked, since it knows about privileges and recursion what no catalog tells.
    pub(crate) async fn fails_anyway(
        self,
        trial: &mut Trial<'_>,
        case: Case<'_>,
    ) -> Result<Option<Problem>, Problem> {
        let mut explain = Sql::new("EXPLAIN ");
        explain.append(&self.real.sql(case.old, case.new));
        if let Err(problem) = trial.act(&explain).await? {
            return Ok(Some(problem));
        }
        let on = self.catalog.table.access.row_security == RowSecurity::On;
        Ok((on && self.real.statement == Statement::CopyFrom).then(|| {
            let mut problem =
                Problem::new(Kind::Missing, "COPY FROM not supported with row-level security")
                    .hint("use INSERT statements instead");
            problem.sqlstate = Some("0A000".to_owned());
            problem
        }))
    }

    /// The verdict on each row that is not let through; all gates at once, as the server puts them all into one condition.
    async fn filter(
        self,
        trial: &mut Trial<'_>,
        gates: &[Gate],
        rows: &[&Row],
    ) -> Result<Vec<Option<Verdict>>, Problem> {
        let parts: Vec<Sql> =
            gates.iter().map(|gate| self.condition(&self.catalog.combination(gate.set))).collect();
        let passing = self.bench().passing(trial, &join(&parts, " AND "), rows).await?;
        Ok(passing
            .into_iter()
            .map(|passes| match passes {
                Ok(true) => None,
                Ok(false) => Some(Verdict {
                    gate: gates.first().copied().filter(|_| gates.len() == 1),
                    ..Verdict::plain(Outcome::Filtered)
                }),
                Err(problem) => Some(Verdict::failed(problem)),
            })
            .collect())
    }

    /// What the policies let pass, as the server combines them for rows that are there.
    pub(crate) fn condition(self, combination: &Combination<'_>) -> Sql {
        if combination.denies_all() {
            return Sql::new("false");
        }
        let mut parts: Vec<Sql> =
            combination.restrictive.iter().map(|(_, text)| self.source.expression(text)).collect();
        parts.push(self.any_permissive(combination));
        let kept: Vec<Sql> = parts.iter().map(kept_together).collect();
        join(&kept, " AND ")
    }

    fn any_permissive(self, combination: &Combination<'_>) -> Sql {
        let permissive: Vec<Sql> =
            combination.permissive.iter().map(|(_, text)| self.source.expression(text)).collect();
        let mut sql = Sql::new("(");
        sql.append(&join(&permissive, " OR ")).push(")");
        sql
    }

    /// The verdict on each row that fails a check; the checks run one after the other, as the server runs them.
    async fn check(
        self,
        trial: &mut Trial<'_>,
        gates: &[Gate],
        rows: &[&Row],
    ) -> Result<Vec<Option<Verdict>>, Problem> {
        let mut checks: Vec<(Gate, Option<&str>, Sql)> = Vec::new();
        for gate in gates {
            let combination = self.catalog.combination(gate.set);
            if combination.denies_all() {
                checks.push((*gate, None, Sql::new("false")));
                continue;
            }
            checks.push((*gate, None, self.any_permissive(&combination)));
            for (policy, text) in &combination.restrictive {
                checks.push((*gate, Some(&policy.name), self.source.expression(text)));
            }
        }
        // The first one that is not true, by its place; later ones are not evaluated.
        let mut first = Sql::new("CASE");
        for (place, (_, _, check)) in checks.iter().enumerate() {
            first
                .push(" WHEN (")
                .append(check)
                .push(") IS NOT TRUE THEN '")
                .number(place as u64)
                .push("'");
        }
        first.push(" END");
        let values = self.bench().evaluate(trial, &[first], rows).await?;
        let mut failed = Vec::with_capacity(rows.len());
        for (row, mut value) in rows.iter().zip(values) {
            failed.push(match value.pop() {
                Some(Value::Text(None)) => None,
                Some(Value::Text(Some(place))) => {
                    let (gate, policy, _) = place
                        .parse::<usize>()
                        .ok()
                        .and_then(|place| checks.get(place))
                        .ok_or_else(|| {
                            Problem::bug("the server named a check that it was not asked for")
                        })?;
                    Some(self.violation(*gate, *policy))
                }
                Some(Value::Error(_)) => self.check_as_conditions(trial, &checks, row).await?,
                None => return Err(Problem::bug("a check has no value")),
            });
        }
        Ok(failed)
    }

    /// The same for one row on which a check cannot be evaluated as a value. As a condition it may well be: there the server drops what cannot become
    /// true any more, such as `x AND NULL`, before it looks at a row (`canonicalize_qual` in `prepqual.c`).
    async fn check_as_conditions(
        self,
        trial: &mut Trial<'_>,
        checks: &[(Gate, Option<&str>, Sql)],
        row: &Row,
    ) -> Result<Option<Verdict>, Problem> {
        for (gate, policy, check) in checks {
            // Beside an alternative that is never true the parts of a check stay together, in their order.
            let mut condition = Sql::new("((");
            condition.append(check).push(") OR ").append(&self.source.number()).push(" < 0)");
            match self.bench().passing(trial, &condition, &[row]).await?.pop() {
                Some(Ok(true)) => {}
                Some(Ok(false)) => return Ok(Some(self.violation(*gate, *policy))),
                Some(Err(problem)) => return Ok(Some(Verdict::failed(problem))),
                None => return Err(Problem::bug("a condition was not evaluated")),
            }
        }
        Ok(None)
    }

    /// What the server says when a check fails (`ExecWithCheckOptions` in `execMain.c`).
    fn violation(self, gate: Gate, policy: Option<&str>) -> Verdict {
        let named = policy.map(|name| format!(" \"{name}\"")).unwrap_or_default();
        let table = &self.catalog.table.name.name;
        let merge = matches!(self.real.statement, Statement::MergeUpdate | Statement::MergeDelete);
        let (row, using) = match (gate.row, merge) {
            (Image::New, _) => ("new row", ""),
            (Image::Old, true) => ("target row", " (USING expression)"),
            (Image::Old, false) => ("new row", " (USING expression)"),
        };
        let mut problem = Problem::new(
            Kind::Permission,
            format!("{row} violates row-level security policy{named}{using} for table \"{table}\""),
        );
        problem.sqlstate = Some("42501".to_owned());
        Verdict { gate: Some(gate), policy: policy.map(str::to_owned), ..Verdict::failed(problem) }
    }

    /// Whether the statement can be tried on a row, and if not, why.
    pub(crate) fn can_try(self, standby: bool) -> Result<(), &'static str> {
        let statement = self.real.statement;
        let on_key = matches!(
            statement,
            Statement::InsertOrNothingOnKey | Statement::UpsertInsert | Statement::UpsertUpdate
        );
        if matches!(statement, Statement::UpdateAll | Statement::DeleteAll) {
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
            let places: std::collections::HashSet<_> =
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

/// A condition whose sub-queries the planner does not make joins of, as it makes none of those of policies (`pull_up_sublinks` in `prepjointree.c`): a
/// join would ask for privileges on tables that the condition, once simplified, does not read. The CASE itself is gone by then.
fn kept_together(condition: &Sql) -> Sql {
    let mut sql = Sql::new("CASE WHEN true THEN ");
    sql.append(condition).push(" END");
    sql
}

/// Blocks of cases whose rows lie in the same table, so that one statement can name them by their places.
fn by_table(cases: &[Case<'_>]) -> Vec<Vec<usize>> {
    let mut blocks: std::collections::BTreeMap<&str, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let table = case.old.map_or("", |row| row.place().0);
        blocks.entry(table).or_default().push(at);
    }
    blocks.into_values().collect()
}

/// Whether what was predicted is what happened.
///
/// A constraint is looked at after the policies (`ExecInsert` in `nodeModifyTable.c`): who comes to it has passed them.
pub(crate) fn agrees(predicted: &Verdict, actual: &Verdict) -> bool {
    let stopped_later = actual.sqlstate().is_some_and(|code| code.starts_with("23"));
    match predicted.outcome {
        Outcome::Allowed if stopped_later => true,
        Outcome::Error => {
            actual.outcome == Outcome::Error && predicted.sqlstate() == actual.sqlstate()
        }
        Outcome::Allowed | Outcome::Filtered | Outcome::Refused => {
            predicted.outcome == actual.outcome
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_is_met_only_after_the_policies() {
        let code = |code: &str| {
            let mut problem = Problem::new(Kind::Refused, "no");
            problem.sqlstate = Some(code.to_owned());
            Verdict::failed(problem)
        };
        let (allowed, filtered) =
            (Verdict::plain(Outcome::Allowed), Verdict::plain(Outcome::Filtered));
        assert!(agrees(&allowed, &code("23505")));
        assert!(!agrees(&allowed, &code("42501")));
        assert!(!agrees(&filtered, &code("23505")));
        assert!(agrees(&code("42501"), &code("42501")));
        assert!(agrees(&code("22012"), &code("22012")));
        assert!(!agrees(&code("22012"), &code("22P02")));
    }
}
