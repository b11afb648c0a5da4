//! The matrix is what each user counts: on the five systems, and on generated tables with generated policies.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod plain;
mod rls_world;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use chrono::Duration;
use plain::Plain;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Everybody, Somebody},
    mapping::Library,
    migrate::{Runner, Source},
    pg::{Acting, Door, Identity, Journal, Kind, Person, RelationName, Run, Sql, Workshop},
    question::Question as _,
    rls::{
        Border, Breakdown, Chart, ChartPart, Charting, Choice, Counterpart, Crossing, Leak, Leaks,
        Matrix, Member, Outcome, Portion, SideBySide, Standing, State, Statement, Strip, Subject,
        Warrant, Warranted, Who,
    },
};
use rls_world::{Actor, ROLES, World, world};

/// The server may decide this way or that.
const EITHER: &str = "depends on the order of evaluation";

/// How many cells of generated worlds there have to be at least.
const ENOUGH: u64 = 4_000;

fn warrant() -> Warrant {
    let since = common::anchor();
    Warrant { reason: "test".into(), since, until: since + Duration::minutes(30) }
}

fn acting(somebody: &Somebody) -> Arc<Acting> {
    let Warrant { reason, since, until } = warrant();
    Arc::new(somebody.candidate.acting(&reason, since, until))
}

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
        let test = common::database(system).await;
        if hardened {
            let source = Source::embedded(system.name()).unwrap();
            let mut runner = Runner::open(&test.login(LoginKind::Admin), source).await.unwrap();
            assert!(!runner.up(None).await.unwrap().is_empty());
            runner.close().await;
        }
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

#[tokio::test]
async fn who_can_see_a_row_is_found_by_asking_each_user() {
    for (system, hardened) in [
        (System::OrgAssistant, false),
        (System::OrgAssistant, true),
        (System::Jenifer, false),
        (System::Hastecrm, false),
    ] {
        let place = Place::open(system, hardened).await;
        let matrix = Matrix { statements: vec![Statement::Select], ..Matrix::default() };
        let mut tables: Vec<_> = cells(&place.database, &place.people[..1], &matrix)
            .await
            .iter()
            .map(|cell| RelationName::new(&cell.schema, &cell.table))
            .collect();
        tables.dedup();
        let (mut asked, mut seen, mut repeated) = (0, 0, 0);
        let mut workshop = place.test.workshop().await;
        let mut plain = Plain::open(&place.test).await;
        for table in &tables {
            let relation = place.database.relation(table, &Run::new()).await.unwrap();
            if relation.key.len() != 1 {
                continue;
            }
            let text = format!(
                "SELECT \"{0}\"::text FROM {1} ORDER BY md5(\"{0}\"::text) LIMIT 2",
                relation.key[0],
                table.quoted()
            );
            let keys = workshop.fetch(&Sql::new(text.leak())).await.unwrap().rows;
            for key in keys.into_iter().filter_map(|mut row| row.pop().flatten()) {
                let who = Who {
                    table: table.clone(),
                    choice: Choice::Key(vec![key.clone()]),
                    statement: Statement::Select,
                };
                let able = who
                    .run_for(&place.database, &place.people, &warrant(), &Run::new())
                    .await
                    .unwrap();
                let text = format!(
                    "SELECT count(*)::text FROM {} WHERE \"{}\" = '{key}'",
                    table.quoted(),
                    relation.key[0]
                );
                // The console names the row by its columns and asks about everybody there is.
                if repeated < 1 {
                    repeated += 1;
                    let column = (relation.key[0].clone(), key.clone());
                    let question = Who { choice: Choice::Columns(vec![column]), ..who };
                    let warranted = Warranted { warrant: warrant(), question };
                    let database = Arc::clone(&place.database);
                    let told = warranted.ask(database, Identity::Observer, Run::new()).await;
                    assert_eq!(told.unwrap(), able, "{system:?} {table} {key}");
                }
                for somebody in &place.people {
                    let candidate = &somebody.candidate;
                    let real = plain.value(&acting(somebody), &text).await;
                    let can = real.ok().map(|rows| rows == "1");
                    let Some(told) = able.iter().find(|it| {
                        it.class.is_some()
                            && it.name == candidate.person.label
                            && it.id == candidate.person.id
                            && it.organization == candidate.organization
                    }) else {
                        assert_eq!(can, None, "{candidate:?}");
                        continue;
                    };
                    assert_eq!(told.can, can, "{system:?} {table} {key} {told:?}");
                    asked += 1;
                    seen += u32::from(can == Some(true));
                }
                // Superusers are always told of.
                assert!(able.iter().any(|it| it.kind == "superuser"));
            }
        }
        println!("{system:?} hardened {hardened}: {asked} asked, {seen} can");
        assert!(seen > 5);
    }
}

