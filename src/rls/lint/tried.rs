//! What only shows when somebody tries: statements that fail whatever the row, and policies that read tables of which rows are hidden.
//!
//! Everything runs in a trial as the identity that asks; nothing is written, for the statements are only planned. What several identities found is put together by
//! [`findings`], which asks nothing.

use std::{collections::BTreeMap, sync::Arc};

use super::{Finding, Severity};
use crate::{
    database::Database,
    pg::{Acting, Deparsed, Identity, Kind, Problem, RelationName, Run, Sql, Trial, quote_ident},
    question::Question,
    rls::{
        catalog::{Policy, RowSecurity},
        examination::Case,
        explain::whom,
        gate::Statement,
        label,
        row::Row,
        scope,
        subject::{Choice, Subject},
    },
};

/// On how many rows of a table a policy is tried.
const ROWS: u64 = 20;

/// What the tries look for: code and severity.
pub const TRIED: [(&str, Severity); 5] = [
    ("policy-recursion", Severity::Wrong),
    ("policy-needs-privilege", Severity::Wrong),
    ("policy-raises", Severity::Wrong),
    ("identity-raises", Severity::Warning),
    ("policy-reads-hidden-rows", Severity::Notice),
];

/// What fails when the identity that asks tries it?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries;

/// One thing that came out when one identity tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The table.
    pub table: RelationName,
    /// Who tried.
    pub who: Arc<Acting>,
    /// What came out.
    pub outcome: Outcome,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The statement fails whatever the row.
    Fails {
        /// The statement.
        statement: Statement,
        /// It, as a person would write it for the planner alone.
        sql: String,
        /// What the server says.
        problem: Problem,
    },
    /// A policy cannot be evaluated on a row.
    Raises {
        /// The policy.
        policy: String,
        /// What the server says.
        problem: Problem,
    },
    /// A policy judges rows otherwise than it would if no table that it reads hid rows.
    Hides {
        /// The policy.
        policy: String,
        /// The tables with row security that it reads.
        tables: Vec<String>,
        /// How many rows it judges otherwise.
        rows: usize,
        /// Of how many.
        of: usize,
    },
}

impl Question for Tries {
    type Answer = Vec<Tried>;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Vec<Tried>, Problem> {
        let who = whom(&database, &identity, &run).await?;
        let mut trial = database.door.trial(&who, &run).await?;
        let mut found = Vec::new();
        for table in scope::tables(&database, &run).await? {
            let subject =
                Subject::open(&mut trial, &database, &table.name, &who.role, &run).await?;
            let tried = of_table(&mut trial, &subject).await?;
            let name = &table.name;
            found.extend(tried.into_iter().map(|outcome| Tried {
                table: name.clone(),
                who: Arc::clone(&who),
                outcome,
            }));
        }
        trial.end().await?;
        Ok(found)
    }
}

