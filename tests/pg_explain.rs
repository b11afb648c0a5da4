//! A plan is what the server itself explains, and what is told to come from a policy is what is gone from the plan when the policies are.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod program;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::TimeDelta;
use common::{TestDatabase, anchor};
use program::Program;
use purview::{
    database::Database,
    demo::LoginKind,
    explain::{Explained, Found, PlanOf},
    pg::{Acting, Door, Identity, Journal, Kind, Problem, Run, Workshop},
    plan::{Mark, Node, Plan},
    question::Question as _,
};
use serde_json::Value;

/// Tables whose policies look at the row, at a setting, at other tables, and at nothing.
const WORLD: &str = "
CREATE SCHEMA x; SET search_path = x;
CREATE TABLE people (id int PRIMARY KEY, org int, boss boolean); INSERT INTO people SELECT i, i % 9, i % 5 = 0 FROM generate_series(1, 400) i;
CREATE FUNCTION me() RETURNS int STABLE LANGUAGE sql AS $$ SELECT nullif(current_setting('app.me', true), '')::int $$;
CREATE FUNCTION mine() RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT org FROM x.people WHERE id = x.me()); END $$;
CREATE TABLE mails (id int PRIMARY KEY, org int, owner int, state text, body text);
INSERT INTO mails SELECT i, i % 9, i % 400 + 1, CASE WHEN i % 3 = 0 THEN 'new' ELSE 'old' END, repeat('b', 30) FROM generate_series(1, 6000) i;
CREATE INDEX ON mails (org); CREATE INDEX ON mails (owner);
CREATE TABLE files (id int PRIMARY KEY, mail int, owner int); INSERT INTO files SELECT i, i, i % 400 + 1 FROM generate_series(1, 3000) i;
CREATE TABLE notes (id int PRIMARY KEY, owner int); INSERT INTO notes SELECT i, i FROM generate_series(1, 500) i;
CREATE TABLE open (id int PRIMARY KEY); INSERT INTO open SELECT generate_series(1, 50);
CREATE TABLE shut (id int PRIMARY KEY); INSERT INTO shut SELECT generate_series(1, 50);
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO parts SELECT i, date '2024-01-01' + i FROM generate_series(1, 700) i;
CREATE POLICY same_org ON mails USING (org = (SELECT mine())); CREATE POLICY no_drafts ON mails AS RESTRICTIVE USING (state <> 'draft' AND id > 0);
CREATE POLICY own ON files USING (owner = me() OR EXISTS (SELECT 1 FROM people p WHERE p.id = me() AND p.boss));
CREATE POLICY own ON notes FOR SELECT USING (owner = me()); CREATE POLICY write ON notes FOR UPDATE USING (id < 400);
CREATE POLICY all_of_it ON open USING (true); CREATE POLICY odd ON parts USING (id % 2 = 1);
ALTER TABLE mails ENABLE ROW LEVEL SECURITY; ALTER TABLE files ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE open ENABLE ROW LEVEL SECURITY; ALTER TABLE shut ENABLE ROW LEVEL SECURITY; ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE VIEW seen AS SELECT * FROM people;
GRANT USAGE ON SCHEMA x TO PUBLIC; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA x TO org_assistant_app, purview_support, purview_dba;
ANALYZE";

const TABLES: [&str; 6] = ["mails", "files", "notes", "open", "shut", "parts"];

async fn world() -> (TestDatabase, Workshop) {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(WORLD).await.unwrap();
    (test, workshop)
}

fn acting() -> Identity {
    Identity::Acting(Arc::new(Acting {
        role: "org_assistant_app".into(),
        settings: vec![("app.me".parse().unwrap(), "7".into())],
        search_path: Some("x".into()),
        person: None,
        reason: "test".into(),
        since: anchor(),
        until: anchor() + TimeDelta::minutes(30),
    }))
}

async fn open(test: &TestDatabase, login: LoginKind) -> Arc<Database> {
    Arc::new(Database::new(test.door(login).await, None))
}