#[tokio::test]
async fn who_can_is_asked_about_one_row_and_no_other() {
    let place = Place::open(System::OrgAssistant, false).await;
    let table = RelationName::new("public", "emails");
    let mut workshop = place.test.workshop().await;
    let text = "SELECT id::text, ctid::text, tableoid::text FROM emails ORDER BY id LIMIT 1";
    let row = workshop.fetch(&Sql::new(text)).await.unwrap().rows.remove(0);
    let [id, place_of, relation] = <[_; 3]>::try_from(row).unwrap().map(Option::unwrap);
    let ask = async |choice: Choice| {
        let who = Who { table: table.clone(), choice, statement: Statement::Select };
        who.run_for(&place.database, &place.people, &warrant(), &Run::new()).await
    };
    let column = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let by_key = ask(Choice::Key(vec![id.clone()])).await.unwrap();
    // A row without a key is known by its place.
    let by_place = vec![column("tableoid", &relation), column("ctid", &place_of)];
    assert_eq!(ask(Choice::Columns(by_place)).await.unwrap(), by_key);
    let nobody = "00000000-0000-0000-0000-000000000000".to_owned();
    for (choice, said) in [
        (Choice::Key(vec![nobody]), "has no such row"),
        (Choice::Key(vec![id, "x".into()]), "the key of `public.emails` is: id"),
        (Choice::Columns(vec![column("unread", "true")]), "are meant"),
        (Choice::All, "asked about one row"),
    ] {
        let problem = ask(choice).await.unwrap_err();
        assert!(problem.summary.contains(said) && problem.hint.is_some(), "{problem}");
    }
}

