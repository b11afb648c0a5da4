//! Why somebody sees a row or not, on the three systems with row security: what is said is what the database does, and says why.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Identities, Users},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Identity, RelationName, Run, Sql, Workshop, quote_ident},
    question::Question,
    rls::{
        Check, Choice, Explain, Layout, Outcome, Presence, Row, Statement, Subject, Sweep, Why,
        catalog::RowSecurity,
        expression::Truth,
        tell,
        tree::{Node, Op},
    },
};

use crate::common;

/// How many users of each system are looked at.
const USERS: usize = 4;
/// How many rows of each table.
const ROWS: u64 = 60;

async fn open(system: System) -> (Arc<Database>, Workshop) {
    let test = common::database(system).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    (database, test.workshop().await)
}

/// A system that has policies only once its pending steps are taken.
async fn hardened(system: System) -> (Arc<Database>, Workshop) {
    let test = common::hardened(system).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    (database, test.workshop().await)
}

async fn candidates(database: &Arc<Database>) -> Vec<Candidate> {
    let query = Query { limit: 1000, ..Query::default() };
    let page = Ask { view: Users::default(), query }
        .ask(Arc::clone(database), Identity::Observer, Run::new())
        .await
        .unwrap();
    let step = page.items.len().div_ceil(USERS).max(1);
    let ids: BTreeSet<String> = page
        .items
        .iter()
        .step_by(step)
        .map(|item| page.value(item, "id").unwrap().to_owned())
        .collect();
    let mut candidates = Vec::new();
    for user in ids {
        let question = Identities { user };
        candidates.extend(
            question
                .ask(Arc::clone(database), Identity::Observer, Run::new())
                .await
                .unwrap()
                .candidates,
        );
    }
    candidates
}

fn acting(candidate: &Candidate) -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: candidate.role.clone(),
        settings: candidate.settings.clone(),
        search_path: None,
        person: Some(candidate.person.clone()),
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

/// The tables with row security.
async fn guarded(workshop: &mut Workshop) -> Vec<RelationName> {
    let sql = Sql::new(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, 2",
    );
    let rows = workshop.fetch(&sql).await.unwrap().rows;
    rows.into_iter()
        .map(|mut row| {
            let name = row.pop().flatten().unwrap();
            RelationName::new(row.pop().flatten().unwrap(), name)
        })
        .collect()
}

/// How many rows the user sees, asked without purview; or the error.
async fn really_visible(
    workshop: &mut Workshop,
    acting: &Acting,
    table: &RelationName,
) -> Result<String, String> {
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let settings = acting.settings.iter();
    let settings: Vec<_> =
        settings.map(|(name, value)| format!("SET LOCAL {name} = {}; ", literal(value))).collect();
    let settings = settings.concat();
    let script = format!(
        "BEGIN; {settings}SET LOCAL ROLE {}; SELECT count(*)::text FROM {}",
        quote_ident(&acting.role),
        table.quoted()
    );
    let outcome = workshop.script(&script).await;
    workshop.script("ROLLBACK").await.unwrap();
    outcome.map(|rows| rows[0][0].clone().unwrap()).map_err(|problem| problem.sqlstate.unwrap())
}

