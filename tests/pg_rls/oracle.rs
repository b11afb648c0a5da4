//! What the evaluator predicts is what the real statement does: generated tables, policies, roles and identities, every statement, every row.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::Duration;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use purview::{
    database::Database,
    demo::LoginKind,
    pg::{Acting, Door, Identity, Journal, RelationName, Run, Sql, Trial, Workshop},
    question::Question as _,
    rls::{
        Check, Choice, Explain, Judged, Outcome, Row, Statement, Subject,
        expression::Truth,
        gate::Set,
        tree::{Node, Op, PolicyNode, Worth},
    },
};

use crate::common;
use crate::rls_world::{Actor, ROLES, Shape, World, world};

/// How many comparisons there have to be at least in each half of the worlds.
const ENOUGH: u64 = 10_000;

/// How many policies there have to be at least in each half whose leaves were folded.
const FOLDED: u64 = 50;

/// After how many worlds nobody waits any more for what has not come up.
const TOO_MANY: u64 = 20_000;

/// What was counted.
#[derive(Default)]
struct Count {
    compared: u64,
    /// Verdicts that say themselves that trying again may end otherwise.
    apart: u64,
    /// Statements that fail as they should, with another error of those that they have.
    other_error: u64,
    checked: u64,
    /// Policies whose leaves, folded, were compared with the whole.
    folded: u64,
    /// Worlds that were made, be they compared or not.
    worlds: u64,
    /// Worlds in which something is found.
    features: BTreeMap<&'static str, u64>,
    by_outcome: BTreeMap<Outcome, u64>,
    by_statement: BTreeMap<Statement, u64>,
}

impl Count {
    /// Whether that is enough: `wanted` comparisons, and something of everything; where something does not come up, not for ever.
    fn is_enough(&self, wanted: u64) -> bool {
        let covered = self.folded >= FOLDED && self.features.values().all(|worlds| *worlds > 0);
        self.compared >= wanted && (covered || self.worlds >= TOO_MANY)
    }

    /// Whether to compare `world`: once there are `wanted` comparisons, only for what has not come up yet.
    fn is_of_use(&self, world: &World, wanted: u64) -> bool {
        let is_new = |(feature, found)| found && self.features.get(feature) == Some(&0);
        self.compared < wanted || self.folded < FOLDED || world.features().into_iter().any(is_new)
    }
}

/// Tries statements one by one as a role, each after what makes the table ready for it, undoes all of that, and says what came of it.
const TRY: &str = "
CREATE FUNCTION public.oracle_try(actor text, app_user text, app_tenant text, statements text[], before text[]) RETURNS SETOF text LANGUAGE plpgsql AS $f$
DECLARE statement text; ready text; touched bigint;
BEGIN
  FOR statement, ready IN SELECT s, b FROM ROWS FROM (unnest(statements), unnest(before)) AS of(s, b) LOOP
    BEGIN
      IF ready IS NOT NULL THEN EXECUTE ready; END IF;
      PERFORM set_config('app.user', app_user, true), set_config('app.tenant', app_tenant, true), set_config('role', actor, true);
      EXECUTE statement;
      GET DIAGNOSTICS touched = ROW_COUNT;
      RAISE EXCEPTION USING ERRCODE = 'PV000', MESSAGE = touched::text;
    EXCEPTION WHEN OTHERS THEN
      RETURN NEXT SQLSTATE || ' ' || SQLERRM;
    END;
  END LOOP;
END $f$";

struct Oracle {
    database: Arc<Database>,
    workshop: Workshop,
    count: Count,
    /// Where the journal is.
    _folder: tempfile::TempDir,
}

impl Oracle {
    async fn open() -> Self {
        let test = common::empty_database().await;
        let mut workshop = test.workshop().await;
        workshop.script(ROLES).await.unwrap();
        workshop.script(TRY).await.unwrap();
        let folder = passing_folder();
        let journal = Journal::new(folder.path().join("journal"), "oracle");
        let (login, jail) = (test.login(LoginKind::Superuser), test.login(LoginKind::Jail));
        let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
        Self {
            database: Arc::new(Database::new(door, None)),
            workshop,
            count: Count::default(),
            _folder: folder,
        }
    }