#[tokio::test]
async fn what_is_told_of_leaks_on_the_way_is_all_of_them_and_the_example_rows_are_seen() {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut leaks = Vec::new();
    let tell = |leak| {
        leaks.push(leak);
        Ok(true)
    };
    Leaks::default().run(&place.database, &warrant(), &Run::new(), tell).await.unwrap();
    let told: Arc<Mutex<Vec<Border>>> = Arc::default();
    let hears = Arc::clone(&told);
    let run = Run::told(move |part| {
        hears.lock().unwrap().extend(*part.downcast::<Vec<Border>>().unwrap());
    });
    let database = || Arc::clone(&place.database);
    let question = Warranted { warrant: warrant(), question: Leaks::default() };
    question.ask(database(), Identity::Observer, run).await.unwrap();
    let borders = std::mem::take(&mut *told.lock().unwrap());
    let sum = |of: &Border| of.users.iter().map(|it| it.rows).sum::<u64>();
    assert_eq!(borders.iter().map(sum).sum::<u64>(), leaks.iter().map(|it| it.rows).sum::<u64>());
    assert_eq!(borders.iter().map(|it| it.count).sum::<u64>(), leaks.len() as u64);
    let mut workshop = place.test.workshop().await;
    let (mut seen, mut emails) = (0, 0);
    for border in borders.iter().filter(|it| it.policy.is_some()) {
        let crosser = &border.users[0];
        let table: RelationName = border.table.parse().unwrap();
        let who = crosser.user_id.as_ref().unwrap_or(&crosser.user).clone();
        let crossing = Crossing {
            table: table.clone(),
            who: who.clone(),
            organization_id: crosser.organization_id.clone(),
            policy: border.policy.clone(),
            row_organization_id: border.row_organization_id.clone(),
        };
        let question = Warranted { warrant: warrant(), question: crossing };
        let keys = question.ask(database(), Identity::Observer, Run::new()).await.unwrap();
        assert!(keys.len() as u64 == crosser.rows.min(5), "{border:?}: {keys:?}");
        let meant = |it: &&Somebody| {
            let person = &it.candidate.person;
            person.id.as_ref().unwrap_or(&person.label) == &who
        };
        let somebody = place.people.iter().find(meant).unwrap();
        for key in keys {
            let condition = format!("\"{}\"::text = '{}'", key[0].0, key[0].1);
            let text = format!("SELECT count(*)::text FROM {} WHERE {condition}", table.quoted());
            let identity = Identity::Acting(acting(somebody));
            let real =
                place.database.door.read(&identity, &Sql::new(text.leak()), &Run::new()).await;
            assert_eq!(real.unwrap().scalar(), Some("1"), "{border:?} {key:?}");
            seen += 1;
            if table.name == "emails" {
                let text = format!(
                    "SELECT d.organization_id::text FROM emails e JOIN departments d ON d.id = e.department_id WHERE e.{condition}"
                );
                let of = workshop.fetch(&Sql::new(text.leak())).await.unwrap();
                assert_eq!(of.scalar(), Some(border.row_organization_id.as_str()), "{key:?}");
                emails += 1;
            }
        }
    }
    assert!(seen > 40 && emails > 10, "{seen} {emails}");
}

#[tokio::test]
async fn leaks_are_there_on_the_baseline_and_gone_when_hardened() {
    for system in System::ALL {
        for hardened in [false, true] {
            let place = Place::open(system, hardened).await;
            let (mut leaks, run) = (Vec::new(), Run::new());
            let tell = |leak| {
                leaks.push(leak);
                Ok(true)
            };
            // Rishi's own people belong to an organization of theirs and work for all others.
            let allowed = if hardened && system == System::Rishi {
                place.staff_of_the_platform().await
            } else {
                Vec::new()
            };
            let question = Leaks { allowed, ..Leaks::default() };
            let aside = question.run(&place.database, &warrant(), &run, tell).await.unwrap();
            let by_policy = leaks.iter().filter(|leak| leak.policy.is_some()).count();
            let of_roles = leaks.len() - by_policy;
            println!(
                "{system:?} hardened {hardened}: {by_policy} by policies, {of_roles} of roles, {aside:?}"
            );
            if hardened {
                // What somebody did or is elsewhere stays theirs, and whoever belongs nowhere runs the system; what it is about does not leak.
                let watch = &place.database.mapping.as_ref().unwrap().watch;
                let watched = |it: &&Leak| watch.iter().any(|table| table.to_string() == it.table);
                let left: Vec<_> = leaks
                    .iter()
                    .filter(|it| it.policy.is_some() && it.user_organization.is_some())
                    .filter(watched)
                    .collect();
                assert!(left.is_empty(), "{system:?}: {:?}", left[0]);
                assert!(
                    leaks
                        .iter()
                        .all(|it| it.label.as_deref() != Some("the table has no row security"))
                );
            } else if matches!(system, System::Sekretarka | System::Rishi) {
                assert!(of_roles > 0 && by_policy == 0, "{system:?}");
            }
            if system == System::OrgAssistant && !hardened {
                place.mail_of_others(&leaks).await;
                // Who is meant to see everything is left out.
                let allowed = leaks.iter().map(|leak| leak.user.clone()).collect();
                let (leaks, mut left) = (Leaks { allowed, ..Leaks::default() }, 0);
                let count = |_| {
                    left += 1;
                    Ok(true)
                };
                leaks.run(&place.database, &warrant(), &run, count).await.unwrap();
                assert_eq!(left, 0);
            }
        }
    }
}