async fn every_table_agrees(system: System) -> u64 {
    let (database, mut workshop) = if matches!(system, System::Sekretarka | System::Rishi) {
        hardened(system).await
    } else {
        open(system).await
    };
    let tables = guarded(&mut workshop).await;
    assert!(!tables.is_empty());
    let mut compared = 0;
    for candidate in candidates(&database).await {
        let acting = acting(&candidate);
        for table in &tables {
            let real = really_visible(&mut workshop, &acting, table).await;
            let run = Run::new();
            let mut trial = database.door.trial(&acting, &run).await.unwrap();
            let subject =
                Subject::open(&mut trial, &database, table, &acting.role, &run).await.unwrap();
            let rows = subject.rows(&mut trial, &Choice::All, 100_000).await.unwrap();
            let all: Vec<(Option<&Row>, Option<&Row>)> =
                rows.iter().map(|row| (Some(row), None)).collect();
            let visible =
                subject.judge(&mut trial, Statement::Select, &all, &[], true).await.unwrap();
            let allowed =
                visible.iter().filter(|one| one.predicted.outcome == Outcome::Allowed).count();
            match &real {
                Ok(count) => assert_eq!(
                    allowed.to_string(),
                    *count,
                    "{system}: {table} as {}",
                    candidate.person.label
                ),
                Err(code) => {
                    // A list may fail on another row; where all rows are judged alike it is the same error.
                    assert!(
                        rows.is_empty()
                            || visible.iter().any(|one| one.predicted.sqlstate() == Some(code)),
                        "{system}: {table}: {code}"
                    );
                }
            }
            for statement in [
                Statement::Select,
                Statement::Insert,
                Statement::Update,
                Statement::Delete,
                Statement::SelectForUpdate,
            ] {
                let some = &rows[..rows.len().min(ROWS as usize)];
                let cases: Vec<(Option<&Row>, Option<&Row>)> = some
                    .iter()
                    .map(|row| {
                        (
                            Some(row).filter(|_| statement.needs_old()),
                            Some(row).filter(|_| statement.makes_new()),
                        )
                    })
                    .collect();
                for (row, judged) in some
                    .iter()
                    .zip(subject.judge(&mut trial, statement, &cases, &[], true).await.unwrap())
                {
                    let trigger =
                        judged.labels.iter().any(|label| label.starts_with("the trigger"));
                    assert!(
                        judged.agrees == Some(true) || trigger,
                        "{system}: {statement} {table} {:?} as {}: {judged:?}",
                        row.key,
                        candidate.person.label
                    );
                    compared += 1;
                }
            }
            trial.end().await.unwrap();
            compared += rows.len() as u64;
        }
    }
    compared
}

#[tokio::test]
async fn every_guarded_table_of_org_assistant_agrees() {
    assert!(every_table_agrees(System::OrgAssistant).await > 1000);
}

#[tokio::test]
async fn every_guarded_table_of_jenifer_agrees() {
    assert!(every_table_agrees(System::Jenifer).await > 500);
}

#[tokio::test]
async fn every_guarded_table_of_hastecrm_agrees() {
    assert!(every_table_agrees(System::Hastecrm).await > 500);
}

#[tokio::test]
async fn every_guarded_table_of_sekretarka_agrees() {
    assert!(every_table_agrees(System::Sekretarka).await > 500);
}

#[tokio::test]
async fn every_guarded_table_of_rishi_agrees() {
    assert!(every_table_agrees(System::Rishi).await > 500);
}

/// Every inner value of a tree is its children's, combined, and the whole is what the server says the whole is.
fn folds(node: &Node) -> Option<bool> {
    let children: Vec<_> = node.children.iter().map(folds).collect();
    let value = match node.op {
        Op::And => Truth::all(children),
        Op::Or => Truth::any(children),
        Op::Not => children[0].not(),
        Op::Leaf => node.value.truth(),
    };
    assert_eq!(value, node.value.truth(), "{}", node.text);
    value
}

async fn explained(database: &Arc<Database>, identity: &Identity, explain: Explain) -> Vec<Why> {
    explain.ask(Arc::clone(database), identity.clone(), Run::new()).await.unwrap()
}

fn why(table: &str, choice: Choice) -> Explain {
    Explain {
        table: table.parse().unwrap(),
        choice,
        statement: Statement::Select,
        edits: Vec::new(),
        check: Check::Writes,
        most: 40,
    }
}

