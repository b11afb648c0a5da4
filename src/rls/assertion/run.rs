//! One policy test, judged.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Tally, Test, file::filled};
use crate::{
    database::Database,
    mapping::{Expression, ROW, Refusal, Refusals},
    pg::{Acting, Identity, Problem, Run, Sql, Trial},
    question::Question,
    rls::{
        Check, Explain, Outcome, Why,
        explain::whom,
        masked,
        row::Row,
        subject::{Choice, Judged, Subject},
    },
    tables::{ForeignKey, ForeignKeys},
};

/// How many rows are judged at once.
const PORTION: u64 = 500;
/// How many rows that speak against a test are told.
const TOLD: usize = 5;
/// How many of them are explained.
const EXPLAINED: usize = 2;

/// Is the test true of the identity that asks?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assert {
    /// The test.
    pub test: Test,
    /// Which real statements may be tried.
    pub check: Check,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The test.
    pub test: Test,
    /// What came of the rows that are meant.
    pub tally: Tally,
    /// Whether that was to come.
    pub passed: bool,
    /// What has to be said besides.
    pub notes: Vec<String>,
    /// Some of the rows that speak against it.
    pub against: Vec<Against>,
}

/// A row that speaks against a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// Its key.
    pub key: Map<String, Json>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, for the first few.
    pub why: Option<Why>,
}

impl Question for Assert {
    type Answer = Judgement;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Judgement, Problem> {
        let acting = whom(&database, &identity, &run).await?;
        let choice = self.choice(&database, &acting, &run).await?;
        let mut trial = database.door.trial(&acting, &run).await?;
        let on = &self.test.on;
        let subject = Subject::open(&mut trial, &database, on, &acting.role, &run).await?;
        let judged = self.judge(&mut trial, &subject, &choice).await;
        let mut seen = judged?;
        trial.end().await?;
        let expect = self.test.expect;
        let mut notes = seen.notes();
        if seen.tally.rows == 0 {
            notes.push("there is no such row, so nothing was tested".to_owned());
        }
        let passed = seen.tally.rows > 0 && expect.holds(&seen.tally);
        let mut against = Vec::new();
        if !passed {
            let rows = std::mem::take(&mut seen.some);
            let rows = rows.into_iter().filter(|(_, it)| expect.is_against(*it, &seen.tally));
            for (row, outcome) in rows.take(TOLD) {
                let explain = against.len() < EXPLAINED && !subject.catalog.table.key.is_empty();
                let why = if explain {
                    self.explain(&row, &database, &identity, &run).await?
                } else {
                    None
                };
                against.push(Against { key: key(&database, &self.test, &row), outcome, why });
            }
        }
        Ok(Judgement { test: self.test, tally: seen.tally, passed, notes, against })
    }
}

/// What was seen while rows were judged.
#[derive(Default)]
struct Seen {
    tally: Tally,
    /// A few rows of each outcome.
    some: Vec<(Row, Outcome)>,
    disagreements: u64,
    untried: bool,
    labels: Vec<String>,
}