async fn explained(
    database: &Arc<Database>,
    identity: Identity,
    statement: &str,
    measured: bool,
) -> Result<Explained, Problem> {
    let question = PlanOf { statement: statement.to_owned(), measured };
    question.ask(Arc::clone(database), identity, Run::new()).await
}

/// What the server explains in a session that became the role by hand.
async fn by_hand(workshop: &mut Workshop, options: &str, statement: &str) -> Value {
    let script = format!(
        "BEGIN; SET LOCAL search_path = x; SET LOCAL plan_cache_mode = force_generic_plan; SELECT set_config('app.me', '7', true); \
         SET LOCAL ROLE org_assistant_app; EXPLAIN ({options}, FORMAT JSON) {statement}; ROLLBACK"
    );
    let rows = workshop.script(&script).await.unwrap();
    serde_json::from_str::<Value>(rows.last().unwrap()[0].as_deref().unwrap()).unwrap()[0].clone()
}

/// Every step of the server's JSON, as it is.
fn steps(node: &Value, all: &mut Vec<Value>) {
    all.push(node.clone());
    for child in node["Plans"].as_array().into_iter().flatten() {
        steps(child, all);
    }
}

const STATEMENTS: [&str; 9] = [
    "SELECT * FROM mails m WHERE m.state = 'new' AND m.id < 900",
    "SELECT m.id, f.id FROM mails m JOIN files f ON f.mail = m.id WHERE m.body LIKE 'b%' AND f.id > 5",
    "SELECT count(*) FROM files WHERE mail IN (SELECT id FROM mails AS z WHERE z.state = 'old')",
    "WITH n AS MATERIALIZED (SELECT * FROM notes WHERE id > 3) SELECT * FROM n JOIN open o USING (id) WHERE o.id > 9",
    "SELECT * FROM parts WHERE at > '2024-06-01' AND id < 600",
    "UPDATE notes SET owner = owner WHERE id > 17",
    "DELETE FROM files WHERE mail < 100",
    "SELECT * FROM people WHERE org = 3",
    "SELECT a.id FROM mails a JOIN mails b ON a.owner = b.owner WHERE a.id < 40 AND b.id > 20",
];