    async fn compare(&mut self, world: &World) -> Result<(), String> {
        self.workshop
            .script(&world.script())
            .await
            .map_err(|problem| format!("{problem}\n{}", world.script()))?;
        self.database.forget().await;
        for (feature, found) in world.features() {
            *self.count.features.entry(feature).or_default() += u64::from(found);
        }
        // Every try leaves its mark on a row, which a policy may look at; then what is predicted is predicted right before.
        let marked = world.looks_at_changes();
        let at_once = if marked { 1 } else { Statement::ALL.len() };
        for (at, actor) in world.actors.iter().enumerate() {
            for statements in Statement::ALL.chunks(at_once) {
                let check = at == 0 && !marked;
                if self.compare_as(world, actor, statements, check).await.is_err() {
                    // Beside the real statement the verdict may say itself that it is not the last word.
                    self.compare_as(world, actor, statements, true).await?;
                }
            }
        }
        self.fold(world).await
    }

    /// Whether the leaves of every policy, folded, are what the server makes of the whole, and the policies what it makes of the gate.
    async fn fold(&mut self, world: &World) -> Result<(), String> {
        let any = world.rows.len() * 5 + world.policies.len() * 3 + world.actors.len() * 7;
        let statement = Statement::ALL[any % Statement::ALL.len()];
        if self.database.door.probe().major() < statement.since() {
            return Ok(());
        }
        let acting = acting(&world.actors[0]);
        let question = Explain {
            table: RelationName::new("w", world.table_name()),
            choice: Choice::All,
            statement,
            edits: Vec::new(),
            check: Check::Nothing,
            most: 4,
        };
        let asked =
            question.ask(Arc::clone(&self.database), Identity::Acting(acting), Run::new()).await;
        // Who cannot even name the table is told so, which is compared above.
        let Ok(whys) = asked else { return Ok(()) };
        for gate in whys.iter().flat_map(|why| &why.gates) {
            let told = |what: &str| format!("{what}\n{gate:#?}\n{}", world.script());
            let fails = |value: &Worth| matches!(value, Worth::Error { .. });
            for policy in &gate.policies {
                let leaf_fails = policy.expression.leaves().iter().any(|leaf| fails(&leaf.value));
                if fails(&policy.value) || leaf_fails {
                    continue;
                }
                self.count.folded += 1;
                if folded(&policy.expression) != policy.value.truth() {
                    return Err(told("the leaves are not the whole"));
                }
            }
            let holds = |it: &PolicyNode| it.value.truth() == Some(true);
            let passes = gate.policies.iter().filter(|it| it.permissive).any(holds)
                && gate.policies.iter().filter(|it| !it.permissive).all(holds);
            let any_fails = gate.policies.iter().any(|it| fails(&it.value));
            if !any_fails && gate.passes() != Some(passes) {
                return Err(told("the policies are not the gate"));
            }
        }
        Ok(())
    }

    async fn compare_as(
        &mut self,
        world: &World,
        actor: &Actor,
        statements: &[Statement],
        check: bool,
    ) -> Result<(), String> {
        let acting = acting(actor);
        let database = Arc::clone(&self.database);
        let say = |problem: purview::pg::Problem| format!("{problem:?}");
        let run = Run::new();
        let mut trial = database.door.trial(&acting, &run).await.map_err(say)?;
        let name = RelationName::new("w", world.table_name());
        let subject =
            Subject::open(&mut trial, &database, &name, &acting.role, &run).await.map_err(say)?;
        let rows = subject.rows(&mut trial, &Choice::All, 100).await.map_err(say)?;
        let mut tried = Vec::new();
        let mut made: HashMap<_, Vec<Row>> = HashMap::new();
        for &statement in statements {
            // Who does not inherit the right to name a file on the server is refused for that.
            let copies = matches!(statement, Statement::CopyTo | Statement::CopyFrom);
            if copies && matches!(actor.role, "w_distant" | "w_apart") {
                continue;
            }
            if database.door.probe().major() < statement.since() {
                continue;
            }
            let edits = edits(statement);
            let edited: Vec<String> = edits.iter().map(|(name, _)| name.clone()).collect();
            // Statements that write the same rows are tried with the same rows.
            let inserts = statement.gates().iter().any(|gate| gate.set == Set::Insert);
            let sort = (statement.makes_new(), inserts, is_new(statement), edited.clone());
            if !made.contains_key(&sort) {
                let all = if statement.makes_new() { edits } else { Vec::new() };
                let bases = rows.iter().map(|row| base(row, statement)).collect::<Vec<_>>();
                let news = news(&subject, &mut trial, &bases, statement, &all).await;
                made.insert(sort.clone(), news);
            }
            let news = &made[&sort];
            let cases: Vec<(Option<&Row>, Option<&Row>)> =
                rows.iter().zip(news).map(|(old, new)| (Some(old), Some(new))).collect();
            let judged =
                subject.judge(&mut trial, statement, &cases, &edited, check).await.map_err(say)?;
            tried.push((statement, judged));
        }
        trial.end().await.unwrap();
        for (statement, judged) in tried {
            let real = self.real(world, actor, statement, &rows).await;
            self.settle(world, actor, statement, &rows, &judged, &real)?;
        }
        Ok(())
    }

