//! The matrix is what each user counts: on the five systems, and on generated tables with generated policies.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod rls_world;

use std::{cell::RefCell, sync::Arc};

use chrono::Duration;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Everybody, Somebody},
    mapping::Library,
    pg::{Acting, Door, Identity, Journal, Person, RelationName, Run, Sql, Workshop},
    question::Question as _,
    rls::{Cell, Choice, Matrix, Outcome, State, Statement, Subject, Warrant},
};
use rls_world::{Actor, ROLES, World, world};

/// How many cells of generated worlds there have to be at least.
const ENOUGH: u64 = 6_000;

fn warrant() -> Warrant {
    let since = common::anchor();
    Warrant { reason: "test".into(), since, until: since + Duration::minutes(30) }
}

fn acting(somebody: &Somebody) -> Arc<Acting> {
    let Warrant { reason, since, until } = warrant();
    Arc::new(somebody.candidate.acting(&reason, since, until))
}

async fn cells(database: &Arc<Database>, people: &[Somebody], matrix: &Matrix) -> Vec<Cell> {
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

/// What `count(*)` says to somebody: the number, or the code of the refusal.
async fn counted(door: &Door, somebody: &Somebody, table: &RelationName) -> Result<u64, String> {
    let text = format!("SELECT count(*)::text FROM {}", table.quoted());
    let sql = Sql::new(text.leak());
    let identity = Identity::Acting(acting(somebody));
    let rows = door.read(&identity, &sql, &Run::new()).await.map_err(|it| it.sqlstate.unwrap())?;
    Ok(rows.scalar().unwrap().parse().unwrap())
}

#[tokio::test]
async fn on_the_five_systems_every_cell_is_what_the_user_counts() {
    for system in System::ALL {
        let test = common::database(system).await;
        let folder = passing_folder();
        let journal = Journal::new(folder.path().join("journal"), "test");
        let (login, jail) = (test.login(LoginKind::Support), test.login(LoginKind::Jail));
        let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        let crowd = Everybody::default()
            .ask(Arc::clone(&database), Identity::Observer, Run::new())
            .await
            .unwrap();
        let people: Vec<_> = crowd.people.into_iter().chain(crowd.others).collect();
        let matrix = Matrix { statements: vec![Statement::Select], ..Matrix::default() };
        let cells = cells(&database, &people, &matrix).await;
        let mut tables: Vec<_> =
            cells.iter().map(|cell| RelationName::new(&cell.schema, &cell.table)).collect();
        tables.sort();
        tables.dedup();
        assert_eq!(cells.len(), tables.len() * people.len(), "{system:?}");
        let total: u64 = cells.iter().filter_map(|cell| cell.visible).sum();
        assert!(total > 0, "{system:?}");
        let mut by_label = std::collections::BTreeMap::<_, u64>::new();
        for table in &tables {
            let of_table: Vec<_> = cells
                .iter()
                .filter(|cell| cell.schema == table.schema && cell.table == table.name)
                .collect();
            for somebody in &people {
                let real = counted(&database.door, somebody, table).await;
                let cell = of_table
                    .iter()
                    .find(|cell| {
                        cell.user == somebody.candidate.person.label
                            && cell.user_id == somebody.candidate.person.id
                            && cell.organization == somebody.candidate.organization
                    })
                    .unwrap();
                let told = cell.visible.ok_or_else(|| cell.problem.clone().unwrap_or_default());
                *by_label.entry((cell.state, cell.label.clone())).or_default() += 1;
                match real {
                    Ok(rows) => assert_eq!(told, Ok(rows), "{system:?} {table} {cell:?}"),
                    Err(code) => assert!(told.is_err(), "{system:?} {table} {code} {cell:?}"),
                }
            }
        }
        println!("{system:?}: {} cells {by_label:?}", cells.len());
    }
}

/// Counts as somebody, and undoes it.
const COUNT: &str = "
CREATE FUNCTION public.oracle_count(actor text, app_user text, app_tenant text, statement text) RETURNS text LANGUAGE plpgsql AS $f$
DECLARE found text;
BEGIN
  PERFORM set_config('app.user', app_user, true), set_config('app.tenant', app_tenant, true), set_config('role', actor, true);
  EXECUTE statement INTO found;
  RAISE EXCEPTION USING ERRCODE = 'PV000', MESSAGE = found;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $f$";

struct Oracle {
    database: Arc<Database>,
    workshop: Workshop,
    compared: u64,
    refused: u64,
    apart: u64,
    _folder: tempfile::TempDir,
}

fn somebody(actor: &Actor, at: usize) -> Somebody {
    let set = |name: &str, value: &str| (name.parse().unwrap(), value.to_owned());
    Somebody {
        candidate: Candidate {
            person: Person {
                id: Some(at.to_string()),
                label: actor.user.into(),
                organization: None,
            },
            organization: None,
            membership: None,
            role: actor.role.into(),
            settings: vec![set("app.user", actor.user), set("app.tenant", actor.tenant)],
        },
        organizations: Vec::new(),
    }
}

impl Oracle {
    async fn open() -> Self {
        let test = common::empty_database().await;
        let mut workshop = test.workshop().await;
        workshop.script(ROLES).await.unwrap();
        workshop.script(COUNT).await.unwrap();
        let folder = passing_folder();
        let journal = Journal::new(folder.path().join("journal"), "oracle");
        let (login, jail) = (test.login(LoginKind::Superuser), test.login(LoginKind::Jail));
        let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
        let database = Arc::new(Database::new(door, None));
        Self { database, workshop, compared: 0, refused: 0, apart: 0, _folder: folder }
    }

    async fn compare(&mut self, world: &World) -> Result<(), String> {
        self.workshop.script(&world.script()).await.map_err(|it| format!("{it}"))?;
        self.database.forget().await;
        let table = RelationName::new("w", world.table_name());
        let people: Vec<_> =
            world.actors.iter().enumerate().map(|(at, actor)| somebody(actor, at)).collect();
        let statements =
            vec![Statement::Select, Statement::Update, Statement::Delete, Statement::Insert];
        let matrix = Matrix {
            tables: vec![table.clone()],
            statements: statements.clone(),
            ..Matrix::default()
        };
        let cells = cells(&self.database, &people, &matrix).await;
        for (at, (actor, somebody)) in world.actors.iter().zip(&people).enumerate() {
            for statement in &statements {
                let cell = cells
                    .iter()
                    .find(|it| it.command == *statement && it.user_id == Some(at.to_string()))
                    .unwrap();
                let expected = if *statement == Statement::Select {
                    self.count(actor, world.table()).await
                } else {
                    self.judged(somebody, &table, *statement).await?
                };
                let right = match (&expected, cell.visible) {
                    (Ok(rows), Some(told)) => *rows == told,
                    (Ok(_), None) => false,
                    (Err(_), told) => told.is_none(),
                };
                let counted_apart = cell.visible.is_none()
                    && cell.problem.as_deref().is_some_and(|it| it.ends_with("cannot be counted"));
                if counted_apart {
                    self.apart += 1;
                } else if !right {
                    return Err(format!(
                        "{actor:?} {statement}: {expected:?}\n{cell:?}\n{}",
                        world.script()
                    ));
                }
                self.compared += 1;
                self.refused += u64::from(cell.state == State::Error);
            }
        }
        Ok(())
    }

    async fn count(&mut self, actor: &Actor, table: &str) -> Result<u64, String> {
        let mut call = Sql::new("SELECT public.oracle_count(");
        call.bind(Some(actor.role), "text").push(", ").bind(Some(actor.user), "text").push(", ");
        call.bind(Some(actor.tenant), "text").push(", ");
        call.bind(Some(&format!("SELECT count(*)::text FROM {table}")), "text").push(")");
        let found = self.workshop.fetch(&call).await.unwrap();
        let told = found.scalar().unwrap().to_owned();
        told.strip_prefix("PV000 ").map(|rows| rows.parse().unwrap()).ok_or(told.clone())
    }

    /// With how many rows it can be done, by the evaluator, which has an oracle of its own.
    async fn judged(
        &self,
        somebody: &Somebody,
        table: &RelationName,
        statement: Statement,
    ) -> Result<Result<u64, String>, String> {
        let say = |problem: purview::pg::Problem| format!("{problem:?}");
        let (run, acting) = (Run::new(), acting(somebody));
        let mut trial = self.database.door.trial(&acting, &run).await.map_err(say)?;
        let subject = Subject::open(&mut trial, &self.database, table, &acting.role, &run)
            .await
            .map_err(say)?;
        let rows = subject.rows(&mut trial, &Choice::All, 100).await.map_err(say)?;
        let cases: Vec<_> = rows
            .iter()
            .map(|row| (Some(row).filter(|_| statement.needs_old()), Some(row)))
            .collect();
        let judged = subject.judge(&mut trial, statement, &cases, &[], false).await.map_err(say)?;
        trial.end().await;
        let failed = judged
            .iter()
            .find(|it| it.predicted.whole_statement || it.predicted.outcome == Outcome::Error);
        if let Some(failed) = failed {
            return Ok(Err(format!("{:?}", failed.predicted)));
        }
        Ok(Ok(judged.iter().filter(|it| it.predicted.outcome == Outcome::Allowed).count() as u64))
    }
}

#[test]
fn on_generated_worlds_every_cell_is_what_the_user_counts() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let oracle = RefCell::new(runtime.block_on(Oracle::open()));
    let config = || Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let seed = std::env::var("PURVIEW_RLS_SEED").ok().and_then(|it| it.parse::<u8>().ok());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed.unwrap_or(11); 32]);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    while oracle.borrow().compared < ENOUGH {
        let mut single = TestRunner::new_with_rng(config(), runner.new_rng());
        let outcome = single.run(&world(), |world| {
            runtime.block_on(oracle.borrow_mut().compare(&world)).map_err(TestCaseError::fail)
        });
        if let Err(TestError::Fail(reason, _) | TestError::Abort(reason)) = outcome {
            panic!("after {} cells: {reason}", oracle.borrow().compared);
        }
    }
    let Oracle { compared, refused, apart, .. } = &*oracle.borrow();
    println!("compared {compared}, refused {refused}, apart {apart}");
    assert!(refused * 2 < *compared && apart * 10 < *compared);
}