#[tokio::test]
async fn a_plan_is_what_the_server_explains_to_the_role_itself() {
    let (test, mut workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    for statement in STATEMENTS {
        let told = explained(&database, acting(), statement, false).await.unwrap();
        let hand = by_hand(&mut workshop, "VERBOSE, SETTINGS", statement).await;
        let mut all = Vec::new();
        steps(&hand["Plan"], &mut all);
        let nodes = told.plan.nodes();
        assert_eq!(nodes.len(), all.len(), "{statement}");
        for (node, step) in nodes.iter().zip(&all) {
            assert_eq!(node.kind, step["Node Type"], "{statement}");
            let estimate = node.estimate.unwrap();
            assert_eq!(Value::from(estimate.total_cost).as_f64(), step["Total Cost"].as_f64());
            assert_eq!(Some(estimate.rows), step["Plan Rows"].as_f64());
            for condition in &node.conditions {
                assert_eq!(step[&condition.name].as_str(), Some(condition.text.as_str()));
            }
            for name in ["Filter", "Index Cond", "Recheck Cond", "Join Filter", "Hash Cond"] {
                let told = node.conditions.iter().any(|it| it.name == name);
                assert_eq!(told, step.get(name).is_some(), "{statement}: {name}");
            }
        }
    }
}

/// The parts of conditions on each table, how often each stands there.
fn parts(plan: &Plan, policy: Option<bool>) -> BTreeMap<String, BTreeSet<String>> {
    fn look(
        node: &Node,
        above: &str,
        policy: Option<bool>,
        found: &mut BTreeMap<String, BTreeSet<String>>,
    ) {
        let table = node.relation.as_ref().map_or(above, |it| it.name.as_str()).to_owned();
        for condition in node.conditions.iter().filter(|it| it.name != "Recheck Cond") {
            let whole = condition.text.trim_start_matches('(').trim_end_matches(')').to_owned();
            let pieces = condition.pieces.iter().map(|it| (it.text.clone(), it.policy));
            let pieces: Vec<_> = if condition.pieces.is_empty() {
                vec![(whole, node.policy)]
            } else {
                pieces.collect()
            };
            for (text, is_policy) in pieces {
                if policy.is_none_or(|wanted| wanted == is_policy) {
                    found.entry(table.clone()).or_default().insert(text);
                }
            }
        }
        for child in &node.nodes {
            look(child, &table, policy, found);
        }
    }
    let mut found = BTreeMap::new();
    look(&plan.root, "", policy, &mut found);
    found
}

#[tokio::test]
async fn what_comes_from_a_policy_is_what_is_gone_without_policies() {
    let (test, mut workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    let mut with = Vec::new();
    for statement in STATEMENTS {
        with.push(explained(&database, acting(), statement, false).await.unwrap());
    }
    for table in TABLES {
        workshop
            .script(&format!("ALTER TABLE x.{table} DISABLE ROW LEVEL SECURITY"))
            .await
            .unwrap();
    }
    for (statement, with) in STATEMENTS.iter().zip(with) {
        for table in &with.tables {
            let expected = if table.table == "open" { Found::Open } else { Found::All };
            assert_eq!(table.found, expected, "{statement}: {table:?}");
        }
        let without = explained(&database, acting(), statement, false).await.unwrap();
        assert!(without.tables.is_empty(), "{statement}");
        assert!(without.plan.nodes().iter().all(|node| !node.is_filtered_by_policy()));
        // The words of the statement's own conditions, whatever else the plan did with them.
        let words = |plan: &Plan, policy| -> String {
            parts(plan, policy).into_values().flatten().collect::<Vec<_>>().join(" ")
        };
        let own = words(&without.plan, None);
        for (table, pieces) in parts(&with.plan, Some(true)) {
            for piece in pieces {
                assert!(!own.contains(&piece), "{statement}: {piece} on {table} is its own");
            }
        }
        // Which side of a join stands first says nothing, and no policy stands there.
        let scanned = parts(&with.plan, Some(false)).into_iter().filter(|(it, _)| !it.is_empty());
        for (table, pieces) in scanned {
            for piece in pieces {
                let bare = piece.trim_start_matches('(').trim_end_matches(')');
                let turned = bare.rsplit(" = ").collect::<Vec<_>>().join(" = ");
                let known = own.contains(bare) || own.contains(&turned);
                assert!(
                    known,
                    "{statement}: {piece} on {table} comes from a policy\nwithout: {own}"
                );
            }
        }
        let guarded = with.tables.iter().any(|table| table.found == Found::All);
        let marked = with.plan.nodes().iter().any(|node| node.is_filtered_by_policy());
        assert_eq!(marked, guarded, "{statement}");
    }
}

#[tokio::test]
async fn no_row_passes_where_no_policy_applies() {
    let (test, _workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    let told = explained(&database, acting(), "SELECT * FROM shut", false).await.unwrap();
    assert!(told.plan.root.conditions.iter().any(|it| it.text == "false"), "{told:?}");
    assert!(
        told.mind().iter().any(|it| it.contains("no policy for the role")),
        "{:?}",
        told.mind()
    );
}

#[tokio::test]
async fn values_that_are_left_open_have_a_plan_on_every_version() {
    let (test, mut workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    let statement =
        "SELECT * FROM mails WHERE id = $1 AND state = $2 AND now() - interval $3 < now()";
    let told = explained(&database, acting(), statement, false).await.unwrap();
    assert!(told.generic);
    let texts: Vec<_> =
        told.plan.nodes().iter().flat_map(|it| &it.conditions).map(|it| it.text.clone()).collect();
    assert!(texts.iter().any(|it| it.contains("(mails.id = $1)")), "{texts:?}");
    assert!(texts.iter().any(|it| it.contains("$2")), "{texts:?}");
    assert!(texts.iter().any(|it| it.contains("(now() - $3)")), "{texts:?}");
    assert_eq!(told.tables[0].found, Found::All, "{texts:?}");
    // Nothing stays behind for whoever gets the session next.
    for identity in [acting(), Identity::Observer] {
        let rows = database.door.read(&identity, &purview::pg::Sql::new("SELECT count(*)::text FROM pg_catalog.pg_prepared_statements WHERE name = 'purview_plan'"), &Run::new()).await.unwrap();
        assert_eq!(rows.scalar(), Some("0"));
    }
    let partitions = explained(&database, acting(), "SELECT * FROM parts WHERE at = $1", false);
    let partitions = partitions.await.unwrap();
    let version = workshop.script("SELECT current_setting('server_version_num')").await.unwrap();
    if version[0][0].as_deref().unwrap() >= "160000" {
        assert_eq!(partitions.plan.root.nodes.len(), 2, "no partition is left out for a NULL");
    }
    let run = explained(&database, acting(), "SELECT * FROM mails WHERE id = $1", true).await;
    assert_eq!(run.unwrap_err().kind, Kind::Usage);
}

#[tokio::test]
async fn what_is_measured_only_reads_and_agrees_with_what_is_there() {
    let (test, mut workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    let statement = "SELECT * FROM mails WHERE state = 'new'";
    let told = explained(&database, acting(), statement, true).await.unwrap();
    let counted = "BEGIN; SET LOCAL search_path = x; SELECT set_config('app.me', '7', true); SET LOCAL ROLE org_assistant_app; \
                   SELECT count(*)::text FROM mails WHERE state = 'new'; ROLLBACK";
    let rows = workshop.script(counted).await.unwrap();
    let measure = told.plan.root.measure.unwrap();
    assert_eq!(
        format!("{:.0}", measure.rows * measure.loops),
        rows.last().unwrap()[0].clone().unwrap()
    );
    assert!(told.plan.execution_ms.is_some());
    assert!(told.plan.nodes().iter().any(|node| node.marks.contains(&Mark::Slowest)));
    for statement in [
        "DELETE FROM files",
        "WITH d AS (DELETE FROM files RETURNING id) SELECT * FROM d",
        "SELECT * FROM files FOR UPDATE",
        "SELECT pg_terminate_backend(pg_backend_pid())",
    ] {
        let problem = explained(&database, acting(), statement, true).await.unwrap_err();
        assert_eq!(problem.kind, Kind::Usage, "{statement}: {problem}");
    }
    // What a parse cannot see the server refuses: the transaction only reads.
    workshop
        .script("CREATE FUNCTION x.sly() RETURNS int LANGUAGE sql AS 'DELETE FROM x.files RETURNING 1'; ")
        .await
        .unwrap();
    let problem = explained(&database, acting(), "SELECT x.sly()", true).await.unwrap_err();
    assert_eq!(problem.sqlstate.as_deref(), Some("25006"));
    let rows = workshop.script("SELECT count(*)::text FROM x.files").await.unwrap();
    assert_eq!(rows[0][0].as_deref(), Some("3000"));
}

#[tokio::test]
async fn a_measurement_ends_on_the_server_when_it_is_cancelled() {
    let (test, mut workshop) = world().await;
    let database = open(&test, LoginKind::Support).await;
    for identity in [acting(), Identity::Observer] {
        let statement = "SELECT count(*) FROM generate_series(1, 10000000000) of_them";
        let run = Run::new();
        let question = PlanOf { statement: statement.to_owned(), measured: true };
        let asked = question.ask(Arc::clone(&database), identity, run.clone());
        let asked = tokio::spawn(asked);
        let busy = "SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'EXPLAIN%of_them'";
        let mut is_busy = async || {
            let rows = workshop.script(busy).await.unwrap();
            rows[0][0].as_deref() != Some("0")
        };
        while !is_busy().await {
            tokio::task::yield_now().await;
        }
        run.cancel().await.unwrap();
        assert_eq!(asked.await.unwrap().unwrap_err().kind, Kind::Cancelled);
        assert!(!is_busy().await);
    }
}

#[tokio::test]
async fn what_others_wrote_does_not_run_with_the_rights_of_the_login() {
    let (test, mut workshop) = world().await;
    workshop
        .script(
            "CREATE TABLE x.caught (who text); GRANT INSERT ON x.caught TO PUBLIC; GRANT CREATE ON SCHEMA x TO org_assistant_app; SET ROLE org_assistant_app; \
             CREATE FUNCTION x.trap() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$; RESET ROLE",
        )
        .await
        .unwrap();
    for login in [LoginKind::Superuser, LoginKind::Dba] {
        let database = open(&test, login).await;
        let statement = "SELECT * FROM x.people WHERE id = x.trap()";
        let problem = explained(&database, Identity::Observer, statement, false).await.unwrap_err();
        assert_eq!(problem.kind, Kind::Permission, "{problem}");
        assert!(problem.summary.contains("x.trap"), "{problem}");
        if database.door.probe().restricts_relations {
            let view =
                explained(&database, Identity::Observer, "SELECT * FROM x.seen", false).await;
            assert!(view.unwrap_err().summary.contains("seen"));
        }
        let own = explained(&database, Identity::Observer, "SELECT * FROM x.people", false)
            .await
            .unwrap();
        assert_eq!(own.role, database.door.probe().login);
    }
    // As somebody it runs as them, behind the jail.
    let database = open(&test, LoginKind::Superuser).await;
    let statement = "SELECT * FROM x.people WHERE id = x.trap()";
    let problem = explained(&database, acting(), statement, false).await.unwrap_err();
    assert!(problem.summary.contains("ran as org_assistant_app"), "{problem}");
}

#[tokio::test]
async fn without_a_jail_nobody_is_explained_anything_as_somebody_else() {
    let (test, _workshop) = world().await;
    let login = test.login(LoginKind::Superuser);
    let path = tempfile::tempdir().unwrap();
    let journal = Journal::new(path.path().join("journal"), login.to_string());
    let door = Door::open(login, None, journal, anchor).await.unwrap();
    let database = Arc::new(Database::new(door, None));
    let problem = explained(&database, acting(), "SELECT 1", false).await.unwrap_err();
    assert_eq!(problem.kind, Kind::Permission);
    assert!(problem.hint.unwrap().contains("roles --print"));
}

#[tokio::test]
async fn a_login_that_policies_bind_sees_them_in_its_own_plans() {
    let (test, _workshop) = world().await;
    let database = open(&test, LoginKind::Dba).await;
    let told =
        explained(&database, Identity::Observer, "SELECT * FROM x.parts WHERE id > 9", false)
            .await
            .unwrap();
    assert_eq!(told.tables.len(), 1);
    assert_eq!(told.tables[0].found, Found::All);
}

#[tokio::test]
async fn the_command_line_prints_a_tree_or_an_object() {
    let (test, _workshop) = world().await;
    let program = Program::new()
        .with("PURVIEW_URL", test.url(LoginKind::Support))
        .with("PURVIEW_ACTING_URL", test.url(LoginKind::Jail));
    let whom = ["--role", "org_assistant_app", "--set", "app.me=7"];
    let statement = "SELECT * FROM x.mails m WHERE m.state = 'new'";
    let tree = program.run(["explain", statement].iter().chain(&whom));
    assert_eq!(tree.code, 0, "{}", tree.said);
    assert!(tree.out.contains("on x.mails m") && tree.out.contains(", policy: "), "{}", tree.out);
    let json = program.run(["explain", "--analyze", "-o", "json", statement].iter().chain(&whom));
    let told: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told["role"], "org_assistant_app");
    assert_eq!(told["tables"][0]["found"], "all");
    assert!(told["plan"]["execution_ms"].is_number());
    let file = program.home().join("q.sql");
    std::fs::write(&file, statement).unwrap();
    let read = program.run(["explain", "-f", file.to_str().unwrap()].iter().chain(&whom));
    assert_eq!(read.out, tree.out);
    let wrong = program.run(["explain", "--analyze", "DELETE FROM x.mails"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""), "{}", wrong.said);
}
