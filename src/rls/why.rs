//! Why somebody can or cannot do something with a row: the verdict, its gates and policies down to the leaves, and the check against the server.

use super::{
    asked::{Answers, Asked},
    catalog::{Applies, Catalog, Policy, RowSecurity},
    evaluate::Value,
    examination::{self, Case, Examination, Hurdle, first_failing},
    expression::Expression,
    gate::{Failing, Gate, Image, Statement},
    label, masked,
    row::Row,
    subject::{Judged, Subject},
    tree::{GateNode, Hidden},
    verdict::{Outcome, Verdict, filtered},
};
use crate::pg::{Deparsed, Problem, Rows, Said, Sql, Trial, sql::join};

/// What is explained: rows of one subject under one statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explainer<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) statement: Statement,
    /// Which words of expressions name columns whose values must not be shown.
    pub(crate) secrets: &'a [String],
}

/// Whether and why a policy concerns the role.
pub(crate) fn applies(catalog: &Catalog, policy: &Policy) -> String {
    let role = &catalog.role;
    match &policy.applies {
        Applies::Everybody => "it is for everybody".to_owned(),
        Applies::Through(through) if through == role => format!("it is for `{role}`"),
        Applies::Through(through) => format!("`{role}` has the rights of `{through}`"),
        Applies::WithoutInheriting(through) => {
            format!("`{role}` is a member of `{through}` without inheriting its rights")
        }
        Applies::No => format!("`{role}` is none of its roles and has the rights of none"),
    }
}

