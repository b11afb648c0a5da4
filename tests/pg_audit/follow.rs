//! Who follows is told of every event that is committed, once, whichever way the transactions of four writers overlap.

use std::{collections::BTreeSet, sync::Arc};

use purview::{
    audit::{Events, Follow},
    database::Database,
    demo::{LoginKind, System},
    list::{Filter, Mark, Query},
    mapping::Library,
    pg::{Identity, Run, Workshop},
    question::Question as _,
};

use super::common::{self, TestDatabase};

/// Where events are written: the table, its time, and a new id.
type Written = (&'static str, &'static str);

const ORG_ASSISTANT: &[Written] = &[("audit_logs", "created_at"), ("ai_tool_calls", "created_at")];
const HASTECRM: &[Written] = &[
    ("deal_history", "changed_at"),
    ("activities", "occurred_at"),
    ("automation_executions", "started_at"),
    ("email_tracking_events", "occurred_at"),
];

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Whoever follows, with what was told.
struct Follower {
    database: Arc<Database>,
    query: Query,
    mark: Option<Arc<Mark>>,
    told: Vec<String>,
    polls: usize,
}

impl Follower {
    async fn of(test: &TestDatabase, filter: &str) -> Self {
        let door = test.door(LoginKind::Support).await;
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        let query = Query { filter: Filter::parse(filter).unwrap(), ..Query::default() };
        let mut follower = Self { database, query, mark: None, told: Vec::new(), polls: 0 };
        follower.poll().await;
        assert!(follower.told.is_empty(), "what was there before is not told");
        follower
    }

    async fn poll(&mut self) {
        loop {
            let (query, mark) = (self.query.clone(), self.mark.take());
            let question = Follow { events: Events::default(), query, mark };
            let arrived = question.ask(Arc::clone(&self.database), Identity::Observer, Run::new());
            let arrived = arrived.await.unwrap();
            let key = |item: &purview::list::Item| item.position.key.join("/");
            self.told.extend(arrived.page.items.iter().map(key));
            self.mark = Some(arrived.mark);
            self.polls += 1;
            if !arrived.more {
                return;
            }
        }
    }
}

/// Somebody who writes events.
struct Writer {
    session: Workshop,
    within: bool,
    dice: Dice,
    tables: &'static [Written],
}

impl Writer {
    async fn of(test: &TestDatabase, seed: u64, tables: &'static [Written]) -> Self {
        Self { session: test.workshop().await, within: false, dice: Dice(seed), tables }
    }

    async fn run(&mut self, script: &str) {
        self.session.script(script).await.unwrap_or_else(|problem| panic!("{script}: {problem}"));
    }

    /// A copy of some event with another id and another time.
    fn insert(&mut self) -> String {
        let (table, at) = self.tables[self.dice.roll(self.tables.len() as u64) as usize];
        let when = ["now()", "clock_timestamp()", "now() - interval '3 minutes'"]
            [self.dice.roll(3) as usize];
        format!(
            "INSERT INTO {table} SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), '{at}', {when}))).* \
             FROM {table} e LIMIT 1; "
        )
    }

    /// One step: a transaction begins, writes, takes back what it wrote, or ends one way or the other.
    async fn step(&mut self) {
        if !self.within {
            self.within = true;
            // Half of them read before they write: they have no number of their own yet.
            let begin = ["BEGIN", "BEGIN; SELECT count(*) FROM users"][self.dice.roll(2) as usize];
            return self.run(begin).await;
        }
        let insert = self.insert();
        let script = match self.dice.roll(8) {
            0..3 => insert,
            3 => format!("SAVEPOINT s; {insert} RELEASE s"),
            4 => format!("SAVEPOINT s; {insert} ROLLBACK TO s"),
            5 => format!("DO $$ BEGIN BEGIN {insert} EXCEPTION WHEN others THEN NULL; END; END $$"),
            6 => "ROLLBACK".to_owned(),
            _ => "COMMIT".to_owned(),
        };
        self.within = !matches!(script.as_str(), "ROLLBACK" | "COMMIT");
        self.run(&script).await;
    }

    async fn end(&mut self) {
        if std::mem::take(&mut self.within) {
            self.run("COMMIT").await;
        }
    }
}

