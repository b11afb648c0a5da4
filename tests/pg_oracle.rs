//! What somebody sees through purview is what `SET ROLE`, their settings and a plain `SELECT` return: every table of all five systems, several users each.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Identities, Users},
    list::{Ask, From, Query},
    mapping::Library,
    pg::{Acting, Fence, Identity, RelationName, Run, Sql, Workshop, quote_ident},
    question::Question,
    tables::{Relation, Rows, Tables},
};

/// How many users of each system are looked at; the sample's first ones are those with a story.
const USERS: usize = 5;

#[tokio::test]
async fn org_assistant_shows_what_the_database_shows() {
    every_table_agrees(System::OrgAssistant).await;
}

#[tokio::test]
async fn jenifer_shows_what_the_database_shows() {
    every_table_agrees(System::Jenifer).await;
}

#[tokio::test]
async fn hastecrm_shows_what_the_database_shows() {
    every_table_agrees(System::Hastecrm).await;
}

#[tokio::test]
async fn sekretarka_shows_what_the_database_shows() {
    every_table_agrees(System::Sekretarka).await;
}

#[tokio::test]
async fn rishi_shows_what_the_database_shows() {
    every_table_agrees(System::Rishi).await;
}

async fn every_table_agrees(system: System) {
    let test = common::database(system).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let mut workshop = test.workshop().await;
    let tables = tables(&database).await;
    assert!(tables.len() > 10, "{system}: {}", tables.len());
    let candidates = candidates(&database).await;
    assert!(!candidates.is_empty());
    let mut compared = 0;
    let mut visible = 0;
    for candidate in &candidates {
        let identity = acting(candidate);
        assert_eq!(database.door.fence().await.unwrap(), Fence::Jailed);
        for table in &tables {
            let shown = shown(&database, &identity, table).await;
            let real = real(&mut workshop, candidate, &database, table).await;
            assert_eq!(shown, real, "{system}: {table} as {}", candidate.person.label);
            compared += 1;
            visible += shown.map_or(0, |rows| rows.len());
        }
    }
    assert!(compared >= tables.len() && visible > 0, "nothing was compared");
}

/// All base tables; views are read by whoever owns them, and have no rows of their own.
async fn tables(database: &Arc<Database>) -> Vec<RelationName> {
    let question = Ask { view: Tables, query: Query { limit: 1000, ..Query::default() } };
    let page = question.ask(Arc::clone(database), Identity::Observer, Run::new()).await.unwrap();
    let value = |item, name| page.value(item, name).unwrap_or_default().to_owned();
    let items = page
        .items
        .iter()
        .filter(|item| matches!(value(item, "kind").as_str(), "table" | "partitioned"));
    items.map(|item| RelationName::new(value(item, "schema"), value(item, "table"))).collect()
}

/// The identities of the first users, of users with trouble, and of one in the middle.
async fn candidates(database: &Arc<Database>) -> Vec<Candidate> {
    let query = Query { limit: 1000, ..Query::default() };
    let page = Ask { view: Users::default(), query }
        .ask(Arc::clone(database), Identity::Observer, Run::new())
        .await
        .unwrap();
    let troubled = page.items.iter().filter(|item| page.value(item, "problem").is_some());
    let chosen =
        page.items.iter().step_by(page.items.len().div_ceil(USERS).max(1)).chain(troubled.take(2));
    let ids: BTreeSet<String> =
        chosen.map(|item| page.value(item, "id").unwrap().to_owned()).collect();
    let mut candidates = Vec::new();
    for user in ids {
        let answer = Identities { user }
            .ask(Arc::clone(database), Identity::Observer, Run::new())
            .await
            .unwrap();
        candidates.extend(answer.candidates);
    }
    candidates
}

fn acting(candidate: &Candidate) -> Identity {
    let now = common::anchor();
    Identity::Acting(Arc::new(Acting {
        role: candidate.role.clone(),
        settings: candidate.settings.clone(),
        search_path: None,
        person: Some(candidate.person.clone()),
        reason: "oracle".into(),
        since: now,
        until: now + Duration::minutes(30),
    }))
}

/// The keys of all rows that purview shows, page by page; or the SQLSTATE.
async fn shown(
    database: &Arc<Database>,
    identity: &Identity,
    table: &RelationName,
) -> Result<Vec<Vec<String>>, String> {
    let mut keys = Vec::new();
    let mut from = From::Start;
    loop {
        let query = Query { from, limit: 170, ..Query::default() };
        let page = Ask { view: Rows::of(table.clone()), query }
            .ask(Arc::clone(database), identity.clone(), Run::new())
            .await;
        let page = page.map_err(|problem| problem.sqlstate.unwrap_or(problem.summary))?;
        keys.extend(page.items.iter().map(|item| item.position.key.clone()));
        match page.items.last() {
            Some(last) if !page.at_end => from = From::After(last.position.clone()),
            _ => break,
        }
    }
    keys.sort();
    Ok(keys)
}

/// The same keys by a superuser's session that becomes the role, makes the settings and selects.
async fn real(
    workshop: &mut Workshop,
    candidate: &Candidate,
    database: &Database,
    table: &RelationName,
) -> Result<Vec<Vec<String>>, String> {
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let relation = database.relation(table, &Run::new()).await.unwrap();
    let key = key(&relation);
    let settings: Vec<String> = candidate
        .settings
        .iter()
        .map(|(name, value)| format!("SET LOCAL {name} = {}; ", literal(value)))
        .collect();
    let script = format!(
        "BEGIN; {}SET LOCAL ROLE {}; SELECT {} FROM {} t; ",
        settings.concat(),
        quote_ident(&candidate.role),
        key.join(", "),
        table.quoted()
    );
    let outcome = workshop.script(&script).await;
    workshop.script("ROLLBACK").await.unwrap();
    let rows = outcome.map_err(|problem| problem.sqlstate.unwrap_or(problem.summary))?;
    let mut keys: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    keys.sort();
    Ok(keys)
}

fn key(relation: &Relation) -> Vec<String> {
    if relation.key.is_empty() {
        return vec!["t.ctid::text".into()];
    }
    relation.key.iter().map(|name| format!("t.{}::text", quote_ident(name))).collect()
}

#[tokio::test]
async fn secrets_never_leave_the_server() {
    let test = common::database(System::OrgAssistant).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let rows = Rows::of(RelationName::new("public", "users"));
    let query = Query { whole: true, ..Query::default() };
    let page = Ask { view: rows, query }
        .ask(Arc::clone(&database), Identity::Observer, Run::new())
        .await
        .unwrap();
    let place = page.column("password_hash").unwrap();
    assert!(page.columns[place].secret);
    assert!(page.items.iter().all(|item| item.cells[place].is_none()));
    let mut workshop = test.workshop().await;
    let real = workshop
        .fetch(&Sql::new("SELECT count(password_hash)::text FROM public.users"))
        .await
        .unwrap();
    assert_ne!(real.scalar(), Some("0"), "there is a secret to keep");
}
