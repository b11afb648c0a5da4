//! The why sheet against real servers: its verdict is what the server does, its three presences are three, and it costs few round trips.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
#[path = "why/cost.rs"]
mod cost;
mod plain;
mod proxy;

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use common::TestDatabase;
use plain::Plain;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Identities, Users},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Door, Fence, Identity, Journal, RelationName, Run, Sql, Workshop, quote_ident},
    question::Question,
    rls::{Apart, Check, Choice, Explain, Hidden, Outcome, Presence, Row, Statement, Subject, Why},
};

/// How many users of each system are asked about.
const USERS: usize = 3;
/// How many rows of each table.
const ROWS: u64 = 4;

async fn opened(test: &TestDatabase) -> Arc<Database> {
    let door = test.door(LoginKind::Support).await;
    Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap())
}

async fn ask<Q: Question>(database: &Arc<Database>, question: Q) -> Q::Answer {
    question.ask(Arc::clone(database), Identity::Observer, Run::new()).await.unwrap()
}

/// Identities of users that lie apart in the list.
async fn candidates(database: &Arc<Database>) -> Vec<Candidate> {
    let query = Query { limit: 1000, ..Query::default() };
    let page = ask(database, Ask { view: Users::default(), query }).await;
    let step = page.items.len().div_ceil(USERS).max(1);
    let mut found = Vec::new();
    for item in page.items.iter().step_by(step) {
        let user = page.value(item, "id").unwrap().to_owned();
        found.extend(ask(database, Identities { user }).await.candidates.into_iter().take(1));
    }
    found
}

fn acting(candidate: &Candidate) -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(candidate.acting("test", now, now + Duration::minutes(30)))
}

fn explain(table: &RelationName, choice: Choice, statement: Statement) -> Explain {
    Explain {
        table: table.clone(),
        choice,
        statement,
        edits: Vec::new(),
        check: Check::Reads,
        most: 1,
    }
}

/// What the sheet asks about somebody.
async fn why(database: &Arc<Database>, acting: &Arc<Acting>, question: Explain) -> Why {
    let question = Apart { acting: Arc::clone(acting), question };
    ask(database, question).await.remove(0)
}

/// All tables that have a key.
async fn tables(workshop: &mut Workshop) -> Vec<RelationName> {
    let sql = Sql::new(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = 'public' \
           AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) ORDER BY 1, 2",
    );
    let rows = workshop.fetch(&sql).await.unwrap().rows;
    let name = |row: &[Option<String>]| {
        RelationName::new(row[0].clone().unwrap(), row[1].clone().unwrap())
    };
    rows.iter().map(|row| name(row)).collect()
}

/// What the server does when the user asks for the row, without purview.
async fn really(plain: &mut Plain<'_>, acting: &Acting, why: &Why) -> Outcome {
    let key: Vec<_> = why
        .key
        .iter()
        .map(|(name, value)| {
            let value = value.as_str().unwrap().replace('\'', "''");
            format!("{} = '{value}'", quote_ident(name))
        })
        .collect();
    let table = RelationName::new(&why.schema, &why.table);
    let text = format!("SELECT 1 FROM {} WHERE {}", table.quoted(), key.join(" AND "));
    match plain.ask(acting, &text).await {
        Ok(rows) if rows.is_empty() => Outcome::Filtered,
        Ok(_) => Outcome::Allowed,
        Err(code) if code == "42501" => Outcome::Refused,
        Err(_) => Outcome::Error,
    }
}