impl Place {
    /// The ids of those who work for the platform itself.
    async fn staff_of_the_platform(&self) -> Vec<String> {
        let mut workshop = self.test.workshop().await;
        let staff = "SELECT m.user_id::text FROM public.user_organizations m JOIN public.organizations o ON o.id = m.organization_id \
                       WHERE o.type = 'internal' AND m.role IN ('super_admin', 'internal_admin', 'internal_field_manager')";
        let rows = workshop.script(staff).await.unwrap();
        rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
    }

    /// Compares the leaks of mail with what each user sees of other organizations.
    async fn mail_of_others(&self, leaks: &[Leak]) {
        let mut real = Vec::new();
        for somebody in &self.people {
            let identity = Identity::Acting(acting(somebody));
            let text = "SELECT o.name, count(*)::text FROM public.emails e JOIN public.departments d ON d.id = e.department_id JOIN public.organizations o ON o.id = d.organization_id GROUP BY o.id, o.name";
            // Who is nobody cannot read at all.
            let Ok(rows) = self.database.door.read(&identity, &Sql::new(text), &Run::new()).await
            else {
                continue;
            };
            for row in rows.rows {
                let name = row[0].clone().unwrap();
                if somebody.candidate.organization.as_ref() != Some(&name) {
                    real.push((
                        somebody.candidate.person.label.clone(),
                        name,
                        row[1].clone().unwrap(),
                    ));
                }
            }
        }
        let mut told: Vec<_> = leaks
            .iter()
            .filter(|leak| leak.table == "public.emails")
            .map(|leak| {
                assert_eq!(leak.policy.as_deref(), Some("email_access_policy"));
                (leak.user.clone(), leak.row_organization.clone(), leak.rows.to_string())
            })
            .collect();
        real.sort();
        told.sort();
        assert!(!real.is_empty());
        assert_eq!(told, real);
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
                let either = expected.as_ref().is_err_and(|told| told == EITHER);
                let counted_apart = either
                    || cell.visible.is_none()
                        && cell
                            .problem
                            .as_deref()
                            .is_some_and(|it| it.ends_with("cannot be counted"));
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
        trial.end().await.map_err(say)?;
        // What fails in one order of evaluation and not in another, the server may decide this way or that.
        if judged.iter().any(|it| it.predicted.depends_on_order) {
            return Ok(Err(EITHER.to_owned()));
        }
        let failed = judged
            .iter()
            .find(|it| it.predicted.whole_statement || it.predicted.outcome == Outcome::Error);
        if let Some(failed) = failed {
            return Ok(Err(format!("{:?}", failed.predicted)));
        }
        Ok(Ok(judged.iter().filter(|it| it.predicted.outcome == Outcome::Allowed).count() as u64))
    }
}

/// Tables whose policies call functions of every kind: what remembers, what lies, what fails for one and what reads tables with policies of their own.
const CALLS: &str = "
DROP SCHEMA IF EXISTS w CASCADE; CREATE SCHEMA w; GRANT USAGE ON SCHEMA w TO w_app;
CREATE FUNCTION w.tenant() RETURNS int STABLE LANGUAGE sql AS $$ SELECT nullif(current_setting('app.tenant', true), '')::int $$;
CREATE FUNCTION w.remembers() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF coalesce(current_setting('app.seen', true), '') = '' THEN PERFORM set_config('app.seen', current_setting('app.tenant'), true); END IF;
  RETURN current_setting('app.seen')::int; END $$;
