//! Generated tables with generated policies: every cell is what the user counts.

use std::{cell::RefCell, sync::Arc};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use purview::{
    database::Database,
    demo::LoginKind,
    directory::{Candidate, Somebody},
    pg::{Door, Journal, Person, RelationName, Run, Sql, Workshop},
    rls::{Choice, Judged, Matrix, Outcome, State, Statement, Subject},
};

use crate::{
    acting, cells, common, passing_folder,
    rls_world::{Actor, ROLES, World, world},
};

/// The server may decide this way or that.
const EITHER: &str = "depends on the order of evaluation";

/// How many cells of generated worlds there have to be at least.
fn enough() -> u64 {
    common::share(1_500, 4_000)
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
            let mut judged = self.judged(somebody, &table, &statements[1..]).await?.into_iter();
            for statement in &statements {
                let cell = cells
                    .iter()
                    .find(|it| it.command == *statement && it.user_id == Some(at.to_string()))
                    .unwrap();
                let expected = if *statement == Statement::Select {
                    self.count(actor, world.table()).await
                } else {
                    judged.next().unwrap()
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
        statements: &[Statement],
    ) -> Result<Vec<Result<u64, String>>, String> {
        let say = |problem: purview::pg::Problem| format!("{problem:?}");
        let (run, acting) = (Run::new(), acting(somebody));
        let mut trial = self.database.door.trial(&acting, &run).await.map_err(say)?;
        let subject = Subject::open(&mut trial, &self.database, table, &acting.role, &run)
            .await
            .map_err(say)?;
        let rows = subject.rows(&mut trial, &Choice::All, 100).await.map_err(say)?;
        let mut all = Vec::new();
        for statement in statements {
            let cases: Vec<_> = rows
                .iter()
                .map(|row| (Some(row).filter(|_| statement.needs_old()), Some(row)))
                .collect();
            let judged = subject.judge(&mut trial, *statement, &cases, &[], false).await;
            all.push(allowed(&judged.map_err(say)?));
        }
        trial.end().await.map_err(say)?;
        Ok(all)
    }
}

/// How many of these can be done; or why it fails, be it for one of them.
fn allowed(judged: &[Judged]) -> Result<u64, String> {
    // What fails in one order of evaluation and not in another, the server may decide this way or that.
    if judged.iter().any(|it| it.predicted.depends_on_order) {
        return Err(EITHER.to_owned());
    }
    let failed = judged
        .iter()
        .find(|it| it.predicted.whole_statement || it.predicted.outcome == Outcome::Error);
    if let Some(failed) = failed {
        return Err(format!("{:?}", failed.predicted));
    }
    Ok(judged.iter().filter(|it| it.predicted.outcome == Outcome::Allowed).count() as u64)
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
CREATE TABLE w.racks (id int PRIMARY KEY, tenant int, hall text); ALTER TABLE w.racks ENABLE ROW LEVEL SECURITY;
INSERT INTO w.racks SELECT i, i % 5, nullif('h' || i % 3, 'h0') FROM generate_series(1, 12) i;
CREATE POLICY p ON w.racks USING (hall = 'h1' OR racks.tenant = (SELECT w.tenant()));
CREATE TABLE w.crates (id int PRIMARY KEY, tenant int, rack int, \"Odd \"\"one\" text); ALTER TABLE w.crates ENABLE ROW LEVEL SECURITY;
INSERT INTO w.crates SELECT i, nullif(i % 6, 5), nullif(i % 13, 0), 'x' || i % 2 FROM generate_series(1, 40) i;
CREATE POLICY own ON w.crates USING (tenant = (SELECT w.tenant()) AND EXISTS (SELECT FROM w.racks r WHERE r.id = crates.rack));
CREATE POLICY odd ON w.crates USING (\"Odd \"\"one\" = 'x1' AND tenant < w.tenant());
CREATE POLICY writes ON w.crates FOR UPDATE USING (true);
CREATE TABLE w.shelves (id int PRIMARY KEY, tenant int); ALTER TABLE w.shelves ENABLE ROW LEVEL SECURITY; INSERT INTO w.shelves SELECT i, i % 5 FROM generate_series(1, 40) i;
CREATE POLICY p ON w.shelves USING (tenant = w.remembers() OR id % 7 = 0);
CREATE TABLE w.bins (id int PRIMARY KEY, tenant int); INSERT INTO w.bins SELECT i, i % 5 FROM generate_series(1, 40) i;
CREATE TABLE w.twins (id int, tenant int); INSERT INTO w.twins SELECT i / 2, i % 5 FROM generate_series(1, 40) i; CREATE UNIQUE INDEX ON w.twins (id) WHERE tenant = 1;
CREATE TABLE w.parents (id int PRIMARY KEY, tenant int); CREATE TABLE w.children () INHERITS (w.parents);
INSERT INTO w.parents SELECT i, i % 5 FROM generate_series(1, 20) i; INSERT INTO w.children SELECT i, i % 5 FROM generate_series(11, 40) i;
GRANT SELECT ON ALL TABLES IN SCHEMA w TO w_app;";

/// The conditions of policies over a table with `box` and `tenant`.
const CONDITIONS: [&str; 24] = [
    "EXISTS (SELECT FROM w.crates c WHERE c.id = items.box)",
    "NOT EXISTS (SELECT 1 FROM w.crates c WHERE items.box = c.id AND c.tenant > items.tenant)",
    "EXISTS (SELECT FROM w.crates c WHERE c.id = items.box AND (c.tenant = w.tenant() OR c.\"Odd \"\"one\" = 'x0' AND items.tenant = 2)) OR tenant = w.tenant()",
    "EXISTS (SELECT FROM w.crates WHERE crates.id = items.box) AND EXISTS (SELECT FROM w.racks r WHERE r.id = items.tenant)",
    "EXISTS (SELECT FROM w.crates c WHERE c.id = items.box AND 6 / (w.tenant() - c.tenant) > 1)",
    "EXISTS (SELECT FROM w.crates c WHERE c.id = items.box AND c.tenant = w.raises())",
    "EXISTS (SELECT FROM w.shelves s WHERE s.id = items.box)",
    "EXISTS (SELECT FROM w.bins b WHERE b.id = items.box AND b.tenant = w.tenant())",
    "EXISTS (SELECT FROM w.twins t WHERE t.id = items.box AND t.tenant = w.tenant())",
    "EXISTS (SELECT FROM w.parents p WHERE p.id = items.box AND p.tenant = w.tenant())",
    "EXISTS (SELECT FROM w.crates c WHERE c.id = items.box AND EXISTS (SELECT FROM w.racks r WHERE r.id = c.rack AND r.tenant = items.tenant))",
    "tenant = w.tenant()",
    "items IS NOT NULL AND tenant = w.tenant()",
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
    while oracle.borrow().compared < enough() {
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