/// The events that are there, as `number of the source/id`.
async fn events(test: &TestDatabase, tables: &[Written]) -> BTreeSet<String> {
    let mut watch = test.workshop().await;
    let mut found = BTreeSet::new();
    for (number, (table, _)) in tables.iter().enumerate() {
        let rows = watch.script(&format!("SELECT id::text FROM {table}")).await.unwrap();
        found.extend(rows.into_iter().map(|row| format!("{number}/{}", row[0].clone().unwrap())));
    }
    found
}

fn each_once(
    follower: &Follower,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
    at_least: usize,
) {
    let new: Vec<_> = after.difference(before).cloned().collect();
    let mut told = follower.told.clone();
    told.sort();
    assert_eq!(told, new);
    assert!(new.len() >= at_least, "only {}", new.len());
}

/// Steps of four writers in an order that the dice tell, with looks in between: the same in every run.
async fn step_by_step(system: System, tables: &'static [Written]) {
    let test = common::database(system).await;
    let before = events(&test, tables).await;
    let mut writers = Vec::new();
    for seed in 1..=4 {
        writers.push(Writer::of(&test, seed, tables).await);
    }
    // One is in a transaction already, and has written, when somebody begins to follow.
    writers[0].run("BEGIN").await;
    let insert = writers[0].insert();
    writers[0].run(&insert).await;
    writers[0].within = true;
    let mut follower = Follower::of(&test, "").await;
    let mut dice = Dice(7);
    for _ in 0..600 {
        match dice.roll(5) {
            4 => follower.poll().await,
            writer => writers[writer as usize].step().await,
        }
    }
    for writer in &mut writers {
        writer.end().await;
        follower.poll().await;
    }
    each_once(&follower, &before, &events(&test, tables).await, 100);
    assert!(follower.polls > 100, "{}", follower.polls);
}

#[tokio::test]
async fn nothing_is_missed_or_told_twice_of_what_four_writers_commit_late_in_one_source_with_an_index()
 {
    step_by_step(System::OrgAssistant, ORG_ASSISTANT).await;
}

#[tokio::test]
async fn nothing_is_missed_or_told_twice_in_four_sources_of_which_some_have_no_index() {
    step_by_step(System::Hastecrm, HASTECRM).await;
}

/// Four writers who do not wait for anybody, and somebody who looks all the time.
#[tokio::test]
async fn nothing_is_missed_of_what_four_writers_do_at_once() {
    let test = common::database(System::OrgAssistant).await;
    let before = events(&test, ORG_ASSISTANT).await;
    let mut follower = Follower::of(&test, "").await;
    let mut tasks = Vec::new();
    for seed in 11..=14 {
        let mut writer = Writer::of(&test, seed, ORG_ASSISTANT).await;
        tasks.push(tokio::spawn(async move {
            for _ in 0..400 {
                writer.step().await;
            }
            writer.end().await;
        }));
    }
    while tasks.iter().any(|task| !task.is_finished()) {
        follower.poll().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    follower.poll().await;
    each_once(&follower, &before, &events(&test, ORG_ASSISTANT).await, 300);
}

/// More than is told at once comes in several answers, and only what passes the filter.
#[tokio::test]
async fn what_comes_all_at_once_is_told_whole_and_by_the_filter() {
    let test = common::database(System::OrgAssistant).await;
    let before = events(&test, ORG_ASSISTANT).await;
    let mut all = Follower::of(&test, "").await;
    let mut some = Follower::of(&test, "source=\"audit log\" action=follow-1").await;
    let mut writer = Writer::of(&test, 3, ORG_ASSISTANT).await;
    let many = "INSERT INTO audit_logs (id, organization_id, action_type, resource_type, created_at) \
         SELECT gen_random_uuid(), (SELECT id FROM organizations LIMIT 1), 'follow-' || n % 2, 'thing', now() FROM generate_series(1, 1301) n";
    writer.run(many).await;
    all.poll().await;
    some.poll().await;
    each_once(&all, &before, &events(&test, ORG_ASSISTANT).await, 1301);
    assert_eq!(some.told.len(), 651);
}
