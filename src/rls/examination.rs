//! What a statement would do with rows, predicted from the catalog: gate by gate, in the server's order.

use super::{
    catalog::{Catalog, Combination, Policy, RowSecurity},
    evaluate::{Bench, Value},
    expression::{Expression, Truth},
    gate::{Failing, Gate, Image, Statement},
    real::Real,
    row::Row,
    source::Source,
    verdict::{Outcome, Verdict, filtered},
};
use crate::{
    pg::{Deparsed, Kind, Problem, Said, Sql, Trial, sql::join},
    tables::RelationKind,
};

/// One row that something is to be done with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The row that is there.
    pub(crate) old: Option<&'a Row>,
    /// The row that there would be.
    pub(crate) new: Option<&'a Row>,
    /// The row that an upsert makes of the old one, where that is another than the one it would insert.
    pub(crate) merged: Option<&'a Row>,
}

impl<'a> Case<'a> {
    /// The row that is looked at; `met` once the old one was.
    pub(crate) const fn image(self, image: Image, met: bool) -> Option<&'a Row> {
        match (image, self.merged) {
            (Image::Old, _) => self.old,
            (Image::New, Some(merged)) if met => Some(merged),
            (Image::New, _) => self.new,
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
        let planned = match self.plan(trial, *first).await? {
            Ok(planned) => planned,
            Err(problem) => {
                let verdict = Verdict { whole_statement: true, ..Verdict::failed(problem) };
                return Ok(vec![verdict; cases.len()]);
            }
        };
        // A plan for a row that is named by its key, or by a place that policies look at, may know that this row does not pass, which tells nothing about others.
        let named_by_more = self.catalog.policies.iter().any(|policy| policy.system_columns);
        let for_all = cases.len() == 1 || (self.real.names_place() && !named_by_more);
        if planned == Planned::ReadsNothing && for_all {
            return Ok(vec![filtered(self.real.statement.gates()); cases.len()]);
        }
        let mut verdicts = vec![Verdict::plain(Outcome::Allowed); cases.len()];
        if self.catalog.table.access.row_security != RowSecurity::On {
            return Ok(verdicts);
        }
        let (beside, met): (Vec<usize>, Vec<usize>) =
            (0..cases.len()).partition(|at| self.meets_no_conflict(cases[*at]));
        self.judge(trial, cases, met, self.real.statement.gates(), &mut verdicts).await?;
        self.judge(trial, cases, beside, Statement::UpsertInsert.gates(), &mut verdicts).await?;
        Ok(verdicts)
    }

    /// Whether the row is there but in a child of the table, whose keys conflict with none of the table's own: then it is inserted a second time.
    pub(crate) fn meets_no_conflict(self, case: Case<'_>) -> bool {
        let table = &self.catalog.table;
        self.real.statement == Statement::UpsertUpdate
            && table.kind == RelationKind::Table
            && case.old.is_some_and(|row| row.place().0 != table.oid)
    }

