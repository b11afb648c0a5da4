//! Migrations on a real server: histories of four tools, locks as they are taken, runs that exclude each other, wait, are killed and go on.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
mod histories;
mod killed;
mod locks;
mod places;
#[path = "../plain/mod.rs"]
mod plain;
#[path = "../program/mod.rs"]
mod program;
mod running;
#[path = "../server/mod.rs"]
mod server;
mod sight;

use std::{fs, path::Path, sync::Arc};

use common::TestDatabase;
use purview::{
    database::Database,
    demo::LoginKind,
    migrate::{Order, Pace, Plan, Planning, Stand, Standing, Taking},
    pg::{Identity, Problem, Run, Sql, Workshop},
    question::Question as _,
};
use tempfile::TempDir;

/// A directory with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

async fn opened(database: &TestDatabase, login: LoginKind) -> Arc<Database> {
    Arc::new(Database::new(database.door(login).await, None))
}

async fn stand(database: &Arc<Database>, folder: &Path) -> Result<Stand, Problem> {
    let question = Standing { source: Some(folder.to_owned()) };
    question.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

/// The states of all versions, in order.
async fn states(database: &Arc<Database>, folder: &Path) -> Vec<(String, &'static str)> {
    let stand = stand(database, folder).await.unwrap();
    stand.steps.into_iter().map(|step| (step.version, step.state.word())).collect()
}

async fn plan(database: &Arc<Database>, folder: &Path, order: Order) -> Result<Plan, Problem> {
    let question = Planning { source: Some(folder.to_owned()), order };
    question.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

/// Plans and does it.
async fn take(database: &Arc<Database>, folder: &Path, order: Order) -> Result<usize, Problem> {
    let plan = plan(database, folder, order).await?;
    let taking = Taking { plan, drop_invalid: false, pace: Pace::default() };
    taking.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

/// What one statement says, as text.
async fn told(workshop: &mut Workshop, text: &str) -> String {
    let rows = workshop.script(text).await.unwrap();
    rows.into_iter().flatten().flatten().collect::<Vec<_>>().join(" ")
}

/// Waits until `question` says `wanted`; the server does the waiting in between.
async fn until(workshop: &mut Workshop, question: &str, wanted: &str) {
    for _ in 0..1500 {
        if told(workshop, question).await == wanted {
            return;
        }
        workshop.fetch(&Sql::new("SELECT pg_sleep(0.01)::text")).await.unwrap();
    }
    panic!("it never came to that: {question}");
}