CREATE FUNCTION w.liar() RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT current_setting('app.tenant')::int $$;
CREATE FUNCTION w.remembers_by_another() RETURNS int STABLE LANGUAGE sql AS $$ SELECT w.remembers() $$;
CREATE FUNCTION w.raises() RETURNS int STABLE LANGUAGE sql AS $$ SELECT 6 / (w.tenant() - 3) $$;
CREATE TABLE w.empty (tenant int);
CREATE FUNCTION w.only_planned() RETURNS int STABLE LANGUAGE sql AS $$ SELECT coalesce((SELECT tenant FROM w.empty WHERE tenant = w.raises()), w.tenant()) $$;
CREATE TABLE w.boxes (id int, tenant int); ALTER TABLE w.boxes ENABLE ROW LEVEL SECURITY;
INSERT INTO w.boxes SELECT i, i % 5 FROM generate_series(1, 40) i; INSERT INTO w.boxes VALUES (NULL, 1);
CREATE POLICY p ON w.boxes USING (tenant = (SELECT w.tenant()));
CREATE FUNCTION w.boxes() RETURNS int[] STABLE LANGUAGE sql AS $$ SELECT array_agg(id) FROM w.boxes WHERE tenant = w.tenant() $$;
GRANT SELECT ON ALL TABLES IN SCHEMA w TO w_app;";

/// The conditions of policies over a table with `box` and `tenant`.
const CONDITIONS: [&str; 12] = [
    "tenant = w.tenant()",
    "tenant = w.remembers()",
    "tenant = w.remembers_by_another()",
    "tenant = w.liar()",
    "tenant > w.raises()",
    "tenant = w.only_planned()",
    "tenant = (SELECT w.tenant())",
    "box = ANY (w.boxes())",
    "EXISTS (SELECT FROM w.boxes b WHERE b.id = items.box)",
    "NOT EXISTS (SELECT 1 FROM w.boxes b WHERE b.id = items.box AND b.tenant > 1)",
    "box IN (SELECT b.id FROM w.boxes b) OR tenant = w.tenant()",
    "EXISTS (SELECT FROM w.boxes b WHERE b.id = items.box AND b.tenant = (SELECT w.raises()))",
];