#[tokio::test]
async fn leaves_fold_to_the_whole_and_the_gates_to_the_verdict() {
    const STATEMENTS: [(Statement, u64); 4] = [
        (Statement::Select, 12),
        (Statement::InsertReturning, 2),
        (Statement::Update, 2),
        (Statement::Delete, 2),
    ];
    for system in System::ALL {
        let (database, mut workshop) = if matches!(system, System::Sekretarka | System::Rishi) {
            hardened(system).await
        } else {
            open(system).await
        };
        let candidate = candidates(&database).await.remove(0);
        let identity = Identity::Acting(acting(&candidate));
        let tables = guarded(&mut workshop).await;
        for (table, (statement, most)) in
            tables.into_iter().flat_map(|table| STATEMENTS.map(|it| (table.clone(), it)))
        {
            let question = Explain {
                table: table.clone(),
                most,
                statement,
                check: Check::Nothing,
                ..why("t", Choice::All)
            };
            for answer in explained(&database, &identity, question).await {
                for policy in answer.gates.iter().flat_map(|gate| &gate.policies) {
                    if policy.value.word() != "error" {
                        assert_eq!(
                            folds(&policy.expression),
                            policy.value.truth(),
                            "{system} {table} {}",
                            policy.policy
                        );
                    }
                }
                let error = answer.gates.iter().any(|gate| gate.passes().is_none());
                if let (Some(outcome @ (Outcome::Allowed | Outcome::Filtered)), false) =
                    (answer.predicted, error)
                {
                    let passes = answer.gates.iter().all(|gate| gate.passes() == Some(true));
                    assert_eq!(passes, outcome == Outcome::Allowed, "{system} {table} {answer:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn hidden_visible_and_not_there_are_three_answers() {
    let (database, mut workshop) = open(System::OrgAssistant).await;
    let nobody = Choice::Key(vec!["00000000-0000-0000-0000-0000000000ff".into()]);
    let mut seen = BTreeSet::new();
    for candidate in candidates(&database).await {
        let acting = acting(&candidate);
        let identity = Identity::Acting(Arc::clone(&acting));
        let absent =
            explained(&database, &identity, why("public.emails", nobody.clone())).await.remove(0);
        assert_eq!((absent.presence, absent.predicted), (Presence::Absent, None));
        for answer in explained(&database, &identity, why("public.emails", Choice::All)).await {
            assert_eq!(answer.presence, Presence::There);
            assert_eq!(answer.agrees, Some(true), "{answer:?}");
            seen.insert(answer.predicted.unwrap());
            let text = tell(&answer, Layout::Text);
            assert!(text.contains("it agrees"), "{text}");
            let json = serde_json::to_value(&answer).unwrap();
            for field in [
                "schema",
                "table",
                "key",
                "command",
                "predicted",
                "actual",
                "agrees",
                "sqlstate",
                "label",
                "gates",
            ] {
                assert!(json.get(field).is_some(), "{field}");
            }
            if answer.predicted == Some(Outcome::Filtered) {
                assert!(answer.because.contains("hidden"), "{}", answer.because);
            }
        }
        let visible =
            really_visible(&mut workshop, &acting, &"public.emails".parse().unwrap()).await;
        assert!(visible.is_ok());
    }
    assert_eq!(seen, BTreeSet::from([Outcome::Allowed, Outcome::Filtered]));
}

#[tokio::test]
async fn a_table_without_policies_says_that_nothing_is_permitted() {
    let (database, _) = open(System::OrgAssistant).await;
    let candidate = candidates(&database).await.remove(0);
    let identity = Identity::Acting(acting(&candidate));
    let answer =
        explained(&database, &identity, why("public.messages", Choice::All)).await.remove(0);
    assert_eq!(answer.row_security, RowSecurity::On);
    assert!(answer.gates[0].default_deny);
    assert!(answer.because.contains("what nothing permits is denied"), "{}", answer.because);
}

/// A small schema in which a row is hidden by another table's policy.
const NESTED: &str = "
CREATE SCHEMA n; GRANT USAGE ON SCHEMA n TO PUBLIC;
CREATE TABLE n.teams (id int PRIMARY KEY, name text); INSERT INTO n.teams VALUES (1, 'Sales'), (2, 'HR');
CREATE TABLE n.members (team_id int, who text); INSERT INTO n.members VALUES (1, 'ann'), (2, 'ann');
CREATE TABLE n.docs (id int PRIMARY KEY, team_id int REFERENCES n.teams, title text, secret text, twice int GENERATED ALWAYS AS (team_id * 2) STORED);
INSERT INTO n.docs VALUES (1, 1, 'one', 'x'), (2, 2, 'two', 'y');
ALTER TABLE n.docs ENABLE ROW LEVEL SECURITY; ALTER TABLE n.members ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON n.docs USING (team_id IN (SELECT m.team_id FROM n.members m WHERE m.who = current_setting('app.who')));
CREATE POLICY open ON n.docs AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (twice < 4);
CREATE POLICY sales_only ON n.members USING (team_id = 1);
CREATE VIEW n.titles AS SELECT id, title FROM n.docs;
DO $$ BEGIN CREATE ROLE n_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA n TO n_app; GRANT n_app TO purview_jail;
GRANT USAGE ON SCHEMA n TO purview_support; GRANT SELECT ON ALL TABLES IN SCHEMA n TO purview_support";

async fn nested() -> (Arc<Database>, Identity) {
    nested_with("").await
}

/// The same, and what `more` makes of it.
async fn nested_with(more: &str) -> (Arc<Database>, Identity) {
    let test = common::empty_database().await;
    test.workshop().await.script(&format!("{NESTED}; {more}")).await.unwrap();
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::new(door, None));
    (database, Identity::Acting(n_app()))
}

/// Ann, as the application asks for her.
fn n_app() -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: "n_app".into(),
        settings: vec![("app.who".parse().unwrap(), "ann".into())],
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

#[tokio::test]
async fn what_is_hidden_behind_another_tables_policy_is_told_and_keys_have_names() {
    let (database, identity) = nested().await;
    let key = |key: &str| Choice::Key(vec![key.into()]);
    let hidden = explained(&database, &identity, why("n.docs", key("2"))).await.remove(0);
    assert_eq!((hidden.predicted, hidden.agrees), (Some(Outcome::Filtered), Some(true)));
    let leaf = &hidden.gates[0].policies[0].expression;
    assert_eq!(leaf.hidden.as_ref().and_then(|hidden| hidden.matters), Some(true), "{leaf:?}");
    assert_eq!(leaf.operands[0].name.as_deref(), Some("HR"));
    assert_eq!(leaf.operands[1].value.as_deref(), Some("{1}"));
    assert_eq!(leaf.operands[1].name.as_deref(), Some("{Sales}"));
    assert_eq!(hidden.turns.len(), 1);
    let shown = explained(&database, &identity, why("n.docs", key("1"))).await.remove(0);
    assert_eq!(shown.predicted, Some(Outcome::Allowed));
    assert!(shown.because.contains("let through by `member`"), "{}", shown.because);
    insta::assert_snapshot!("why", tell(&hidden, Layout::Text));
    insta::assert_snapshot!("why_markdown", tell(&hidden, Layout::Markdown));
}

#[tokio::test]
async fn an_edited_row_is_tried_with_what_is_computed_from_it() {
    let (database, identity) = nested().await;
    let question = |value: &str| Explain {
        statement: Statement::Update,
        edits: vec![("team_id".into(), Some(value.into()))],
        ..why("n.docs", Choice::Key(vec!["1".into()]))
    };
    let same = explained(&database, &identity, question("1")).await.remove(0);
    assert_eq!((same.predicted, same.agrees), (Some(Outcome::Allowed), Some(true)), "{same:?}");
    let other = explained(&database, &identity, question("2")).await.remove(0);
    assert_eq!((other.predicted, other.agrees), (Some(Outcome::Refused), Some(true)), "{other:?}");
}

#[tokio::test]
async fn what_only_commit_would_refuse_is_refused_when_it_is_tried() {
    let delete = |key: &str| Explain {
        statement: Statement::Delete,
        ..why("n.docs", Choice::Key(vec![key.into()]))
    };
    for (when, at_commit) in [("", false), (" DEFERRABLE INITIALLY DEFERRED", true)] {
        let more = format!(
            "CREATE TABLE n.notes (doc_id int REFERENCES n.docs{when}); INSERT INTO n.notes VALUES (1); \
             UPDATE n.docs SET team_id = 1"
        );
        let (database, identity) = nested_with(&more).await;
        let noted = explained(&database, &identity, delete("1")).await.remove(0);
        assert_eq!(noted.predicted, Some(Outcome::Allowed));
        assert_eq!((noted.actual, noted.agrees), (Some(Outcome::Error), Some(true)), "{noted:?}");
        let said = noted.actual_message.unwrap();
        assert!(said.contains("notes_doc_id_fkey"), "{said}");
        assert_eq!(said.contains("COMMIT"), at_commit, "{said}");
        let free = explained(&database, &identity, delete("2")).await.remove(0);
        assert_eq!((free.actual, free.agrees), (Some(Outcome::Allowed), Some(true)), "{free:?}");
    }
}

#[tokio::test]
async fn a_key_that_no_row_can_have_is_told_with_what_the_key_is() {
    let (database, identity) = nested().await;
    let question = why("n.docs", Choice::Key(vec!["INV-1".into()]));
    let problem = question.ask(database, identity, Run::new()).await.unwrap_err();
    let hint = problem.hint.unwrap();
    assert!(hint.starts_with("`n.docs` is known by: id (") && hint.ends_with("int4)"), "{hint}");
}

#[tokio::test]
async fn what_would_write_is_not_tried_unasked_and_never_where_nothing_may_be_written() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(NESTED).await.unwrap();
    // What a trigger did outside of the transaction stays: a sequence shows whether one ran.
    workshop
        .script(
            "CREATE SEQUENCE n.ran; GRANT USAGE ON SEQUENCE n.ran TO n_app; \
             CREATE FUNCTION n.count() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM nextval('n.ran'); RETURN NEW; END $f$; \
             CREATE TRIGGER counts BEFORE INSERT OR UPDATE ON n.docs FOR EACH ROW EXECUTE FUNCTION n.count()",
        )
        .await
        .unwrap();
    let mut ran = async || {
        let rows = workshop.fetch(&Sql::new("SELECT is_called::text FROM n.ran")).await.unwrap();
        rows.scalar() == Some("true")
    };
    let (_, identity) = nested().await;
    let door = test.door(LoginKind::Support).await;
    let open = Arc::new(Database::new(door, None));
    let door = test.door(LoginKind::Support).await.read_only(true);
    let shut = Arc::new(Database::new(door, None));
    let question = |check, statement| {
        let key = Choice::Key(vec!["1".into()]);
        Explain { check, statement, ..why("n.docs", key) }
    };
    for database in [&open, &shut] {
        for statement in Statement::ALL {
            for check in [Check::Nothing, Check::Reads] {
                let question = question(check, statement);
                let answer = explained(database, &identity, question).await.remove(0);
                assert_eq!(answer.actual.is_some(), check.covers(statement), "{statement}");
            }
        }
        assert!(!ran().await);
    }
    let tried = question(Check::Writes, Statement::Update);
    let refused = tried.clone().ask(shut, identity.clone(), Run::new()).await.unwrap_err();
    assert_eq!(refused.exit_code(), 4, "{refused}");
    assert!(refused.summary.contains("read only") && !ran().await);
    let answer = explained(&open, &identity, tried).await.remove(0);
    assert_eq!(answer.agrees, Some(true));
    assert!(ran().await, "the test would not notice a trigger");
}

#[tokio::test]
async fn a_view_says_with_whose_rights_it_reads() {
    let (database, identity) = nested().await;
    let answer = explained(&database, &identity, why("n.titles", Choice::All)).await.remove(0);
    assert_eq!((answer.presence, answer.actual), (Presence::Unknown, Some(Outcome::Allowed)));
    assert_eq!(answer.through.len(), 1);
    assert_eq!(answer.through[0].row_security, RowSecurity::Superuser);
    // A view reads as whoever made it, before version 15 always.
    if database.door.probe().major() < 15 {
        return;
    }
    let asked = "CREATE VIEW n.asked WITH (security_invoker) AS SELECT id FROM n.docs; GRANT SELECT ON n.asked TO n_app";
    let (database, identity) = nested_with(asked).await;
    let answer = explained(&database, &identity, why("n.asked", Choice::All)).await.remove(0);
    let through = &answer.through[0];
    assert_eq!((&*through.role, through.row_security), ("n_app", RowSecurity::On));
}

#[tokio::test]
async fn where_a_row_lies_tells_nothing_about_another_one() {
    let parts = "CREATE TABLE n.parts (id int PRIMARY KEY) PARTITION BY RANGE (id); \
        CREATE TABLE n.low PARTITION OF n.parts FOR VALUES FROM (0) TO (10); CREATE TABLE n.high PARTITION OF n.parts FOR VALUES FROM (10) TO (20); \
        INSERT INTO n.parts VALUES (1), (11); ALTER TABLE n.parts ENABLE ROW LEVEL SECURITY; \
        CREATE POLICY high ON n.parts USING (tableoid = 'n.high'::regclass); GRANT SELECT ON n.parts, n.low, n.high TO n_app, purview_support";
    let (database, identity) = nested_with(parts).await;
    let mut lines = Vec::new();
    let sweep = Sweep {
        table: "n.parts".parse().unwrap(),
        choice: Choice::All,
        statements: vec![Statement::Select],
        check: Check::Reads,
    };
    let tell = |line: purview::rls::Line| {
        lines.push((line.predicted, line.agrees));
        Ok(true)
    };
    sweep.run(&database, &identity, &Run::new(), tell).await.unwrap();
    assert_eq!(lines, [(Outcome::Filtered, Some(true)), (Outcome::Allowed, Some(true))]);
}

#[tokio::test]
async fn what_an_attempt_leaves_on_a_row_is_said_to_be_no_more_than_that() {
    for column in ["xmax", "cmin", "cmax"] {
        let test = common::empty_database().await;
        let mut workshop = test.workshop().await;
        let table = format!(
            "{NESTED}; CREATE TABLE n.touched (id int PRIMARY KEY); INSERT INTO n.touched VALUES (1); ALTER TABLE n.touched ENABLE ROW LEVEL SECURITY; \
             CREATE POLICY untouched ON n.touched USING ({column}::text = '0'); GRANT SELECT ON n.touched TO n_app, purview_support"
        );
        // A row that its own transaction wrote with the first of its statements.
        workshop.script(&table).await.unwrap();
        workshop.script("TRUNCATE n.touched").await.unwrap();
        workshop.script("INSERT INTO n.touched VALUES (1)").await.unwrap();
        let door = test.door(LoginKind::Support).await;
        let database = Arc::new(Database::new(door, None));
        let identity = Identity::Acting(n_app());
        let question = Explain { check: Check::Reads, ..why("n.touched", Choice::All) };
        let mut outcomes = Vec::new();
        for _ in 0..2 {
            let answer = explained(&database, &identity, question.clone()).await.remove(0);
            assert_eq!(answer.agrees, Some(true), "{answer:?}");
            let label = answer.label.unwrap();
            assert!(
                label.contains(&format!(
                    "looks at the {column} of a row, which is another one as soon as somebody"
                )),
                "{label}"
            );
            outcomes.push(answer.predicted.unwrap());
            workshop
                .script(
                    "BEGIN; INSERT INTO n.teams VALUES (3, 'x'); DELETE FROM n.touched; ROLLBACK",
                )
                .await
                .unwrap();
        }
        assert_eq!(outcomes, [Outcome::Allowed, Outcome::Filtered], "{column}");
    }
}

#[tokio::test]
async fn every_row_is_judged_under_every_command() {
    let (database, identity) = nested().await;
    let statements =
        vec![Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];
    let sweep = Sweep {
        table: "n.docs".parse().unwrap(),
        choice: Choice::All,
        statements,
        check: Check::Writes,
    };
    let mut lines = Vec::new();
    sweep
        .run(&database, &identity, &Run::new(), |line| {
            lines.push(line);
            Ok(true)
        })
        .await
        .unwrap();
    assert_eq!(lines.len(), 8);
    assert!(lines.iter().all(|line| line.agrees == Some(true)), "{lines:?}");
    let told: Vec<_> = lines
        .iter()
        .map(|line| format!("{} {} {}", line.key["id"], line.command, line.predicted))
        .collect();
    assert_eq!(
        told,
        [
            "\"1\" select allowed",
            "\"1\" insert allowed",
            "\"1\" update allowed",
            "\"1\" delete allowed",
            "\"2\" select filtered",
            "\"2\" insert refused",
            "\"2\" update filtered",
            "\"2\" delete filtered"
        ]
    );
}
