//! What is seen of the server is what statements written by hand against its own views say, for each of three logins; and only who is meant is ended.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod activity;
mod ahead;
mod cli;
#[path = "../common/mod.rs"]
mod common;
mod end;
mod health;
mod locks;
#[path = "../program/mod.rs"]
mod program;
mod statements;
mod tables;

use std::sync::Arc;

use common::TestDatabase;
use purview::{
    database::Database,
    demo::LoginKind,
    list::{Ask, Filter, Page, Query},
    monitor::{Topic, Watch},
    pg::{Identity, Problem, Row, Run, Workshop},
    question::Question,
};
use tokio::task::JoinHandle;

/// The database as this login sees it.
async fn as_login(test: &TestDatabase, login: LoginKind) -> Arc<Database> {
    Arc::new(Database::new(test.door(login).await, None))
}

/// What there is to see of `topic`.
async fn seen(database: &Arc<Database>, topic: Topic, filter: &str) -> Result<Page, Problem> {
    let filter = Filter::parse(filter).unwrap();
    let query = Query { filter, limit: 1000, whole: true, ..Query::default() };
    let ask = Ask { view: Watch(topic), query };
    ask.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

/// The values of these columns, row by row in the order of the page.
fn cells(page: &Page, columns: &[&str]) -> Vec<Row> {
    let places: Vec<_> = columns.iter().map(|name| page.column(name).unwrap()).collect();
    page.items
        .iter()
        .map(|item| places.iter().map(|at| item.cells[*at].clone()).collect())
        .collect()
}

/// The same rows, whatever their order.
fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}

/// A session of a superuser, with its number.
struct Peer {
    workshop: Workshop,
    pid: i32,
}

impl Peer {
    async fn of(test: &TestDatabase) -> Self {
        let mut workshop = test.workshop().await;
        let pid = number(&mut workshop, "SELECT pg_backend_pid()::text").await;
        Self { workshop, pid: pid.try_into().unwrap() }
    }

    async fn run(&mut self, script: &str) -> Vec<Row> {
        self.workshop.script(script).await.unwrap()
    }

    /// Begins `script`, which waits for a lock, and returns when it does.
    async fn waits(self, script: &'static str, watch: &mut Workshop) -> Waiting {
        let Self { mut workshop, pid } = self;
        let task = tokio::spawn(async move { workshop.script(script).await });
        // A session stands in the queue a moment before the server notes since when (14 and later).
        let question = format!(
            "SELECT count(*)::text FROM pg_locks l \
              WHERE pid = {pid} AND NOT granted AND to_jsonb(l) -> 'waitstart' IS DISTINCT FROM 'null'"
        );
        until(watch, &question, |count| count > 0).await;
        Waiting { task, pid }
    }
}

/// A session that waits for a lock.
struct Waiting {
    task: JoinHandle<Result<Vec<Row>, Problem>>,
    pid: i32,
}

async fn number(workshop: &mut Workshop, question: &str) -> i64 {
    workshop.script(question).await.unwrap()[0][0].as_deref().unwrap().parse().unwrap()
}

/// Asks until the number is one that is wanted.
async fn until(workshop: &mut Workshop, question: &str, wanted: impl Fn(i64) -> bool) {
    for _ in 0..20_000 {
        if wanted(number(workshop, question).await) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the server never said what was wanted: {question}");
}
