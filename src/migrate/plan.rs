//! What would run, statement by statement: what it locks and for whom, what it takes away, what the lints say, and how large its table is now.
//!
//! Nothing is run. What the plan shows is what a runner is held to.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use super::{
    Alone, Danger, Finding, Job, Lock, Order, Source, Stand, Standing, Statement, Step, Work,
    job::jobs,
    leftover::{self, Asker, Invalid},
    lint, locks, standing,
};
use crate::{
    database::Database,
    pg::{Identity, Problem, RelationName, Run, Sql, quote_ident},
    question::Question,
};

/// Asks what an order would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planning {
    /// Where the files lie, where a person says so now.
    pub source: Option<PathBuf>,
    /// Which way, and how far.
    pub order: Order,
}

/// What would run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where the migrations stand.
    pub stand: Stand,
    /// The order.
    pub order: Order,
    /// Step after step.
    pub steps: Vec<Planned>,
    /// Indexes that an earlier attempt left behind and that stand in the way.
    pub leftovers: Vec<RelationName>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What runs.
    pub job: Job,
    /// Its statements; one, the whole file, where they cannot be told apart.
    pub statements: Vec<Foreseen>,
    /// Why they cannot.
    pub opaque: Option<String>,
}

/// A statement, and what it would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The line of the file on which it begins.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The locks that it takes, that of its target first.
    pub locks: Vec<Lock>,
    /// Its target as it is now, where it is there.
    pub target: Option<Target>,
    /// What it takes away.
    pub danger: Option<Danger>,
    /// What the lints say.
    pub findings: Vec<Finding>,
    /// Why it runs by itself.
    pub alone: Option<Alone>,
    /// Whether it is done already.
    pub done: bool,
}

/// A table as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The table.
    pub table: RelationName,
    /// How many rows it has, as estimated.
    pub rows: i64,
    /// How large it is with its indexes.
    pub bytes: i64,
    /// How many rows were written since its statistics began.
    pub written: i64,
}

impl Question for Planning {
    type Answer = Plan;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Plan, Problem> {
        let stand = Standing { source: self.source }.look(&database, &run).await?;
        let source = stand.source.clone().ok_or_else(|| {
            Problem::usage("there are no files of migrations to run")
                .hint("name their directory with `--source DIR`, or as `migrations` in the context")
        })?;
        let mut begun = standing::begun_here(&database, &run).await?;
        for (key, begun) in &mut begun {
            if let Some(file) = source.migrations().iter().find(|file| file.key == *key) {
                leftover::resolve(begun, file, Asker::Looker(&database, &run)).await?;
            }
        }
        let jobs = jobs(self.order, (stand.tool, &source), &stand.steps, |it| {
            begun.get(&it.key).cloned()
        })?;
        let mut steps: Vec<Planned> = jobs.into_iter().map(Planned::of).collect();
        measure(&mut steps, &database, &run).await?;
        let rows = database.door.read(&Identity::Observer, &leftover::question(), &run).await?;
        let invalid: Vec<Invalid> = rows.rows.iter().filter_map(Invalid::of).collect();
        let leftovers = in_the_way(&steps, &invalid);
        Ok(Plan { stand, order: self.order, steps, leftovers })
    }
}

/// Asks what one migration does, whether it is pending or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// Its version, as it is shown.
    pub version: String,
}

/// One migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// Where it stands.
    pub step: Step,
    /// What it does; absent where there is no file.
    pub up: Option<Planned>,
    /// What undoes it; absent where nothing does.
    pub down: Option<Planned>,
}

impl Question for Looking {
    type Answer = Looked;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Looked, Problem> {
        let stand = Standing::default().look(&database, &run).await?;
        let step = stand.steps.iter().find(|step| step.version == self.version).cloned();
        let step = step.ok_or_else(|| {
            Problem::usage(format!("there is no migration of that version: {}", self.version))
                .hint("`:migrations` lists them")
        })?;
        let files = stand.source.as_ref().map(Source::migrations).unwrap_or_default();
        let file = files.iter().find(|file| file.shown_version() == self.version);
        let planned = |up: bool| {
            let file = file.filter(|file| up || file.down.is_some())?;
            Some(Job::new(file, up, None).map(|job| {
                let mut planned = Planned::of(job);
                // History cannot be made better.
                let lints = if up { step.state.is_due() } else { step.state.is_done() };
                if !lints {
                    planned.statements.iter_mut().for_each(|it| it.findings.clear());
                }
                planned
            }))
        };
        let (up, down) = (planned(true).transpose()?, planned(false).transpose()?);
        let mut both: Vec<Planned> = up.iter().chain(&down).cloned().collect();
        measure(&mut both, &database, &run).await?;
        let mut both = both.into_iter();
        let up = up.and_then(|_| both.next());
        let down = down.and_then(|_| both.next());
        Ok(Looked { step, up, down })
    }
}

impl Plan {
    /// What runs, as a person saw it.
    pub fn jobs(&self) -> Vec<Job> {
        self.steps.iter().map(|step| step.job.clone()).collect()
    }

