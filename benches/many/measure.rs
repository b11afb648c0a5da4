//! What is measured on one world.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use purview::{
    directory::{Everybody, Somebody},
    pg::{Identity, RelationName, Run, Sql},
    question::Question as _,
    rls::{Apart, Check, Choice, Explain, Leaks, Matrix, Standing, Statement, Warrant, Who},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::world::Place;

/// What was found, in milliseconds and megabytes.
pub(super) struct Figures {
    /// `SELECT count(*)` as one user.
    pub(super) count: f64,
    pub(super) grouping: f64,
    pub(super) one: f64,
    pub(super) all: f64,
    pub(super) who: f64,
    pub(super) why: f64,
    pub(super) leaks: f64,
    pub(super) memory: f64,
    /// How many classes of mails there are.
    pub(super) classes: usize,
    /// How many different counts there are among all users.
    pub(super) numbers: usize,
}

/// What takes no longer is measured more often.
const SOON: Duration = Duration::from_millis(300);
const MAILS: &str = "public.emails";

/// Measures one world.
pub(super) async fn measure(place: &Place) -> anyhow::Result<Figures> {
    let database = &place.database;
    let run = Run::new();
    let since = chrono::Utc::now();
    let until = since + chrono::Duration::hours(1);
    let warrant = Warrant { reason: "bench".to_owned(), since, until };
    let mails: RelationName = MAILS.parse()?;
    let everybody = Everybody::default();
    let crowd = everybody.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
    let people = crowd.people;
    let one = &people[people.len() / 2];
    let matrix = Matrix {
        tables: vec![mails.clone()],
        statements: vec![Statement::Select],
        ..Matrix::default()
    };
    let cells = async |people: &[Somebody]| -> anyhow::Result<Vec<Standing>> {
        let mut cells = Vec::new();
        let keep = |cell| {
            cells.push(cell);
            Ok(true)
        };
        matrix.run_for(database, people, &warrant, &run, keep).await?;
        Ok(cells)
    };
    let group = Sql::new(
        "SELECT t.department_id::text, count(*)::text FROM public.emails t GROUP BY t.department_id",
    );
    let pass = async || Ok(database.door.read(&Identity::Observer, &group, &run).await?.rows.len());
    let (grouping, groups) = median(&pass).await?;
    let (one_alone, told) =
        median_beyond(async || cells(std::slice::from_ref(one)).await, &pass).await?;
    let (all_alone, cells) = median_beyond(async || cells(&people).await, &pass).await?;
    let counted = count(place, one).await?;
    anyhow::ensure!(told[0].visible == Some(counted.1), "the count is not what the user counts");
    let numbers: BTreeSet<_> = cells.iter().map(|cell| cell.visible).collect();
    let key = Sql::new("SELECT t.id::text FROM public.emails t LIMIT 1");
    let key = database.door.read(&Identity::Observer, &key, &run).await?;
    let key = vec![key.scalar().unwrap_or_default().to_owned()];
    let choice = Choice::Key(key.clone());
    let who = Who { table: mails.clone(), choice, statement: Statement::Select };
    let (who, _) = median(&async || Ok(who.run(database, &warrant, &run).await?)).await?;
    let leaks = Leaks { tables: vec![mails.clone()], ..Leaks::default() };
    let (leaks, _) = median(&async || {
        let mut found = 0u64;
        let keep = |_| {
            found += 1;
            Ok(true)
        };
        leaks.run(database, &warrant, &run, keep).await?;
        Ok(found)
    })
    .await?;
    let acting = Arc::new(one.candidate.acting("bench", since, until));
    let question = Explain {
        table: mails,
        choice: Choice::Key(key),
        statement: Statement::Select,
        edits: Vec::new(),
        check: Check::Reads,
        most: 1,
    };
    let (why, _) = median(&async || {
        let question = Apart { acting: Arc::clone(&acting), question: question.clone() };
        Ok(question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?)
    })
    .await?;
    Ok(Figures {
        count: counted.0,
        grouping,
        one: one_alone,
        all: all_alone,
        who,
        why,
        leaks,
        memory: memory()?,
        classes: groups,
        numbers: numbers.len(),
    })
}

/// How often something is measured that took so long the first time: always an odd number.
fn rounds(first: Duration) -> usize {
    if first < SOON { 15 } else { 5 }
}

/// The median of several runs, in milliseconds, and what came out.
async fn median<T>(work: &impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<(f64, T)> {
    let (first, mut last) = timed(work).await?;
    let mut took = vec![first];
    while took.len() < rounds(first) {
        let (again, found) = timed(work).await?;
        took.push(again);
        last = found;
    }
    took.sort();
    Ok((milliseconds(took[took.len() / 2]), last))
}

/// By how much `work` takes longer than the `part` of it that it begins with, in milliseconds: the median of the differences between runs that follow each
/// other, so that whatever slows the machine down slows both.
async fn median_beyond<T, U>(
    work: impl AsyncFn() -> anyhow::Result<T>,
    part: &impl AsyncFn() -> anyhow::Result<U>,
) -> anyhow::Result<(f64, T)> {
    let (first, mut last) = timed(&work).await?;
    let mut beyond = Vec::new();
    while beyond.len() < rounds(first) {
        let (of_part, _) = timed(part).await?;
        let (whole, found) = timed(&work).await?;
        last = found;
        beyond.push(milliseconds(whole) - milliseconds(of_part));
    }
    beyond.sort_by(f64::total_cmp);
    Ok((beyond[beyond.len() / 2].max(0.0), last))
}

async fn timed<T>(work: &impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<(Duration, T)> {
    let began = Instant::now();
    let found = work().await?;
    Ok((began.elapsed(), found))
}

/// `SELECT count(*)` as `somebody`, once: how long it takes, and what it says.
async fn count(place: &Place, somebody: &Somebody) -> anyhow::Result<(f64, u64)> {
    let mut session = PgConnection::connect(&place.url).await?;
    let mut transaction = session.begin().await?;
    for (name, value) in &somebody.candidate.settings {
        let set = sqlx::query("SELECT set_config($1, $2, true)").bind(name.as_str()).bind(value);
        set.execute(&mut *transaction).await?;
    }
    let role = sqlx::query("SELECT set_config('role', $1, true)").bind(&somebody.candidate.role);
    role.execute(&mut *transaction).await?;
    let began = Instant::now();
    let text = format!("SELECT count(*) FROM {MAILS}");
    let row = sqlx::query(AssertSqlSafe(text)).fetch_one(&mut *transaction).await?;
    let took = began.elapsed();
    transaction.rollback().await?;
    Ok((milliseconds(took), u64::try_from(row.try_get::<i64, _>(0)?)?))
}

/// The most memory that this program had so far, in megabytes.
fn memory() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|it| it.split_whitespace().next()).unwrap_or_default();
    Ok(kilobytes.parse::<f64>()? / 1024.0)
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}