    /// What the server does with each row; where the statement has no WHERE, with each as the only one there is.
    async fn real(
        &mut self,
        world: &World,
        actor: &Actor,
        statement: Statement,
        rows: &[Row],
    ) -> Vec<String> {
        let statements: Vec<Option<String>> =
            rows.iter().map(|row| Some(sql(world, statement, row, actor))).collect();
        let alone = |row| whole(statement).then(|| only(world, row));
        let before: Vec<Option<String>> = rows.iter().map(alone).collect();
        let mut call = Sql::new("SELECT t FROM public.oracle_try(");
        call.bind(Some(actor.role), "text").push(", ").bind(Some(actor.user), "text").push(", ");
        call.bind(Some(actor.tenant), "text")
            .push(", ")
            .bind_list(&statements, "text[]")
            .push(", ")
            .bind_list(&before, "text[]")
            .push(") t");
        let found = self.workshop.fetch(&call).await.unwrap();
        found.rows.into_iter().map(|mut row| row.pop().flatten().unwrap()).collect()
    }

    fn settle(
        &mut self,
        world: &World,
        actor: &Actor,
        statement: Statement,
        rows: &[Row],
        judged: &[Judged],
        real: &[String],
    ) -> Result<(), String> {
        let told = |at: usize, judged: &Judged, real: &str| {
            let text = sql(world, statement, &rows[at], actor);
            format!(
                "{statement} as {actor:?}\n{text}\npredicted: {:?}\nchecked:   {:?}\nreal:      {real}\nlabels: {:?}\n{}",
                judged.predicted,
                judged.actual,
                judged.labels,
                world.script()
            )
        };
        for (at, (judged, real)) in judged.iter().zip(real).enumerate() {
            let expected = shown(judged);
            let found = match real.strip_prefix("PV000 ") {
                Some("0") if statement.needs_old() => "0".to_owned(),
                Some(_) => "1".to_owned(),
                None => real[..5].to_owned(),
            };
            let later = found.starts_with("23") && expected == "1";
            let labelled = says_itself(judged);
            let message = judged
                .predicted
                .gate
                .and(judged.predicted.problem.as_ref())
                .map(|it| it.summary.as_str());
            let another = message.filter(|message| real.get(6..) != Some(*message));
            if labelled && (expected != found || judged.agrees == Some(false) || another.is_some())
            {
                self.count.apart += 1;
                continue;
            }
            // Both are errors that come before any row is looked at; which one comes first depends on the rest of the statement, which is written otherwise.
            let is_error = |code: &str| !matches!(code, "0" | "1");
            if expected != found && judged.predicted.whole_statement && is_error(&found) {
                self.count.other_error += 1;
                continue;
            }
            if expected != found && !later {
                return Err(told(at, judged, real));
            }
            if let Some(message) = another {
                return Err(format!("another message: {message}\n{}", told(at, judged, real)));
            }
            if judged.agrees == Some(false) {
                return Err(format!("the check does not agree\n{}", told(at, judged, real)));
            }
            self.count.checked += u64::from(judged.agrees.is_some());
            self.count.compared += 1;
            *self.count.by_outcome.entry(judged.predicted.outcome).or_default() += 1;
            *self.count.by_statement.entry(statement).or_default() += 1;
        }
        Ok(())
    }
}

/// Whether the verdict says itself that trying again may end otherwise.
fn says_itself(judged: &Judged) -> bool {
    let is_apart =
        |label: &String| label.starts_with("policy `") || label.starts_with("an expression fails");
    judged.labels.iter().any(is_apart)
}