    /// Notes for those of `cases` that are `left` the verdict of the first of `gates` that stops them.
    async fn judge(
        self,
        trial: &mut Trial<'_>,
        cases: &[Case<'_>],
        mut left: Vec<usize>,
        gates: &[Gate],
        verdicts: &mut [Verdict],
    ) -> Result<(), Problem> {
        let mut met = false;
        for stage in stages(gates) {
            let Some(first) = stage.first() else { continue };
            met |= first.row == Image::Old;
            let rows: Option<Vec<&Row>> =
                left.iter().map(|at| cases[*at].image(first.row, met)).collect();
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
        Ok(())
    }

    /// What the server says to the statement as such: it is asked, since it knows about privileges and recursion what no catalog tells.
    pub(crate) async fn fails_anyway(
        self,
        trial: &mut Trial<'_>,
        case: Case<'_>,
    ) -> Result<Option<Problem>, Problem> {
        Ok(self.plan(trial, case).await?.err())
    }

    /// The same, with what a look at the plan tells.
    async fn plan(self, trial: &mut Trial<'_>, case: Case<'_>) -> Result<Said<Planned>, Problem> {
        let on = self.catalog.table.access.row_security == RowSecurity::On;
        if on && self.real.statement == Statement::CopyFrom && self.may_insert() {
            // Refused before any policy is read (`DoCopy` in `copy.c`).
            let mut problem =
                Problem::new(Kind::Missing, "COPY FROM not supported with row-level security")
                    .hint("use INSERT statements instead");
            problem.sqlstate = Some("0A000".to_owned());
            return Ok(Err(problem));
        }
        let mut explain = Sql::new("EXPLAIN ");
        explain.append(&self.real.sql(case.old, case.new));
        let plan = match trial.act(&explain).await? {
            Ok(plan) => plan,
            Err(problem) => return Ok(Err(problem)),
        };
        let filters =
            self.real.statement.gates().first().is_some_and(|it| it.failing == Failing::Filters);
        let lines: Vec<&str> = plan.rows.iter().flatten().flatten().map(String::as_str).collect();
        let nothing = lines.iter().any(|line| line.ends_with("One-Time Filter: false"));
        // What stands in a sub-query is about the table that this one reads.
        let nested = lines.iter().any(|line| line.contains("SubPlan") || line.contains("InitPlan"));
        let nothing = on && filters && nothing && !nested;
        Ok(Ok(if nothing { Planned::ReadsNothing } else { Planned::Runs }))
    }

    /// Whether the role may insert into the table, or into some of its columns.
    fn may_insert(self) -> bool {
        let table = &self.catalog.table;
        table.access.usage
            && (table.access.rights.insert || table.attributes.iter().any(|it| it.rights.insert))
    }

    /// The verdict on each row that is not let through; all gates at once, as the server puts them all into one condition.
    async fn filter(
        self,
        trial: &mut Trial<'_>,
        gates: &[Gate],
        rows: &[&Row],
    ) -> Result<Vec<Option<Verdict>>, Problem> {
        let levels = self.filtering(gates);
        let at_once = self.bench().passing(trial, &join(&levels, " AND "), rows).await?;
        let mut in_order = at_once.clone();
        if levels.len() > 1 {
            self.pass_in_order(trial, &levels, rows, &mut in_order).await?;
        }
        let failing: Vec<usize> = (0..rows.len()).filter(|at| in_order[*at].is_err()).collect();
        let some: Vec<&Row> = failing.iter().map(|at| rows[*at]).collect();
        let mut decided = self.decided_otherwise(trial, gates, &some).await?.into_iter();
        let mut verdict = |(in_order, at_once): (Said<bool>, Said<bool>)| {
            let depends_on_order = in_order.is_err() != at_once.is_err();
            match in_order {
                Ok(true) => None,
                Ok(false) => Some(Verdict { depends_on_order, ..filtered(gates) }),
                Err(problem) => {
                    let depends_on_order = depends_on_order | decided.next().unwrap_or(false);
                    Some(Verdict { depends_on_order, ..Verdict::failed(problem) })
                }
            }
        };
        Ok(in_order.into_iter().zip(at_once).map(&mut verdict).collect())
    }

    /// Which of `rows`, on which the condition of `gates` fails, are let through or held back by parts of it that do not fail. Those may be all that the
    /// server evaluates: an index finds rows by one part, and one that follows from what the statement asks for goes (`create_indexscan_plan` in `createplan.c`).
    async fn decided_otherwise(
        self,
        trial: &mut Trial<'_>,
        gates: &[Gate],
        rows: &[&Row],
    ) -> Result<Vec<bool>, Problem> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parsed = |of: &[(&Policy, &Deparsed)]| -> Vec<Expression> {
            of.iter().map(|(_, text)| Expression::parse(text)).collect()
        };
        let conditions: Vec<_> = gates
            .iter()
            .map(|gate| self.catalog.combination(gate.set))
            .map(|it| (parsed(&it.restrictive), parsed(&it.permissive)))
            .collect();
        let parts =
            conditions.iter().flat_map(|(held, let_through)| held.iter().chain(let_through));
        let leaves: Vec<Sql> = parts
            .flat_map(|part| part.leaves())
            .map(|leaf| {
                let mut sql = self.source.expression(leaf);
                sql.push("::pg_catalog.text");
                sql
            })
            .collect();
        let mut truths = vec![Vec::new(); rows.len()];
        for leaf in leaves {
            // One by one: what does not fail is asked once for all rows.
            let values = self.bench().evaluate(trial, &[leaf], rows).await?;
            for (truths, value) in truths.iter_mut().zip(values) {
                truths.push(value.first().and_then(Value::truth));
            }
        }
        let is_decided = |truths: Vec<Option<bool>>| {
            let mut truths = truths.into_iter();
            let whole = conditions.iter().flat_map(|(held, let_through)| {
                let mut parts: Vec<_> = held.iter().map(|it| it.fold(&mut truths)).collect();
                parts.push(Truth::any(let_through.iter().map(|it| it.fold(&mut truths)).collect()));
                parts
            });
            Truth::all(whole.collect::<Vec<Option<bool>>>()).is_some()
        };
        Ok(truths.into_iter().map(is_decided).collect())
    }

    /// What has to be true of a row that gates which filter let through, in the order in which the server asks.
    pub(crate) fn filtering(self, gates: &[Gate]) -> Vec<Sql> {
        gates.iter().flat_map(|gate| self.levels(&self.catalog.combination(gate.set))).collect()
    }

    /// The same for the rows that do not pass, level by level: an expression of a later one is not evaluated where an earlier one is not true
    /// (`order_qual_clauses` in `createplan.c`).
    async fn pass_in_order(
        self,
        trial: &mut Trial<'_>,
        levels: &[Sql],
        rows: &[&Row],
        passing: &mut [Said<bool>],
    ) -> Result<(), Problem> {
        let mut left: Vec<usize> = (0..rows.len()).filter(|at| passing[*at] != Ok(true)).collect();
        for level in levels {
            let some: Vec<&Row> = left.iter().map(|at| rows[*at]).collect();
            let found = self.bench().passing(trial, level, &some).await?;
            for (at, found) in left.iter().zip(found) {
                passing[*at] = found;
            }
            left.retain(|at| passing[*at] == Ok(true));
        }
        Ok(())
    }

    /// What the policies let pass, as the server combines them for rows that are there.
    pub(crate) fn condition(self, combination: &Combination<'_>) -> Sql {
        join(&self.levels(combination), " AND ")
    }

    /// The parts of it that the server keeps apart, in its order: the restrictive policies one by one, then the permissive ones together.
    fn levels(self, combination: &Combination<'_>) -> Vec<Sql> {
        if combination.denies_all() {
            return vec![Sql::new("false")];
        }
        let restrictive =
            combination.restrictive.iter().map(|(_, text)| self.source.expression(text));
        let parts = restrictive.chain([self.any_permissive(combination)]);
        parts.map(|part| kept_together(&part)).collect()
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
        let checks = self.checks(gates);
        let values = self.bench().evaluate(trial, &[first_failing(&checks)], rows).await?;
        let mut failed = Vec::with_capacity(rows.len());
        for (row, mut value) in rows.iter().zip(values) {
            failed.push(match value.pop() {
                Some(Value::Text(None)) => None,
                Some(Value::Text(Some(place))) => Some(self.failed_at(&checks, &place)?),
                Some(Value::Error(_)) => self.check_one_by_one(trial, &checks, row).await?,
                None => return Err(Problem::bug("a check has no value")),
            });
        }
        Ok(failed)
    }

    /// What a new row has to pass at `gates`, in the order in which the server asks.
    pub(crate) fn checks(self, gates: &[Gate]) -> Vec<Hurdle<'a>> {
        let mut checks = Vec::new();
        for gate in gates {
            let combination = self.catalog.combination(gate.set);
            if combination.denies_all() {
                let whole = Sql::new("false");
                checks.push(Hurdle { gate: *gate, policy: None, whole, parts: Vec::new() });
                continue;
            }
            // Several permissive policies are joined by OR, which is one part.
            let parts = match combination.permissive.as_slice() {
                [(_, text)] => self.conjuncts(text),
                _ => Vec::new(),
            };
            let whole = self.any_permissive(&combination);
            checks.push(Hurdle { gate: *gate, policy: None, whole, parts });
            for (policy, text) in &combination.restrictive {
                let (whole, parts) = (self.source.expression(text), self.conjuncts(text));
                checks.push(Hurdle { gate: *gate, policy: Some(&policy.name), whole, parts });
            }
        }
        checks
    }

