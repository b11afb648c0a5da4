//! SQL that a person types, on real servers: what passes only reads, what would act or escape does not pass, and what is printed is what the server says.
#![expect(
    clippy::unwrap_used,
    clippy::similar_names,
    reason = "a test may fail loudly; `test` is a database, `text` a statement"
)]

mod answers;
mod command;
#[path = "../common/mod.rs"]
mod common;
mod escapes;
mod pane;
#[path = "../program/mod.rs"]
mod program;
#[path = "../terminal/mod.rs"]
mod terminal;
mod writes;

use std::{ops::ControlFlow, sync::Arc};

use chrono::Duration;
use common::TestDatabase;
use purview::{
    database::Database,
    demo::LoginKind,
    list::Column,
    mapping::Library,
    pg::{Acting, Door, Identity, Journal, Most, Problem, Row, Run, Typed},
    query::{Beside, Statement},
};

/// A database with the mapping that is recognised, behind `operator` and, perhaps, a jail.
async fn database(
    test: &TestDatabase,
    operator: LoginKind,
    jail: Option<LoginKind>,
) -> Arc<Database> {
    let journal =
        Journal::new(common::home().path().join(format!("{}.journal", test.name)), "test");
    let jail = jail.map(|jail| test.login(jail));
    let door = Door::open(test.login(operator), jail, journal, common::anchor).await.unwrap();
    Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap())
}

fn acting(role: &str, setting: Option<(&str, &str)>) -> Identity {
    let now = common::anchor();
    Identity::Acting(Arc::new(Acting {
        role: role.to_owned(),
        settings: setting
            .map(|(name, value)| (name.parse().unwrap(), value.to_owned()))
            .into_iter()
            .collect(),
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    }))
}

/// What a statement answers: names of columns, rows, and what is said beside them.
type Answer = (Vec<Column>, Vec<Row>, Beside);

async fn ask(
    database: &Database,
    identity: &Identity,
    text: &str,
    rows: u64,
) -> Result<Answer, Problem> {
    let typed = Typed::read(text).map_err(|refusal| refusal.problem(text))?;
    let statement = Statement { typed, rows };
    let (mut heads, mut found) = (Vec::new(), Vec::new());
    let most = Most { rows, ..Most::ALL };
    let beside = statement
        .stream(database, identity, most, &Run::new(), |columns, rows| {
            heads = columns.to_vec();
            found.extend(rows);
            Ok(ControlFlow::Continue(()))
        })
        .await?;
    Ok((heads, found, beside))
}

/// The rows alone, as the operator's login.
async fn rows(database: &Database, text: &str) -> Vec<Row> {
    ask(database, &Identity::Observer, text, u64::MAX).await.unwrap().1
}