impl Explainer<'_> {
    /// The gates of the statement on one row, each with its policies.
    pub(crate) async fn gates(
        self,
        trial: &mut Trial<'_>,
        old: Option<&Row>,
        new: Option<&Row>,
    ) -> Result<Vec<GateNode>, Problem> {
        if self.subject.catalog.table.access.row_security != RowSecurity::On {
            return Ok(Vec::new());
        }
        let mut nodes = Vec::new();
        let gates = self.distinct();
        for image in [Image::Old, Image::New] {
            let Some(row) = (match image {
                Image::Old => old,
                Image::New => new,
            }) else {
                continue;
            };
            let of_image: Vec<Gate> =
                gates.iter().copied().filter(|gate| gate.row == image).collect();
            if of_image.is_empty() {
                continue;
            }
            nodes.extend(self.of_row(trial, &of_image, row).await?);
        }
        nodes.sort_by_key(|node| gates.iter().position(|gate| *gate == node.gate));
        Ok(nodes)
    }

    async fn of_row(
        self,
        trial: &mut Trial<'_>,
        gates: &[Gate],
        row: &Row,
    ) -> Result<Vec<GateNode>, Problem> {
        let part = self.part(gates, row);
        let bench = self.subject.examine(self.statement, &[]).bench();
        let values = bench.evaluate(trial, &part.expressions, &[row]).await?;
        let values = values.into_iter().next().unwrap_or_default();
        self.answered(trial, &part, values).await
    }

    /// The gates on each of several rows that are there, all of which are asked about at once; nothing is said of tables that hide rows.
    pub(crate) async fn of_rows(
        self,
        trial: &mut Trial<'_>,
        rows: &[&Row],
    ) -> Result<Vec<Vec<GateNode>>, Problem> {
        let catalog = &self.subject.catalog;
        let on = catalog.table.access.row_security == RowSecurity::On;
        let (Some(first), true) = (rows.first(), on) else {
            return Ok(vec![Vec::new(); rows.len()]);
        };
        let gates: Vec<Gate> =
            self.distinct().into_iter().filter(|gate| gate.row == Image::Old).collect();
        let part = self.part(&gates, first);
        let bench = self.subject.examine(self.statement, &[]).bench();
        let values = bench.evaluate(trial, &part.expressions, rows).await?;
        let of_row = |values: Vec<Value>| {
            let (values, hidden) = (values.into_iter(), Vec::new().into_iter());
            let mut answers = Answers { values, hidden, secrets: self.secrets };
            gates.iter().map(|gate| answers.gate(catalog, *gate)).collect()
        };
        Ok(values.into_iter().map(of_row).collect())
    }

    /// What is asked about one row at `gates`.
    fn part<'g>(&'g self, gates: &[Gate], row: &'g Row) -> Part<'g> {
        let mut asked = Asked { explainer: *self, expressions: Vec::new() };
        let mut leaves = Vec::new();
        for gate in gates {
            let combination = self.subject.catalog.combination(gate.set);
            asked.combination(&combination);
            for (policy, text) in combination.policies() {
                let expression = Expression::parse(text);
                asked.whole(text);
                asked.parts(&expression);
                leaves.extend(expression.leaves().into_iter().map(|leaf| (policy, leaf.clone())));
            }
        }
        Part { gates: gates.to_vec(), row, expressions: asked.expressions, leaves }
    }

    /// The gates, with the values that were asked for.
    async fn answered(
        self,
        trial: &mut Trial<'_>,
        part: &Part<'_>,
        values: Vec<Value>,
    ) -> Result<Vec<GateNode>, Problem> {
        let hidden = self.hidden(trial, &part.leaves, part.row, &part.gates).await?;
        let mut answers = Answers {
            values: values.into_iter(),
            hidden: hidden.into_iter(),
            secrets: self.secrets,
        };
        let catalog = &self.subject.catalog;
        Ok(part.gates.iter().map(|gate| answers.gate(catalog, *gate)).collect())
    }

    /// The gates of the statement with what would become of the row, all asked for at once; `None` where an expression fails, since that has to be looked at
    /// more closely.
    ///
    /// The `real` statement is planned, since the server knows what no catalog tells, and run if it `reads`. Where it comes `last`, nothing more is asked as
    /// somebody.
    pub(crate) async fn at_once(
        self,
        trial: &mut Trial<'_>,
        old: Option<&Row>,
        new: Option<&Row>,
        (real, reads, last): (Sql, bool, bool),
    ) -> Result<Option<AtOnce>, Problem> {
        let case = Case { old, new, merged: None };
        if !self.can_ask_at_once(case) {
            return Ok(None);
        }
        let mut explain = Sql::new("EXPLAIN ");
        explain.append(&real);
        let mut statements = vec![explain];
        statements.extend(reads.then_some(real));
        let (parts, stages) = self.parts_and_stages(case)?;
        let bench = self.subject.examine(self.statement, &[]).bench();
        statements.extend(parts.iter().map(|it| bench.values(&it.expressions, &[it.row])));
        statements.extend(stages.iter().map(|stage| stage.asks.clone()));
        statements.extend(stages.iter().flat_map(|stage| stage.beside.clone()));
        let Some(found) = trial.act_several(&statements, last).await? else { return Ok(None) };
        let mut found = found.into_iter();
        let planned = found.next().ok_or_else(unanswered)?;
        let said = if reads { found.next() } else { None };
        let Ok(found) = found.collect::<Result<Vec<Rows>, Problem>>() else { return Ok(None) };
        let mut found = found.into_iter();
        let mut nodes = Vec::new();
        for part in &parts {
            let values = found.next().and_then(|rows| rows.rows.into_iter().next());
            let values = values.unwrap_or_default().into_iter().skip(1).map(Value::Text).collect();
            nodes.extend(self.answered(trial, part, values).await?);
        }
        let gates = self.distinct();
        nodes.sort_by_key(|node| gates.iter().position(|gate| *gate == node.gate));
        let predicted = match planned {
            Err(problem) => Verdict { whole_statement: true, ..Verdict::failed(problem) },
            Ok(_) => self.first_failing(&stages, found)?,
        };
        Ok(Some(AtOnce { gates: nodes, predicted, said }))
    }

    /// Whether all that a verdict needs is known before anything is asked.
    fn can_ask_at_once(self, case: Case<'_>) -> bool {
        let examination = self.subject.examine(self.statement, &[]);
        let on = self.subject.catalog.table.access.row_security == RowSecurity::On;
        // What an upsert makes of the row that is there may have to be computed.
        let merges = self.statement == Statement::UpsertUpdate
            && self.subject.withholds(Statement::UpsertUpdate);
        let refused_unasked = on && self.statement == Statement::CopyFrom;
        let beside = merges || refused_unasked || examination.meets_no_conflict(case);
        !beside
    }

    /// What is asked of the row before the statement, and after it, and what it has to pass.
    fn parts_and_stages<'s>(
        &'s self,
        case: Case<'s>,
    ) -> Result<(Vec<Part<'s>>, Vec<Stage<'s>>), Problem> {
        let (mut parts, mut stages) = (Vec::new(), Vec::new());
        if self.subject.catalog.table.access.row_security != RowSecurity::On {
            return Ok((parts, stages));
        }
        let gates = self.distinct();
        for image in [Image::Old, Image::New] {
            let of: Vec<Gate> = gates.iter().copied().filter(|gate| gate.row == image).collect();
            if let (Some(row), false) = (case.image(image, false), of.is_empty()) {
                parts.push(self.part(&of, row));
            }
        }
        for gates in examination::stages(self.statement.gates()) {
            let row = gates.first().and_then(|gate| case.image(gate.row, false));
            let row = row.ok_or_else(|| Problem::bug("a gate asks for a row that there is not"))?;
            stages.push(Stage::of(self.subject.examine(self.statement, &[]), gates, row));
        }
        Ok((parts, stages))
    }

    /// What the first of `stages` that the row does not pass makes of it.
    fn first_failing(
        self,
        stages: &[Stage<'_>],
        found: impl Iterator<Item = Rows>,
    ) -> Result<Verdict, Problem> {
        let examination = self.subject.examine(self.statement, &[]);
        for (stage, rows) in stages.iter().zip(found) {
            let row = rows.rows.into_iter().next();
            match row.as_ref().map(|cells| cells.get(1)) {
                None => return Ok(filtered(stage.gates)),
                Some(Some(Some(place))) => return examination.failed_at(&stage.checks, place),
                Some(Some(None) | None) => {}
            }
        }
        Ok(Verdict::plain(Outcome::Allowed))
    }

    /// The gates of the statement; the same policies on the same row are one gate, even where the server asks twice.
    fn distinct(self) -> Vec<Gate> {
        let mut gates: Vec<Gate> = Vec::new();
        for gate in self.statement.gates() {
            if !gates.iter().any(|it| it.set == gate.set && it.row == gate.row) {
                gates.push(*gate);
            }
        }
        gates
    }

    /// For each leaf that reads tables with row security: what it would be worth if they hid nothing.
    ///
    /// Only what calls nothing but the server's own functions is evaluated by the operator; the rest of the world's code runs as the identity or not at all.
    async fn hidden(
        self,
        trial: &mut Trial<'_>,
        leaves: &[(&Policy, Deparsed)],
        row: &Row,
        gates: &[Gate],
    ) -> Result<Vec<Option<Hidden>>, Problem> {
        let mut found = Vec::with_capacity(leaves.len());
        let mut safe = Vec::new();
        let written = gates.iter().all(|gate| gate.row == Image::Old);
        for (at, (policy, leaf)) in leaves.iter().enumerate() {
            let tables = read_by(policy, leaf);
            if tables.is_empty() {
                found.push(None);
                continue;
            }
            let because = match () {
                () if policy.made => Some(
                    "it calls what somebody of this database wrote, which runs only as the identity",
                ),
                () if policy.reads.iter().any(|read| !read.plain) => {
                    Some("it reads a view, whose code runs only as the identity")
                }
                () if label::asks_who(leaf) => Some("it asks who the role is"),
                () if !written => Some("the row is not written yet"),
                () => None,
            };
            if because.is_none() {
                safe.push(at);
            }
            found.push(Some(Hidden {
                tables,
                otherwise: None,
                matters: None,
                unknown_because: because.map(str::to_owned),
            }));
        }
        if safe.is_empty() {
            return Ok(found);
        }
        let chosen: Vec<_> = safe.iter().map(|at| &leaves[*at].1).collect();
        let outcome = self.bypassing(trial, &chosen, row).await?;
        for (index, at) in safe.into_iter().enumerate() {
            if let Some(hidden) = &mut found[at] {
                match &outcome {
                    Ok(values) => hidden.otherwise = values.get(index).copied().flatten(),
                    Err(problem) => {
                        hidden.unknown_because = Some(masked::told(problem, self.secrets));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The truth of leaves on a row that is there, as the operator, from whom no row is hidden.
    async fn bypassing(
        self,
        trial: &mut Trial<'_>,
        leaves: &[&Deparsed],
        row: &Row,
    ) -> Result<Said<Vec<Option<bool>>>, Problem> {
        if let Err(problem) = trial.tell_observer().await? {
            return Ok(Err(problem));
        }
        let table = &self.subject.catalog.table.name;
        let mut sql = Sql::new("SELECT ");
        for (index, leaf) in leaves.iter().enumerate() {
            sql.push(if index > 0 { ", (" } else { "(" }).deparsed(leaf).push(")::pg_catalog.text");
        }
        let (relation, place) = row.place();
        sql.push(" FROM ")
            .relation(table)
            .push(" AS ")
            .ident(&table.name)
            .push(" WHERE ")
            .ident(&table.name);
        sql.push(".tableoid = ")
            .bind(Some(relation), "pg_catalog.oid")
            .push(" AND ")
            .ident(&table.name);
        sql.push(".ctid = ").bind(Some(place), "pg_catalog.tid");
        Ok(trial.observe(&sql).await?.map(|rows| {
            let cells = rows.rows.into_iter().next().unwrap_or_default();
            cells.into_iter().map(|cell| cell.map(|text| text == "true")).collect()
        }))
    }
}

/// The tables with row security of their own that a leaf reads.
fn read_by(policy: &Policy, leaf: &Deparsed) -> Vec<String> {
    let named = |name: &str| {
        leaf.as_str().contains(name) || leaf.as_str().contains(&name.replace('"', "\"\""))
    };
    policy
        .reads
        .iter()
        .filter(|read| read.row_security && named(&read.name))
        .map(|read| read.relation().to_string())
        .collect()
}

/// What is asked about one row at some gates.
struct Part<'a> {
    gates: Vec<Gate>,
    row: &'a Row,
    expressions: Vec<Sql>,
    leaves: Vec<(&'a Policy, Deparsed)>,
}

/// Gates that are asked of the same row with the same consequence.
struct Stage<'a> {
    gates: &'static [Gate],
    /// What a row has to pass, where one that does not is refused.
    checks: Vec<Hurdle<'a>>,
    /// The statement that tells whether it passes.
    asks: Sql,
    /// What has to be without failing, so that the order does not matter in which the server evaluates.
    beside: Vec<Sql>,
}

impl<'a> Stage<'a> {
    fn of(examination: Examination<'a>, gates: &'static [Gate], row: &Row) -> Self {
        let bench = examination.bench();
        if gates.iter().any(|gate| gate.failing == Failing::Refuses) {
            let checks = examination.checks(gates);
            let asks = bench.values(&[first_failing(&checks)], &[row]);
            return Self { gates, checks, asks, beside: Vec::new() };
        }
        let levels = examination.filtering(gates);
        let passing = |condition: &Sql| {
            let mut passing = bench.values(&[], &[row]);
            passing.push(" WHERE ").append(condition);
            passing
        };
        let asks = passing(&join(&levels, " AND "));
        let several = levels.len() > 1;
        let beside = levels.iter().filter(|_| several).map(passing).collect();
        Self { gates, checks: Vec::new(), asks, beside }
    }
}

fn unanswered() -> Problem {
    Problem::bug("the server did not say what it makes of the statement")
}

/// The gates of a statement on a row, and what would become of it.
#[derive(Debug)]
pub(crate) struct AtOnce {
    pub(crate) gates: Vec<GateNode>,
    pub(crate) predicted: Verdict,
    /// What the real statement answered, if it ran.
    pub(crate) said: Option<Said<Rows>>,
}

/// One sentence that says it all.
pub(crate) fn sentence(
    catalog: &Catalog,
    statement: Statement,
    judged: &Judged,
    gates: &[GateNode],
) -> String {
    let who = &catalog.role;
    let access = &catalog.table.access;
    let outcome = match (judged.predicted.outcome, statement.only_reads()) {
        (Outcome::Allowed, true) => "the row is visible".to_owned(),
        (Outcome::Allowed, false) => format!("`{statement}` would do it"),
        (Outcome::Filtered, true) => "the row is there and hidden".to_owned(),
        (Outcome::Filtered, false) => format!("`{statement}` would pass the row over"),
        (Outcome::Refused | Outcome::Error, _) => format!("`{statement}` would fail"),
    };
    if let Some(problem) = &judged.predicted.problem {
        return format!("{outcome}: {}", problem.summary);
    }
    if access.row_security != RowSecurity::On {
        return format!("{outcome}: {}", access.row_security.sentence());
    }
    let failing = gates.iter().find(|gate| gate.passes() != Some(true));
    let because = match failing {
        None => {
            let mut through: Vec<_> = gates
                .iter()
                .flat_map(|gate| &gate.policies)
                .filter(|policy| policy.permissive && policy.value.truth() == Some(true))
                .map(|policy| format!("`{}`", policy.policy))
                .collect();
            // The same policy may stand at several gates.
            through.sort();
            through.dedup();
            if through.is_empty() {
                return outcome;
            }
            format!("let through by {}", through.join(", "))
        }
        Some(gate) if gate.default_deny => {
            format!(
                "no policy lets `{who}` pass {}: what nothing permits is denied",
                gate.gate.set.name()
            )
        }
        Some(gate) => {
            let held: Vec<_> = gate
                .policies
                .iter()
                .filter(|policy| !policy.permissive && policy.value.truth() != Some(true))
                .map(|policy| format!("`{}`", policy.policy))
                .collect();
            if held.is_empty() {
                let tried: Vec<_> = gate
                    .policies
                    .iter()
                    .filter(|it| it.permissive)
                    .map(|it| format!("`{}`", it.policy))
                    .collect();
                format!("none of these policies is true: {}", tried.join(", "))
            } else {
                format!("held back by {}", held.join(", "))
            }
        }
    };
    format!("{outcome}: {because}")
}