    /// The verdict where `place` is the first of `checks` that fails, as [`first_failing`] told it.
    pub(crate) fn failed_at(self, checks: &[Hurdle<'_>], place: &str) -> Result<Verdict, Problem> {
        let place = place.parse::<usize>().ok();
        let check = place.and_then(|place| checks.get(place));
        let check = check
            .ok_or_else(|| Problem::bug("the server named a check that it was not asked for"))?;
        Ok(self.violation(check))
    }

    /// What all has to be true for `text` to be.
    fn conjuncts(self, text: &Deparsed) -> Vec<Sql> {
        let expression = Expression::parse(text);
        let part = |(truth, part): (bool, &Deparsed)| {
            let mut sql = Sql::new(if truth { "(" } else { "(NOT " });
            sql.append(&self.source.expression(part)).push(")");
            sql
        };
        expression.conjuncts().into_iter().map(part).collect()
    }

    /// The first of `checks` that one row fails on which they cannot be evaluated all at once.
    async fn check_one_by_one(
        self,
        trial: &mut Trial<'_>,
        checks: &[Hurdle<'_>],
        row: &Row,
    ) -> Result<Option<Verdict>, Problem> {
        for check in checks {
            let mut passes = self.holds(trial, &check.whole, row).await?;
            if passes.is_err() {
                // The parts are looked at one after the other, and the first that is not true, be it NULL, ends it (`ExecQual` in `executor.h`).
                for part in &check.parts {
                    passes = self.holds(trial, part, row).await?;
                    if passes != Ok(true) {
                        break;
                    }
                }
            }
            match passes {
                Ok(true) => {}
                Ok(false) => return Ok(Some(self.violation(check))),
                Err(problem) => return Ok(Some(Verdict::failed(problem))),
            }
        }
        Ok(None)
    }

    /// Whether a check, or a part of one, is true of a row.
    ///
    /// What cannot be evaluated as a value may well be as a condition: there the server drops what cannot become true any more, such as `x AND NULL`,
    /// before it looks at a row (`canonicalize_qual` in `prepqual.c`). Beside an alternative that is never true its parts stay together, in their order.
    async fn holds(
        self,
        trial: &mut Trial<'_>,
        check: &Sql,
        row: &Row,
    ) -> Result<Said<bool>, Problem> {
        let mut value = Sql::new("(");
        value.append(check).push(")::pg_catalog.text");
        let found = self.bench().evaluate(trial, &[value], &[row]).await?.pop();
        let problem = match found.and_then(|mut cells| cells.pop()) {
            Some(Value::Error(problem)) => problem,
            Some(value) => return Ok(Ok(value.truth() == Some(true))),
            None => return Err(Problem::bug("a check has no value")),
        };
        let mut condition = Sql::new("((");
        condition.append(check).push(") OR ").append(&self.source.number()).push(" < 0)");
        let passing = self.bench().passing(trial, &condition, &[row]).await?.pop();
        let passing = passing.ok_or_else(|| Problem::bug("a condition was not evaluated"))?;
        // To estimate a condition the planner evaluates parts that come later; the statement itself meets the first error.
        Ok(passing.map_err(|_| problem))
    }

    /// What the server says when a check fails (`ExecWithCheckOptions` in `execMain.c`).
    fn violation(self, check: &Hurdle<'_>) -> Verdict {
        let Hurdle { gate, policy, .. } = *check;
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
}

/// What a new row has to pass.
#[derive(Debug)]
pub(crate) struct Hurdle<'a> {
    gate: Gate,
    /// The restrictive policy that it is.
    policy: Option<&'a str>,
    whole: Sql,
    /// What all has to be true for it to be true; nothing where it is in one piece.
    parts: Vec<Sql>,
}

/// Which of `checks` is the first that is not true, by its place; later ones are not evaluated.
pub(crate) fn first_failing(checks: &[Hurdle<'_>]) -> Sql {
    let mut first = Sql::new("CASE");
    for (place, check) in checks.iter().enumerate() {
        first
            .push(" WHEN (")
            .append(&check.whole)
            .push(") IS NOT TRUE THEN '")
            .number(place as u64)
            .push("'");
    }
    first.push(" END");
    first
}

/// The gates of a statement, those together that are asked of the same row with the same consequence.
pub(crate) fn stages(mut gates: &[Gate]) -> Vec<&[Gate]> {
    let mut stages = Vec::new();
    while let Some(first) = gates.first() {
        let alike = |gate: &&Gate| gate.row == first.row && gate.failing == first.failing;
        let (stage, rest) = gates.split_at(gates.iter().take_while(alike).count());
        stages.push(stage);
        gates = rest;
    }
    stages
}

/// What the server would do with the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planned {
    Runs,
    /// It knows without looking that no row of the table passes, so that no expression is evaluated at all.
    ReadsNothing,
}

/// A condition whose sub-queries the planner does not make joins of, as it makes none of those of policies (`pull_up_sublinks` in `prepjointree.c`): a
/// join would ask for privileges on tables that the condition, once simplified, does not read. The CASE itself is gone by then.
fn kept_together(condition: &Sql) -> Sql {
    let mut sql = Sql::new("CASE WHEN true THEN ");
    sql.append(condition).push(" END");
    sql
}