    /// What is lost by it, in words; nothing where nothing is.
    pub fn dangers(&self) -> Vec<String> {
        let all =
            self.steps.iter().flat_map(|step| step.statements.iter().map(move |it| (step, it)));
        all.filter_map(|(step, it)| {
            let danger = it.danger.filter(|_| !it.done)?;
            let table =
                it.target.as_ref().map(|it| format!(" in {}", it.table)).unwrap_or_default();
            Some(format!("{} {}{table} (line {})", step.job.title(), danger.words(), it.line))
        })
        .collect()
    }
}

impl Planned {
    fn of(job: Job) -> Self {
        let findings = lint(job.text());
        let (statements, opaque) = match &job.statements {
            Ok(statements) => {
                let last = statements.len();
                let ends = |at: usize| statements.get(at + 1).map_or(usize::MAX, |next| next.at);
                let begin = |at: usize| if at == 0 { 0 } else { statements[at].at };
                let foreseen = (0..last).map(|at| {
                    let own = findings.iter().filter(|it| (begin(at)..ends(at)).contains(&it.at));
                    Foreseen::of(&statements[at], own.cloned().collect(), at < job.done)
                });
                (foreseen.collect(), None)
            }
            Err(reason) => (vec![Foreseen::opaque(job.text())], Some(reason.clone())),
        };
        Self { job, statements, opaque }
    }
}

impl Foreseen {
    fn of(statement: &Statement, findings: Vec<Finding>, done: bool) -> Self {
        Self {
            line: statement.line,
            text: statement.text.clone(),
            locks: locks(statement),
            target: None,
            danger: Danger::of(statement),
            findings,
            alone: Alone::of(statement),
            done,
        }
    }

    fn opaque(text: &str) -> Self {
        Self {
            line: 1,
            text: text.to_owned(),
            locks: Vec::new(),
            target: None,
            danger: None,
            findings: Vec::new(),
            alone: None,
            done: false,
        }
    }

    /// What it does to its target, in one line.
    pub fn effect(&self) -> Option<String> {
        let lock = self.locks.first()?;
        let work = match (&self.target, lock.work) {
            (Some(target), Work::Scan | Work::Rewrite) => {
                format!(", {} ~{} rows, {} bytes", lock.work.word(), target.rows, target.bytes)
            }
            (_, work) => format!(", {}", work.word()),
        };
        let table = lock.table.join(".");
        let others: Vec<_> = self.locks[1..]
            .iter()
            .map(|it| format!("; {} on {}", it.mode.name(), it.table.join(".")))
            .collect();
        Some(format!(
            "{} on {table}{work}; stops {}{}",
            lock.mode.name(),
            lock.mode.stops(),
            others.concat()
        ))
    }
}

/// Asks how large the targets are.
async fn measure(steps: &mut [Planned], database: &Database, run: &Run) -> Result<(), Problem> {
    let asked =
        |parts: &[String]| parts.iter().map(|part| shortest(part)).collect::<Vec<_>>().join(".");
    let all = steps.iter().flat_map(|step| &step.statements).filter_map(|it| it.locks.first());
    let mut names: Vec<String> = all.map(|lock| asked(&lock.table)).collect();
    names.sort();
    names.dedup();
    let names: Vec<_> = names.into_iter().map(Some).collect();
    let (before, after) = include_str!("sql/targets.sql")
        .split_once("'{}'::pg_catalog.text[]")
        .expect("the file asks for the names in an array");
    let mut sql = Sql::new(before);
    sql.bind_list(&names, "pg_catalog.text[]").push(after);
    let rows = match database.door.read(&Identity::Observer, &sql, run).await {
        Ok(rows) => rows,
        // Somebody holds a table for themselves now; the plan is told without sizes.
        Err(problem) if problem.sqlstate.as_deref() == Some("55P03") => return Ok(()),
        Err(problem) => return Err(problem),
    };
    let mut targets = BTreeMap::new();
    for row in &rows.rows {
        let [Some(name), Some(schema), Some(table), rows, bytes, written] = row.as_slice() else {
            continue;
        };
        let number =
            |value: &Option<String>| value.as_deref().and_then(|it| it.parse().ok()).unwrap_or(0);
        let table = RelationName::new(schema, table);
        let (rows, bytes, written) = (number(rows), number(bytes), number(written));
        targets.insert(name.clone(), Target { table, rows, bytes, written });
    }
    for statement in steps.iter_mut().flat_map(|step| &mut step.statements) {
        let name = statement.locks.first().map(|lock| asked(&lock.table));
        statement.target = name.and_then(|name| targets.get(&name).cloned());
    }
    Ok(())
}

/// A name as the server quotes it: only where it has to be.
fn shortest(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { quote_ident(name) }
}

/// The leftovers of indexes that the steps would build again.
fn in_the_way(steps: &[Planned], invalid: &[Invalid]) -> Vec<RelationName> {
    let built = steps.iter().flat_map(|step| &step.statements).filter(|it| !it.done);
    let built = built.filter_map(|it| match &it.alone {
        Some(Alone::BuildsIndex(index)) => Some(index),
        Some(Alone::DropsIndex(_) | Alone::Other(_)) | None => None,
    });
    built
        .filter_map(|index| invalid.iter().find(|it| !it.in_work && it.is(index)))
        .map(|it| it.index.clone())
        .collect()
}
