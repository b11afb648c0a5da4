//! The matrix is what each user counts: on the five systems, and on generated tables with generated policies.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../plain/mod.rs"]
mod plain;
#[path = "../rls_world/mod.rs"]
mod rls_world;

mod chart;
mod leaks;
mod who;
mod worlds;

use std::{collections::BTreeMap, sync::Arc};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Everybody, Somebody},
    mapping::Library,
    pg::{Door, Identity, Journal, RelationName, Run},
    question::Question as _,
    rls::{Matrix, Standing, Statement},
};

use crate::plain::{Plain, acting, warrant};

async fn cells(database: &Arc<Database>, people: &[Somebody], matrix: &Matrix) -> Vec<Standing> {
    let mut cells = Vec::new();
    let tell = |cell| {
        cells.push(cell);
        Ok(true)
    };
    matrix.run_for(database, people, &warrant(), &Run::new(), tell).await.unwrap();
    cells
}

/// A folder in memory: a journal is written through to its disk with every statement.
fn passing_folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.unwrap()
}

/// A database of `system`, as it comes or with its pending steps taken, and everybody in it.
struct Place {
    test: common::TestDatabase,
    database: Arc<Database>,
    people: Vec<Somebody>,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn open(system: System, hardened: bool) -> Self {
        let test =
            if hardened { common::hardened(system).await } else { common::database(system).await };
        let folder = passing_folder();
        let journal = Journal::new(folder.path().join("journal"), "test");
        let (login, jail) = (test.login(LoginKind::Support), test.login(LoginKind::Jail));
        let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        let ask = Everybody::default();
        let crowd = ask.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap();
        let people = crowd.people.into_iter().chain(crowd.others).collect();
        Self { test, database, people, _folder: folder }
    }

    /// Compares every cell with what the user counts; says how the cells came about.
    async fn compare(&self) -> BTreeMap<String, u64> {
        let matrix = Matrix { statements: vec![Statement::Select], ..Matrix::default() };
        let cells = cells(&self.database, &self.people, &matrix).await;
        let mut tables: Vec<_> =
            cells.iter().map(|cell| RelationName::new(&cell.schema, &cell.table)).collect();
        tables.sort();
        tables.dedup();
        assert_eq!(cells.len(), tables.len() * self.people.len());
        let mut told = BTreeMap::new();
        let mut plain = Plain::open(&self.test).await;
        for table in &tables {
            let count = format!("SELECT count(*)::text FROM {}", table.quoted());
            let of_table: Vec<_> = cells
                .iter()
                .filter(|cell| cell.schema == table.schema && cell.table == table.name)
                .collect();
            for somebody in &self.people {
                let real = plain.value(&acting(somebody), &count).await;
                let candidate = &somebody.candidate;
                let cell = of_table
                    .iter()
                    .find(|cell| {
                        cell.user == candidate.person.label
                            && cell.user_id == candidate.person.id
                            && cell.organization == candidate.organization
                    })
                    .unwrap();
                match real {
                    Ok(rows) => {
                        assert_eq!(cell.visible, Some(rows.parse().unwrap()), "{table} {cell:?}");
                    }
                    Err(code) => assert!(cell.visible.is_none(), "{table} {code} {cell:?}"),
                }
                let how = match &cell.label {
                    None => cell.state.word().to_owned(),
                    Some(label) if label.contains("one by one") => "counted".to_owned(),
                    Some(_) => "each".to_owned(),
                };
                *told.entry(how).or_default() += 1;
            }
        }
        told
    }
}

#[tokio::test]
async fn on_the_five_systems_every_cell_is_what_the_user_counts() {
    for system in System::ALL {
        let told = Place::open(system, false).await.compare().await;
        println!("{system:?}: {told:?}");
    }
}

#[tokio::test]
async fn with_hardened_policies_every_cell_is_what_the_user_counts() {
    for system in System::ALL {
        let told = Place::open(system, true).await.compare().await;
        println!("{system:?} hardened: {told:?}");
        // The policies in their fast form are taken apart.
        assert!(told["rows"] > 100, "{system:?}: {told:?}");
    }
}