impl Seen {
    fn add(&mut self, row: &Row, judged: Judged) {
        let outcome = judged.actual.as_ref().unwrap_or(&judged.predicted).outcome;
        self.tally.add(outcome);
        self.disagreements += u64::from(judged.agrees == Some(false));
        self.untried |= judged.actual.is_none();
        if self.some.iter().filter(|(_, it)| *it == outcome).count() < TOLD {
            self.some.push((row.clone(), outcome));
        }
        for label in judged.labels {
            if !self.labels.contains(&label) {
                self.labels.push(label);
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.disagreements > 0 {
            notes.push(format!(
                "on {} rows the server does otherwise than predicted; what it does counts",
                self.disagreements
            ));
        }
        if self.untried && self.tally.rows > 0 {
            notes.push("predicted, not tried".to_owned());
        }
        notes.extend(self.labels.iter().cloned());
        notes
    }
}

impl Assert {
    async fn judge(
        &self,
        trial: &mut Trial<'_>,
        subject: &Subject,
        choice: &Choice,
    ) -> Result<Seen, Problem> {
        let can = self.test.can;
        let edited: Vec<String> = self.test.edits.iter().map(|(name, _)| name.clone()).collect();
        let check = self.check.covers(can) && (can.only_reads() || self.test.tries);
        let mut seen = Seen::default();
        subject.begin_rows(trial, choice).await?;
        loop {
            let rows = subject.next_rows(trial, PORTION).await?;
            if rows.is_empty() {
                return Ok(seen);
            }
            let news = if can.makes_new() {
                subject.edited_all(trial, &rows, can, &self.test.edits).await?
            } else {
                Vec::new()
            };
            let cases: Vec<(Option<&Row>, Option<&Row>)> = rows
                .iter()
                .enumerate()
                .map(|(at, row)| (Some(row).filter(|_| can.needs_old()), news.get(at)))
                .collect();
            let judged = subject.judge(trial, can, &cases, &edited, check).await?;
            for (row, judged) in rows.iter().zip(judged) {
                seen.add(row, judged);
            }
        }
    }

    async fn explain(
        &self,
        row: &Row,
        database: &Arc<Database>,
        identity: &Identity,
        run: &Run,
    ) -> Result<Option<Why>, Problem> {
        let key = row.key.iter().map(|(_, value)| value.clone().unwrap_or_default()).collect();
        let question = Explain {
            table: self.test.on.clone(),
            choice: Choice::Key(key),
            statement: self.test.can,
            edits: self.test.edits.clone(),
            check: Check::Nothing,
            most: 1,
        };
        let answer = question.ask(Arc::clone(database), identity.clone(), run.clone()).await?;
        Ok(answer.into_iter().next())
    }

    /// Which rows are meant, for whoever acts.
    async fn choice(
        &self,
        database: &Arc<Database>,
        acting: &Acting,
        run: &Run,
    ) -> Result<Choice, Problem> {
        let Some((text, line)) = &self.test.rows else { return Ok(Choice::All) };
        let refuse = |reason: String| {
            let file = self.test.file.clone();
            Problem::from(Refusals(vec![Refusal { line: *line, file, reason }]))
        };
        let person = acting.person.as_ref();
        let text = filled(text, &|place| match place {
            "user.id" => person?.id.clone(),
            "user.email" => Some(person?.label.clone()),
            "organization.id" => person?.organization.clone(),
            _ => None,
        })
        .map_err(refuse)?;
        let question = ForeignKeys { table: self.test.on.clone() };
        let keys = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let leads = leads(&self.test, &keys);
        let aliases: Vec<&str> =
            std::iter::once(ROW).chain(leads.iter().map(|lead| lead.alias.as_str())).collect();
        let expression = Expression::parse_on(&text, &aliases, *line).map_err(refuse)?;
        for column in expression.columns() {
            let lead = leads.iter().find(|lead| lead.alias == column.alias);
            let table = lead.map_or(&self.test.on, |lead| &lead.key.target);
            if database.is_secret(table, &column.column) {
                return Err(refuse(format!(
                    "the column is secret and cannot be looked at: {table}.{}",
                    column.column
                )));
            }
        }
        Ok(Choice::Where(condition(&expression, &leads)))
    }
}

/// Where a foreign key of one column leads, under the name that it has in `rows`.
struct Lead<'a> {
    alias: String,
    column: &'a str,
    target: &'a str,
    key: &'a ForeignKey,
}

fn leads<'a>(test: &Test, keys: &'a [ForeignKey]) -> Vec<Lead<'a>> {
    let mut leads: Vec<Lead<'_>> = Vec::new();
    for key in keys.iter().filter(|key| key.from == test.on) {
        let ([column], [target]) = (key.columns.as_slice(), key.target_columns.as_slice()) else {
            continue;
        };
        let alias = column.strip_suffix("_id").unwrap_or(column).to_owned();
        if alias != ROW && !leads.iter().any(|lead| lead.alias == alias) {
            leads.push(Lead { alias, column, target, key });
        }
    }
    leads
}

/// The condition on `t`, with what its foreign keys lead to beside it.
fn condition(expression: &Expression, leads: &[Lead<'_>]) -> Sql {
    let used: Vec<&Lead<'_>> = leads
        .iter()
        .filter(|lead| expression.columns().iter().any(|column| column.alias == lead.alias))
        .collect();
    let mut sql = Sql::default();
    if used.is_empty() {
        sql.checked(expression);
        return sql;
    }
    sql.push("EXISTS (SELECT FROM (VALUES (1)) AS purview_one (one)");
    for lead in used {
        sql.push(" LEFT JOIN ").relation(&lead.key.target).push(" AS ").ident(&lead.alias);
        sql.push(" ON ").ident(&lead.alias).push(".").ident(lead.target);
        sql.push(" = ").column(ROW, lead.column);
    }
    sql.push(" WHERE ").checked(expression).push(")");
    sql
}

/// The key of a row, as it may be shown.
fn key(database: &Database, test: &Test, row: &Row) -> Map<String, Json> {
    let cells = row.key.iter().map(|(name, value)| {
        let secret = database.is_secret(&test.on, name);
        let shown = value.as_deref().map(|value| if secret { masked::MASK } else { value });
        (name.clone(), shown.map_or(Json::Null, Json::from))
    });
    cells.collect()
}