async fn of_table(trial: &mut Trial<'_>, subject: &Subject) -> Result<Vec<Outcome>, Problem> {
    let access = &subject.catalog.table.access;
    let rights = access.rights;
    let mut found = Vec::new();
    if !access.usage || access.row_security != RowSecurity::On {
        return Ok(found);
    }
    let rows = match subject.rows(trial, &Choice::All, ROWS).await {
        Ok(rows) => rows,
        // Whoever may not see all rows cannot hand any of them over; a statement can be planned all the same.
        Err(problem) if problem.kind == Kind::Permission => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let table = subject.catalog.table.name.quoted();
    let column = subject.catalog.table.writable(|rights| rights.update);
    let column = column.first().map(|it| quote_ident(&it.name)).unwrap_or_default();
    for (statement, may, sql) in [
        (Statement::Select, rights.select, format!("EXPLAIN SELECT * FROM {table}")),
        (Statement::Insert, rights.insert, format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES")),
        (
            Statement::Update,
            rights.update && rights.select,
            format!("EXPLAIN UPDATE {table} SET {column} = {column}"),
        ),
        (
            Statement::Delete,
            rights.delete && rights.select,
            format!("EXPLAIN DELETE FROM {table} WHERE ctid IS NOT NULL"),
        ),
    ] {
        let row = rows.first();
        if !may || (row.is_none() && statement != Statement::Select) {
            continue;
        }
        let examination = subject.examine(statement, &[]);
        let case = Case { old: row, new: row, merged: None };
        if let Some(problem) = examination.fails_anyway(trial, case).await? {
            found.push(Outcome::Fails { statement, sql, problem });
        }
    }
    if rows.is_empty() {
        return Ok(found);
    }
    let refs: Vec<_> = rows.iter().collect();
    for policy in subject.catalog.policies.iter().filter(|policy| policy.is_for_role()) {
        let Some(text) = policy.using.as_ref().or(policy.with_check.as_ref()) else { continue };
        if let Some(problem) = raised(trial, subject, text, &refs).await? {
            // What fails whatever the row was told by the statement already.
            let known = found.iter().any(|it| matches!(it, Outcome::Fails { problem: known, .. } if known.sqlstate == problem.sqlstate));
            if !known {
                found.push(Outcome::Raises { policy: policy.name.clone(), problem });
            }
            continue;
        }
        if !can_be_asked_without(policy, text) {
            continue;
        }
        if let Some(differ) = judged_otherwise(trial, subject, text, &refs).await?
            && differ > 0
        {
            let reads = policy.reads.iter().filter(|read| read.row_security);
            found.push(Outcome::Hides {
                policy: policy.name.clone(),
                tables: reads.map(|read| read.relation().to_string()).collect(),
                rows: differ,
                of: rows.len(),
            });
        }
    }
    Ok(found)
}

/// What the server says where a policy cannot be evaluated on one of the rows.
async fn raised(
    trial: &mut Trial<'_>,
    subject: &Subject,
    text: &Deparsed,
    rows: &[&Row],
) -> Result<Option<Problem>, Problem> {
    let bench = subject.examine(Statement::Select, &[]).bench();
    let mut expression = subject.source().expression(text);
    expression.push("::pg_catalog.text");
    Ok(trial.act(&bench.values(&[expression], rows)).await?.err())
}

/// Whether the operator may evaluate a policy: it runs nothing that somebody of the database wrote, and there is something that could be hidden.
fn can_be_asked_without(policy: &Policy, text: &Deparsed) -> bool {
    !policy.made
        && policy.reads.iter().any(|read| read.row_security)
        && policy.reads.iter().all(|read| read.plain)
        && !label::asks_who(text)
}

/// How many rows a policy judges otherwise where nothing is hidden from it; unknown where that cannot be asked.
async fn judged_otherwise(
    trial: &mut Trial<'_>,
    subject: &Subject,
    text: &Deparsed,
    rows: &[&Row],
) -> Result<Option<usize>, Problem> {
    let bench = subject.examine(Statement::Select, &[]).bench();
    let mut expression = subject.source().expression(text);
    expression.push("::pg_catalog.text");
    let expressions = [expression];
    let as_they: Sql = bench.values(&expressions, rows);
    let Ok(theirs) = trial.act(&as_they).await? else { return Ok(None) };
    if trial.tell_observer().await?.is_err() {
        return Ok(None);
    }
    let Ok(all) = trial.observe(&as_they).await? else { return Ok(None) };
    let differ =
        theirs.rows.iter().zip(&all.rows).filter(|(theirs, all)| theirs.get(1) != all.get(1));
    Ok(Some(differ.count()))
}

/// What makes two outcomes the same thing: the place of its rule, the table, and what is said.
type Same = (usize, String, String);

/// What several identities found, each thing once, with one of those whom it concerns as evidence.
pub fn findings(tried: &[Tried]) -> Vec<Finding> {
    let mut together: BTreeMap<Same, Vec<(&Tried, Told)>> = BTreeMap::new();
    for one in tried {
        let told = told(one);
        let place = TRIED.iter().position(|(known, _)| *known == told.code).unwrap_or_default();
        together
            .entry((place, one.table.to_string(), told.said.clone()))
            .or_default()
            .push((one, told));
    }
    let findings = together.into_iter().map(|((place, object, said), of)| {
        let (code, rank) = TRIED[place];
        let each = |of: Vec<&str>| {
            let mut once: Vec<&str> = Vec::new();
            for one in of {
                if !once.contains(&one) {
                    once.push(one);
                }
            }
            once.join(", ")
        };
        let what = each(of.iter().map(|(_, told)| told.what.as_str()).collect());
        let people = each(of.iter().map(|(one, _)| who(&one.who)).collect());
        let (first, told) = &of[0];
        Finding {
            rank,
            code: code.to_owned(),
            severity: rank.word(),
            detail: format!("{what}: {said}; tried as {people}"),
            evidence: told.evidence.clone(),
            cure: cure(first, &object),
            object,
        }
    });
    findings.collect()
}

fn who(acting: &Acting) -> &str {
    if acting.person.is_none() && acting.settings.is_empty() {
        return "nobody (no setting made)";
    }
    if acting.person.is_none() && acting.settings.iter().all(|(_, value)| value.is_empty()) {
        return "nobody (settings empty)";
    }
    acting.label()
}

/// What is told about one outcome.
struct Told {
    code: &'static str,
    /// What it is about: a statement or a policy.
    what: String,
    /// What is said about it.
    said: String,
    /// What shows it again.
    evidence: String,
}

fn told(tried: &Tried) -> Told {
    let table = tried.table.quoted();
    match &tried.outcome {
        Outcome::Fails { statement, sql, problem } => Told {
            code: code_of(problem),
            what: statement.name().to_owned(),
            said: said(problem).to_owned(),
            evidence: tried.who.script(sql),
        },
        Outcome::Raises { policy, problem } => Told {
            code: code_of(problem),
            what: format!("policy `{policy}`"),
            said: said(problem).to_owned(),
            evidence: tried.who.script(&format!("SELECT * FROM {table}")),
        },
        Outcome::Hides { policy, tables, rows, of } => Told {
            code: "policy-reads-hidden-rows",
            what: format!("policy `{policy}`"),
            said: format!(
                "{rows} of {of} rows are judged otherwise because rows of {} are hidden",
                tables.join(", ")
            ),
            evidence: tried.who.script(&format!(
                "SELECT count(*) FROM {}",
                tables.first().map_or("", String::as_str)
            )),
        },
    }
}

/// What the server said, without the place in a statement that nobody sees.
fn said(problem: &Problem) -> &str {
    problem.summary.split(", at character ").next().unwrap_or_default()
}

fn code_of(problem: &Problem) -> &'static str {
    match problem.sqlstate.as_deref() {
        Some("42P17" | "54001") => "policy-recursion",
        Some("42501") => "policy-needs-privilege",
        Some("42704" | "22P02" | "22023") => "identity-raises",
        _ => "policy-raises",
    }
}

fn cure(tried: &Tried, object: &str) -> String {
    match &tried.outcome {
        Outcome::Fails { problem, .. } | Outcome::Raises { problem, .. } => {
            match code_of(problem) {
                "policy-needs-privilege" => problem
                    .hint
                    .clone()
                    .filter(|hint| hint.starts_with("grant "))
                    .unwrap_or_else(|| format!("-- grant what the policies of {object} need")),
                "policy-recursion" => format!(
                    "-- read the table within a SECURITY DEFINER function with a search_path of its own, and call that in the policies of {object}"
                ),
                "identity-raises" => {
                    format!("-- in the policies of {object}: nullif(current_setting(…, true), '')")
                }
                _ => format!("-- a policy of {object} cannot be evaluated"),
            }
        }
        Outcome::Hides { tables, .. } => format!(
            "-- where that is not meant: read {} within a SECURITY DEFINER function with a search_path of its own",
            tables.join(", ")
        ),
    }
}