/// The value of a tree, out of nothing but the values of its leaves.
fn folded(node: &Node) -> Option<bool> {
    let children: Vec<_> = node.children.iter().map(folded).collect();
    match node.op {
        Op::And => Truth::all(children),
        Op::Or => Truth::any(children),
        Op::Not => children[0].not(),
        Op::Leaf => node.value.truth(),
    }
}

/// A folder in memory: a journal is written through to its disk with every statement, and here are a hundred thousand.
fn passing_folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.unwrap()
}

/// What is expected, in the words of what the server says.
fn shown(judged: &Judged) -> String {
    match judged.predicted.outcome {
        Outcome::Allowed => "1".into(),
        Outcome::Filtered => "0".into(),
        Outcome::Refused | Outcome::Error => judged.predicted.sqlstate().unwrap_or("?").to_owned(),
    }
}

const fn whole(statement: Statement) -> bool {
    matches!(statement, Statement::UpdateAll | Statement::DeleteAll)
}

/// Whether the statement writes a row with a key that is not there yet.
const fn is_new(statement: Statement) -> bool {
    matches!(
        statement,
        Statement::Insert
            | Statement::InsertReturning
            | Statement::UpsertInsert
            | Statement::MergeInsert
    )
}

/// The row that is written out of `row`, but for what is changed in it: with a key that is not there yet, if need be.
fn base(row: &Row, statement: Statement) -> Row {
    if !is_new(statement) {
        return row.clone();
    }
    let id = value(row, "id");
    let rest = row.text.strip_prefix(&format!("({id},")).unwrap();
    row.unwritten(format!("({id}00,{rest}"))
}

/// The rows that come out of `bases`; where the server computes none of them, each by itself, and the row of a stranger, who may not even name its type, is made by
/// nobody.
async fn news(
    subject: &Subject,
    trial: &mut Trial<'_>,
    bases: &[Row],
    statement: Statement,
    edits: &[(String, Option<String>)],
) -> Vec<Row> {
    if let Ok(news) = subject.edited_all(trial, bases, statement, edits).await {
        return news;
    }
    let mut news = Vec::new();
    for base in bases {
        let new = subject.edited(trial, base, statement, edits).await;
        news.push(new.unwrap_or_else(|_| base.clone()));
    }
    news
}

/// What the statement changes.
fn edits(statement: Statement) -> Vec<(String, Option<String>)> {
    let changes = matches!(
        statement,
        Statement::UpdateAll
            | Statement::Update
            | Statement::UpsertUpdate
            | Statement::UpsertInsert
            | Statement::MergeUpdate
    );
    if changes { vec![("owner".into(), Some("bob".into()))] } else { Vec::new() }
}

fn value<'a>(row: &'a Row, name: &str) -> &'a str {
    row.key.iter().find(|(it, _)| it == name).and_then(|(_, value)| value.as_deref()).unwrap()
}

/// What leaves no other row than this one.
fn only(world: &World, row: &Row) -> String {
    format!("DELETE FROM {} WHERE id <> {}", world.table(), value(row, "id"))
}