#[tokio::test]
async fn whatever_a_policy_calls_each_of_many_identities_gets_its_own() {
    let mut oracle = Oracle::open().await;
    let actor = |tenant| Actor { role: "w_app", user: "somebody", tenant };
    let actors: Vec<_> = ["0", "1", "2", "3", "4", "1", "2", "", "x", "9"].map(actor).into();
    let people: Vec<_> = actors.iter().enumerate().map(|(at, it)| somebody(it, at)).collect();
    for condition in CONDITIONS {
        let table = format!(
            "{CALLS}; CREATE TABLE w.items (id int PRIMARY KEY, box int, tenant int); ALTER TABLE w.items ENABLE ROW LEVEL SECURITY; \
             INSERT INTO w.items SELECT i, nullif(i % 50, 0), i % 4 FROM generate_series(1, 120) i; \
             CREATE POLICY p ON w.items USING ({condition}); GRANT SELECT ON w.items TO w_app; ANALYZE w.items, w.boxes"
        );
        oracle.workshop.script(&table).await.unwrap();
        oracle.database.forget().await;
        let matrix = Matrix {
            tables: vec![RelationName::new("w", "items")],
            statements: vec![Statement::Select],
            ..Matrix::default()
        };
        let cells = cells(&oracle.database, &people, &matrix).await;
        let mut numbers = std::collections::BTreeSet::new();
        for (at, actor) in actors.iter().enumerate() {
            let cell = cells.iter().find(|it| it.user_id == Some(at.to_string())).unwrap();
            let real = oracle.count(actor, "w.items").await;
            assert_eq!(cell.visible, real.clone().ok(), "{condition} {actor:?} {real:?} {cell:?}");
            numbers.insert(cell.visible);
        }
        assert!(numbers.len() > 1, "{condition}");
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

/// What one look at the matrix told, and what it came to.
async fn charted(database: &Arc<Database>, fresh: bool) -> (Vec<Arc<Strip>>, Arc<Chart>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let run = Run::told({
        let heard = Arc::clone(&heard);
        move |part| {
            if let ChartPart::Strip(strip) = *part.downcast::<ChartPart>().unwrap() {
                heard.lock().unwrap().push(strip);
            }
        }
    });
    let question = Charting { organization: None, fresh, warrant: warrant() };
    let chart = question.ask(Arc::clone(database), Identity::Observer, run).await.unwrap();
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    (heard, chart)
}

/// What a statement says to somebody by the server's own means: their role, their settings, and nothing of purview.
async fn as_they(workshop: &mut Workshop, member: &Member, statement: &str) -> Option<u64> {
    let candidate = &member.somebody.candidate;
    let settings: String = candidate
        .settings
        .iter()
        .map(|(name, value)| {
            let value = value.replace('\'', "''");
            format!("SELECT set_config('{}', '{value}', true);", name.as_str())
        })
        .collect();
    let script =
        format!("BEGIN; {settings} SET LOCAL ROLE {}; {statement}; ROLLBACK", candidate.role);
    match workshop.script(&script).await {
        Ok(rows) => Some(rows.last().unwrap()[0].clone().unwrap().parse().unwrap()),
        Err(_) => {
            workshop.script("ROLLBACK").await.unwrap();
            None
        }
    }
}

#[tokio::test]
async fn the_pane_shows_what_each_user_counts_and_of_how_many_organizations() {
    let place = Place::open(System::OrgAssistant, false).await;
    let (heard, chart) = charted(&place.database, false).await;
    assert_eq!(heard, chart.strips, "what is told on the way is what it comes to");
    assert_eq!(chart.people.len(), place.people.len());
    let mut workshop = place.test.workshop().await;
    let (mut several, mut compared) = (0, 0);
    let admin = chart.people.iter().position(|it| it.roles.iter().any(|role| role == "admin"));
    for strip in &chart.strips {
        let carries = format!(
            "SELECT count(*)::text FROM pg_attribute WHERE attrelid = '{}'::regclass AND attname = 'organization_id' AND NOT attisdropped",
            strip.table
        );
        let carries = workshop.script(&carries).await.unwrap()[0][0].as_deref() == Some("1");
        for (at, person) in strip.people.iter().enumerate() {
            // A few, and among them one who sees too much.
            if person % 7 != 0 && Some(*person) != admin {
                continue;
            }
            let member = &chart.people[*person];
            let cell = strip.reach(Statement::Select).unwrap().cell(at);
            let count = format!("SELECT count(*)::text FROM {}", strip.table);
            let real = as_they(&mut workshop, member, &count).await;
            assert_eq!(cell.visible, real, "{} {}", member.label, strip.table);
            compared += 1;
            if let (true, Some(told)) = (carries, cell.organizations) {
                let count =
                    format!("SELECT count(DISTINCT organization_id)::text FROM {}", strip.table);
                let real = as_they(&mut workshop, member, &count).await;
                assert_eq!(Some(told), real, "{} {}", member.label, strip.table);
                several += u32::from(told > 1);
            }
        }
    }
    assert!(compared > 20 && several > 0, "{compared} {several}");
    // It is kept until somebody wants it fresh.
    let (heard, kept) = charted(&place.database, false).await;
    assert!(heard.is_empty() && Arc::ptr_eq(&kept, &chart));
    let (heard, anew) = charted(&place.database, true).await;
    assert!(heard == chart.strips && !Arc::ptr_eq(&anew, &chart));
}

#[tokio::test]
async fn a_matrix_that_is_stopped_halfway_is_stopped_on_the_server_and_not_kept() {
    let place = Place::open(System::OrgAssistant, false).await;
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let run = Run::told(move |part| {
        if let ChartPart::Strip(_) = *part.downcast::<ChartPart>().unwrap() {
            let _ = send.send(());
        }
    });
    let question = Charting { organization: None, fresh: false, warrant: warrant() };
    let asking = question.ask(Arc::clone(&place.database), Identity::Observer, run.clone());
    let stopping = async {
        receive.recv().await.unwrap();
        run.cancel().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(asking, stopping);
    assert_eq!(outcome.unwrap_err().kind, Kind::Cancelled);
    let (heard, chart) = charted(&place.database, false).await;
    assert_eq!(heard.len(), chart.strips.len());
}

#[tokio::test]
async fn a_cell_taken_apart_comes_to_the_same_and_its_examples_are_where_it_says() {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut workshop = place.test.workshop().await;
    let (mut passing, mut hidden) = (0, 0);
    for table in ["emails", "files"] {
        let table = RelationName::new("public", table);
        for somebody in place.people.iter().step_by(9) {
            let acting = acting(somebody);
            let question = Breakdown { acting, table: table.clone(), statement: Statement::Select };
            let database = Arc::clone(&place.database);
            let broken = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
            assert_eq!(broken.visible, counted(&place.database.door, somebody, &table).await.ok());
            let Some(visible) = broken.visible else { continue };
            let rows = |portion: &Portion| {
                portion.classes.iter().map(|class| class.rows).sum::<u64>() + portion.more.1
            };
            assert_eq!(rows(&broken.passing), visible);
            assert_eq!(rows(&broken.passing) + rows(&broken.others), broken.total);
            let member = Member {
                id: None,
                label: broken.user.clone(),
                organization: None,
                roles: Vec::new(),
                somebody: Arc::new(somebody.clone()),
            };
            for (portion, seen) in [(&broken.passing, 1), (&broken.others, 0)] {
                for key in portion.classes.iter().flat_map(|class| &class.examples).take(4) {
                    let [(column, value)] = key.as_slice() else { panic!("{key:?}") };
                    let count =
                        format!("SELECT count(*)::text FROM {table} WHERE {column} = '{value}'");
                    let real = as_they(&mut workshop, &member, &count).await;
                    assert_eq!(real, Some(seen), "{} {table} {value}", broken.user);
                    if seen == 1 { passing += 1 } else { hidden += 1 }
                }
            }
        }
    }
    assert!(passing > 5 && hidden > 5, "{passing} {hidden}");
}

#[tokio::test]
async fn of_two_side_by_side_each_has_what_the_server_says_and_only_the_one_what_is_said_to_be_theirs_alone()
 {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut workshop = place.test.workshop().await;
    let users: Vec<&Somebody> =
        place.people.iter().filter(|it| it.candidate.person.id.is_some()).collect();
    let needle = |at: usize| users[at].candidate.person.id.clone().unwrap();
    let (mut counts, mut alone) = (0, 0);
    for (one, other) in [(0, users.len() / 2), (1, users.len() - 1)] {
        let people = [needle(one), needle(other)].map(Counterpart::Named);
        let question = SideBySide { people, warrant: warrant() };
        let database = Arc::clone(&place.database);
        let sides = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
        assert!(!sides.comparison.facts.is_empty(), "they are somebody else");
        let members = sides.people.clone().map(|somebody| Member {
            id: None,
            label: somebody.candidate.person.label.clone(),
            organization: None,
            roles: Vec::new(),
            somebody: Arc::new(somebody),
        });
        for pair in sides.comparison.tables.iter().filter(|it| it.command == Statement::Select) {
            for (at, member) in members.iter().enumerate() {
                let count = format!("SELECT count(*)::text FROM {}", pair.table);
                assert_eq!(pair.rows[at], as_they(&mut workshop, member, &count).await, "{pair:?}");
                counts += 1;
                for key in &pair.keys[at] {
                    let [(column, value)] = key.as_slice() else { panic!("{key:?}") };
                    let count = format!(
                        "SELECT count(*)::text FROM {} WHERE {column} = '{value}'",
                        pair.table
                    );
                    assert_eq!(as_they(&mut workshop, member, &count).await, Some(1), "{pair:?}");
                    let them = &members[1 - at];
                    assert_eq!(as_they(&mut workshop, them, &count).await, Some(0), "{pair:?}");
                    alone += 1;
                }
            }
        }
    }
    assert!(counts > 4 && alone > 2, "{counts} {alone}");
}