async fn the_sheet_says_what_the_server_does(system: System) -> BTreeSet<Outcome> {
    let test = common::database(system).await;
    let (database, mut workshop) = (opened(&test).await, test.workshop().await);
    let mut plain = Plain::open(&test).await;
    let mut seen = BTreeSet::new();
    let mut compared = 0;
    let people = candidates(&database).await;
    for table in tables(&mut workshop).await {
        for candidate in &people {
            let acting = acting(candidate);
            let all = Explain { most: ROWS, ..explain(&table, Choice::All, Statement::Select) };
            for found in ask(&database, Apart { acting: Arc::clone(&acting), question: all }).await
            {
                // What must not be shown cannot be asked for either.
                if found.presence != Presence::There || found.key.values().any(|it| it == "•••")
                {
                    continue;
                }
                let key: Vec<_> =
                    found.key.values().map(|it| it.as_str().unwrap().to_owned()).collect();
                let one =
                    why(&database, &acting, explain(&table, Choice::Key(key), Statement::Select))
                        .await;
                let real = really(&mut plain, &acting, &one).await;
                assert_eq!(one.predicted, Some(real), "{system} {table} {:?}", one.key);
                assert_eq!(one.agrees, Some(true), "{system} {table} {one:?}");
                assert_eq!(
                    (one.gates, one.because),
                    (found.gates, found.because),
                    "{system} {table}"
                );
                seen.insert(real);
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{system}: {compared}");
    seen
}

#[tokio::test]
async fn org_assistant_is_explained_as_it_is() {
    let seen = the_sheet_says_what_the_server_does(System::OrgAssistant).await;
    assert!(seen.contains(&Outcome::Allowed) && seen.contains(&Outcome::Filtered), "{seen:?}");
}

#[tokio::test]
async fn jenifer_is_explained_as_it_is() {
    let seen = the_sheet_says_what_the_server_does(System::Jenifer).await;
    assert!(seen.contains(&Outcome::Allowed) && seen.contains(&Outcome::Filtered), "{seen:?}");
}

#[tokio::test]
async fn hastecrm_is_explained_as_it_is() {
    let seen = the_sheet_says_what_the_server_does(System::Hastecrm).await;
    assert!(seen.contains(&Outcome::Allowed) && seen.contains(&Outcome::Filtered), "{seen:?}");
}

#[tokio::test]
async fn sekretarka_is_explained_as_it_is() {
    assert!(
        the_sheet_says_what_the_server_does(System::Sekretarka).await.contains(&Outcome::Allowed)
    );
}

#[tokio::test]
async fn rishi_is_explained_as_it_is() {
    assert!(the_sheet_says_what_the_server_does(System::Rishi).await.contains(&Outcome::Allowed));
}

/// What all is asked for at once is what it is step by step, under every command; returns what came out.
async fn at_once_and_step_by_step(system: System) -> BTreeSet<Outcome> {
    let mut seen = BTreeSet::new();
    let test = common::database(system).await;
    let (database, mut workshop) = (opened(&test).await, test.workshop().await);
    for (turn, candidate) in candidates(&database).await.into_iter().skip(1).enumerate() {
        let acting = acting(&candidate);
        let step = common::share(2, 1);
        for table in tables(&mut workshop).await.into_iter().skip(turn % step).step_by(step) {
            let run = Run::new();
            let mut trial = database.door.trial(&acting, &run).await.unwrap();
            let subject =
                Subject::open(&mut trial, &database, &table, &acting.role, &run).await.unwrap();
            let rows = subject.rows(&mut trial, &Choice::All, 1).await.unwrap();
            let Some(row) = rows.first() else { continue };
            let key: Vec<_> = row.key.iter().map(|it| it.1.clone().unwrap()).collect();
            for statement in Statement::ALL {
                let new = subject.edited(&mut trial, row, statement, &[]).await.unwrap();
                let case: (Option<&Row>, Option<&Row>) = (
                    Some(row).filter(|_| statement.needs_old()),
                    Some(&new).filter(|_| statement.makes_new()),
                );
                let judged = subject
                    .judge(&mut trial, statement, &[case], &[], false)
                    .await
                    .unwrap()
                    .remove(0);
                let question = explain(&table, Choice::Key(key.clone()), statement);
                let found = why(&database, &acting, question).await;
                assert_eq!(
                    found.predicted,
                    Some(judged.predicted.outcome),
                    "{system} {table} {statement}"
                );
                // A place is one in the text that was sent, which is another each time.
                let bare = |said: &str| said.split(", at character").next().map(str::to_owned);
                let said = judged.predicted.problem.as_ref().and_then(|it| bare(&it.summary));
                let told = found.message.as_deref().and_then(bare);
                assert_eq!(told, said, "{system} {table} {statement}");
                seen.insert(judged.predicted.outcome);
            }
            trial.end().await.unwrap();
        }
    }
    seen
}

#[tokio::test]
async fn at_once_is_no_other_verdict_than_step_by_step() {
    let systems = [System::OrgAssistant, System::Jenifer, System::Hastecrm];
    let seen = futures::future::join_all(systems.map(at_once_and_step_by_step)).await;
    let seen: BTreeSet<_> = seen.into_iter().flatten().collect();
    assert_eq!(seen.len(), 4, "every outcome comes up: {seen:?}");
}

#[tokio::test]
async fn there_hidden_and_not_there_are_three_answers() {
    let test = common::database(System::OrgAssistant).await;
    let (database, mut workshop) = (opened(&test).await, test.workshop().await);
    let mut plain = Plain::open(&test).await;
    let emails: RelationName = "public.emails".parse().unwrap();
    let acting = acting(&candidates(&database).await[1]);
    let all = Explain { most: 500, ..explain(&emails, Choice::All, Statement::Select) };
    let found = ask(&database, Apart { acting: Arc::clone(&acting), question: all }).await;
    let key = |wanted: Outcome| {
        let row = found.iter().find(|row| row.predicted == Some(wanted)).unwrap();
        row.key["id"].as_str().unwrap().to_owned()
    };
    let nobody = "00000000-0000-0000-0000-0000000000ff".to_owned();
    for (key, presence, outcome) in [
        (key(Outcome::Allowed), Presence::There, Some(Outcome::Allowed)),
        (key(Outcome::Filtered), Presence::There, Some(Outcome::Filtered)),
        (nobody, Presence::Absent, None),
    ] {
        let one = why(
            &database,
            &acting,
            explain(&emails, Choice::Key(vec![key.clone()]), Statement::Select),
        )
        .await;
        assert_eq!((one.presence, one.predicted), (presence, outcome));
        let sql = format!("SELECT count(*)::text FROM emails WHERE id = '{key}'");
        let there = workshop.script(&sql).await.unwrap()[0][0].clone().unwrap();
        assert_eq!(there == "1", presence == Presence::There);
        if outcome.is_some() {
            assert_eq!(Some(really(&mut plain, &acting, &one).await), outcome);
        }
    }
}

#[tokio::test]
async fn a_row_without_a_key_is_known_by_its_place() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop
        .script(
            "CREATE TABLE public.loose (n int); INSERT INTO public.loose VALUES (1), (2); \
             ALTER TABLE public.loose ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON public.loose USING (n = 1); \
             GRANT SELECT ON public.loose TO PUBLIC",
        )
        .await
        .unwrap();
    let database = opened(&test).await;
    let acting = acting(&candidates(&database).await[0]);
    let loose: RelationName = "public.loose".parse().unwrap();
    let at = |place: &str| Choice::Columns(vec![("ctid".into(), place.into())]);
    let one = why(&database, &acting, explain(&loose, at("(0,1)"), Statement::Select)).await;
    assert_eq!((one.predicted, one.agrees), (Some(Outcome::Allowed), Some(true)));
    let two = why(&database, &acting, explain(&loose, at("(0,2)"), Statement::Select)).await;
    assert_eq!((two.predicted, two.agrees), (Some(Outcome::Filtered), Some(true)));
    let none = why(&database, &acting, explain(&loose, at("(0,3)"), Statement::Select)).await;
    assert_eq!(none.presence, Presence::Absent);
}

/// A database behind somebody who counts, and its journal.
struct Counted {
    proxy: proxy::Proxy,
    database: Arc<Database>,
    journal: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Counted {
    async fn open(test: &TestDatabase) -> Self {
        let proxy = proxy::Proxy::start(&test.url(LoginKind::Support));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let login = |kind| proxy.through(&test.url(kind)).parse().unwrap();
        let (journal, jail) = (Journal::new(&path, "test"), Some(login(LoginKind::Jail)));
        let door =
            Door::open(login(LoginKind::Support), jail, journal, common::anchor).await.unwrap();
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        Self { proxy, database, journal: path, _folder: folder }
    }

    /// The tree of a row, and how many round trips it took. What is the same for every row of the table is known after the first time.
    async fn why(&self, acting: &Arc<Acting>, question: Explain) -> (Why, u64) {
        why(&self.database, acting, question.clone()).await;
        let before = self.proxy.exchanges();
        let found = why(&self.database, acting, question).await;
        (found, self.proxy.exchanges() - before)
    }
}

/// A row that somebody sees, and one that they do not.
async fn seen_and_unseen(
    database: &Arc<Database>,
    acting: &Arc<Acting>,
    table: &RelationName,
) -> Vec<Choice> {
    let all = Explain { most: 100, ..explain(table, Choice::All, Statement::Select) };
    let found = ask(database, Apart { acting: Arc::clone(acting), question: all }).await;
    let key = |wanted: Outcome| {
        let row = found.iter().find(|row| row.predicted == Some(wanted))?;
        let key = row.key.values().map(|it| it.as_str().unwrap().to_owned());
        Some(Choice::Key(key.collect()))
    };
    [key(Outcome::Allowed), key(Outcome::Filtered)].into_iter().flatten().collect()
}

#[tokio::test]
async fn a_tree_takes_at_most_ten_round_trips_whatever_the_command() {
    let mut looked = BTreeSet::new();
    for (system, tables) in [
        (System::OrgAssistant, ["public.emails", "public.departments"]),
        (System::Jenifer, ["public.ai_messages", "public.organizations"]),
        (System::Hastecrm, ["public.deals", "public.contacts"]),
        (System::Rishi, ["public.users", "public.organizations"]),
    ] {
        let test = common::database(system).await;
        let counted = Counted::open(&test).await;
        let since = counted.database.door.probe().major();
        let acting = acting(&candidates(&counted.database).await[1]);
        for table in tables.map(|table| table.parse::<RelationName>().unwrap()) {
            for choice in seen_and_unseen(&counted.database, &acting, &table).await {
                for statement in Statement::ALL.into_iter().filter(|it| it.since() <= since) {
                    let question = explain(&table, choice.clone(), statement);
                    let (one, taken) = counted.why(&acting, question).await;
                    // What fails is looked at part by part.
                    let fails = one.predicted == Some(Outcome::Error) && !one.gates.is_empty();
                    assert!(taken <= 10 || fails, "{table} {statement}: {taken}\n{one:?}");
                    looked.insert(one.predicted);
                }
            }
        }
    }
    assert!(looked.len() >= 4, "{looked:?}");
}

#[tokio::test]
async fn behind_the_wrapper_a_tree_is_the_same_as_behind_the_jail() {
    let test = common::database(System::OrgAssistant).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"), "test");
    let login = test.login(LoginKind::Superuser);
    let door = Door::open(login, None, journal, common::anchor).await.unwrap();
    let wrapped = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    assert_eq!(wrapped.door.fence().await.unwrap(), Fence::Wrapped);
    let jailed = opened(&test).await;
    let acting = acting(&candidates(&jailed).await[1]);
    let emails: RelationName = "public.emails".parse().unwrap();
    let chosen = seen_and_unseen(&jailed, &acting, &emails).await;
    assert_eq!(chosen.len(), 2);
    for choice in chosen {
        for statement in [Statement::Select, Statement::Update, Statement::InsertReturning] {
            let question = || explain(&emails, choice.clone(), statement);
            let one = why(&jailed, &acting, question()).await;
            let other = why(&wrapped, &acting, question()).await;
            assert_eq!(Why { fence: one.fence.clone(), ..other }, one);
        }
    }
}

#[tokio::test]
async fn a_tree_stands_in_the_journal() {
    let test = common::database(System::OrgAssistant).await;
    let counted = Counted::open(&test).await;
    let acting = acting(&candidates(&counted.database).await[1]);
    let emails: RelationName = "public.emails".parse().unwrap();
    let chosen = seen_and_unseen(&counted.database, &acting, &emails).await;
    assert_eq!(chosen.len(), 2);
    for choice in chosen {
        for statement in [Statement::Select, Statement::Update] {
            let question = explain(&emails, choice.clone(), statement);
            let (one, _) = counted.why(&acting, question).await;
            let leaves = one.gates.iter().flat_map(|gate| &gate.policies);
            let leaves: usize = leaves.map(|policy| policy.expression.leaves().len()).sum();
            assert!(leaves > 1, "{one:?}");
        }
    }
    // Each time: the beginning, the statements, the end, and the chain is whole.
    assert!(Journal::verify(&counted.journal).unwrap().is_ok());
    let entries = std::fs::read_to_string(&counted.journal).unwrap();
    let events: Vec<String> = entries
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(events.iter().filter(|event| *event == "start").count(), 9);
    assert_eq!(events.first().map(String::as_str), Some("start"));
    assert_eq!(events.last().map(String::as_str), Some("end"));
    assert!(events.iter().filter(|event| *event == "statement").count() >= 9);
}

/// How many rows there are, and how many the user sees, counted one by one.
async fn counted(
    workshop: &mut Workshop,
    plain: &mut Plain<'_>,
    acting: &Acting,
    table: &RelationName,
) -> (u64, Option<u64>) {
    let count = format!("SELECT count(*)::text FROM {}", table.quoted());
    let all = workshop.script(&count).await.unwrap()[0][0].clone().unwrap();
    let seen = plain.value(acting, &count).await.ok();
    (all.parse().unwrap(), seen.map(|rows| rows.parse().unwrap()))
}

async fn what_is_hidden_is_what_counting_says(system: System) -> u64 {
    let test = common::database(system).await;
    let (database, mut workshop) = (opened(&test).await, test.workshop().await);
    let mut plain = Plain::open(&test).await;
    let mut hidden = 0;
    for candidate in candidates(&database).await {
        let acting = acting(&candidate);
        for table in tables(&mut workshop).await {
            let question = Hidden { table: table.clone(), statement: Statement::Select };
            let unseen = ask(&database, Apart { acting: Arc::clone(&acting), question }).await;
            let (all, seen) = counted(&mut workshop, &mut plain, &acting, &table).await;
            // Where a count fails as a whole, not one row can be had.
            assert_eq!(
                (unseen.rows, unseen.visible),
                (all, seen.unwrap_or(0)),
                "{system} {table} {unseen:?}"
            );
            assert_eq!(unseen.hidden, all - seen.unwrap_or(0), "{system} {table}");
            let grouped: u64 = unseen.groups.iter().map(|group| group.rows).sum();
            assert_eq!(
                grouped, unseen.hidden,
                "{system} {table}: every hidden row is in one group"
            );
            for group in &unseen.groups {
                // What is asked of the server about rows that stand for others is a statement.
                let said = group.message.as_deref().unwrap_or_default();
                assert!(!said.contains("syntax error"), "{system} {table}: {said}");
                assert!(!group.examples.is_empty(), "{system} {table} {group:?}");
                let key = group.examples[0].values().map(|it| it.as_str().unwrap().to_owned());
                let one = explain(&table, Choice::Key(key.collect()), Statement::Select);
                let one = why(&database, &acting, one).await;
                assert_ne!(one.predicted, Some(Outcome::Allowed), "{system} {table} {:?}", one.key);
            }
            // What the server refuses as a whole no policy hides.
            let by_policies = unseen.groups.iter().filter(|group| group.message.is_none());
            hidden += by_policies.map(|group| group.rows).sum::<u64>();
        }
    }
    hidden
}

#[tokio::test]
async fn what_org_assistant_hides_is_counted() {
    assert!(what_is_hidden_is_what_counting_says(System::OrgAssistant).await > 0);
}

#[tokio::test]
async fn what_jenifer_hides_is_counted() {
    assert!(what_is_hidden_is_what_counting_says(System::Jenifer).await > 0);
}

#[tokio::test]
async fn what_hastecrm_hides_is_counted() {
    assert!(what_is_hidden_is_what_counting_says(System::Hastecrm).await > 0);
}

#[tokio::test]
async fn where_nothing_is_guarded_nothing_is_hidden() {
    assert_eq!(what_is_hidden_is_what_counting_says(System::Rishi).await, 0);
}