/// The statement, written by hand.
fn sql(world: &World, statement: Statement, row: &Row, actor: &Actor) -> String {
    let table = world.table();
    let id: usize = value(row, "id").parse().unwrap();
    let cells = &world.rows[id - 1];
    let key = if matches!(world.shape, Shape::Partitioned | Shape::Partition) {
        "id, tenant"
    } else {
        "id"
    };
    let at = format!("t.id = {id}");
    let new_id = if is_new(statement) { id * 100 } else { id };
    let mut values: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    values[0] = new_id.to_string();
    if !edits(statement).is_empty() {
        values[2] = "'bob'".into();
    }
    let mut columns = "id, tenant, owner, flag, tags, doc, mood, level, \"Odd \"\"Name\"";
    if actor.role == "w_columns" {
        columns = "id, tenant, owner";
        values.truncate(3);
    }
    let values = values.join(", ");
    let insert = format!("INSERT INTO {table} AS t ({columns}) VALUES ({values})");
    // A MERGE that joins looks at every row, and an error on another one is not what a verdict about this one tells; so it names its row.
    match statement {
        Statement::Select => format!("SELECT id FROM {table} t WHERE {at}"),
        Statement::CopyTo => format!("COPY (SELECT id FROM {table} t WHERE {at}) TO '/dev/null'"),
        Statement::CopyFrom => format!("COPY {table} ({columns}) FROM '/dev/null'"),
        Statement::SelectForUpdate => format!("SELECT id FROM {table} t WHERE {at} FOR SHARE"),
        Statement::Insert => insert,
        Statement::InsertReturning => format!("{insert} RETURNING id"),
        Statement::InsertOrNothing => format!("{insert} ON CONFLICT DO NOTHING"),
        Statement::InsertOrNothingOnKey => format!("{insert} ON CONFLICT ({key}) DO NOTHING"),
        Statement::UpsertInsert | Statement::UpsertUpdate => {
            format!("{insert} ON CONFLICT ({key}) DO UPDATE SET owner = excluded.owner")
        }
        Statement::Update => format!("UPDATE {table} t SET owner = 'bob' WHERE {at}"),
        Statement::UpdateAll => format!("UPDATE {table} t SET owner = 'bob'"),
        Statement::Delete => format!("DELETE FROM {table} t WHERE {at}"),
        Statement::DeleteAll => format!("DELETE FROM {table} t"),
        Statement::MergeUpdate => format!(
            "MERGE INTO {table} t USING (SELECT 1 AS n) s ON {at} WHEN MATCHED THEN UPDATE SET owner = 'bob'"
        ),
        Statement::MergeDelete => {
            format!("MERGE INTO {table} t USING (SELECT 1 AS n) s ON {at} WHEN MATCHED THEN DELETE")
        }
        Statement::MergeInsert => format!(
            "MERGE INTO {table} t USING (SELECT 1 AS n) s ON false WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})"
        ),
    }
}

fn acting(actor: &Actor) -> Arc<Acting> {
    let now = common::anchor();
    let set = |name: &str, value: &str| (name.parse().unwrap(), value.to_owned());
    Arc::new(Acting {
        role: actor.role.to_owned(),
        settings: vec![set("app.user", actor.user), set("app.tenant", actor.tenant)],
        search_path: None,
        person: None,
        reason: "oracle".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

/// How many comparisons are wanted of each half: a million in all where somebody asks for it.
fn wanted() -> u64 {
    std::env::var("PURVIEW_RLS_COMPARISONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(ENOUGH, |all: u64| all.div_ceil(2))
}

// Two halves, for two processors.
#[test]
fn what_is_predicted_is_what_happens() {
    println!("{}", compare_worlds(0));
}

#[test]
fn what_is_predicted_is_what_happens_in_other_worlds() {
    println!("{}", compare_worlds(128));
}

/// Compares world after world until there are enough; returns what was compared.
fn compare_worlds(half: u8) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let oracle = RefCell::new(runtime.block_on(Oracle::open()));
    let wanted = wanted();
    let config = || Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    // The same worlds every time, unless more are wanted than anybody waits for.
    let seed = std::env::var("PURVIEW_RLS_SEED")
        .ok()
        .and_then(|text| text.parse::<u8>().ok())
        .unwrap_or(7);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed ^ half; 32]);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    let failed = loop {
        let mut single = TestRunner::new_with_rng(config(), runner.new_rng());
        let outcome = single.run(&world(), |world| {
            let mut oracle = oracle.borrow_mut();
            oracle.count.worlds += 1;
            if !oracle.count.is_of_use(&world, wanted) {
                return Ok(());
            }
            runtime.block_on(oracle.compare(&world)).map_err(TestCaseError::fail)
        });
        match outcome {
            Ok(()) if oracle.borrow().count.is_enough(wanted) => break None,
            Ok(()) => {}
            Err(TestError::Fail(reason, _) | TestError::Abort(reason)) => {
                break Some(reason.to_string());
            }
        }
    };
    let oracle = oracle.borrow();
    let Count { compared, apart, other_error, checked, folded, .. } = &oracle.count;
    let said = format!(
        "compared {compared}, apart {apart}, other error {other_error}, checked {checked}, folded {folded}; {:?}; {:?}; {:?}",
        oracle.count.by_outcome, oracle.count.by_statement, oracle.count.features
    );
    if let Some(reason) = failed {
        panic!("{reason}\n{said}");
    }
    // What counts apart is an exception.
    assert!((apart + other_error) * 100 < *compared, "{apart} apart, {other_error} other errors");
    for (feature, worlds) in &oracle.count.features {
        assert!(*worlds > 0, "not generated: {feature}");
    }
    assert!(*folded >= FOLDED, "{folded} folded");
    said
}
