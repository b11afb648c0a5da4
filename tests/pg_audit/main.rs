//! The timeline is what a statement written by hand against each schema says, row by row and in its order, for all five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
mod export;
mod follow;
#[path = "../program/mod.rs"]
mod program;
#[path = "../proxy/mod.rs"]
mod proxy;

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use purview::{
    audit::{EventOf, Events, Side, at_time},
    database::Database,
    demo::{LoginKind, System},
    directory::Identities,
    list::{Ask, Filter, From, Page, Query, Sort},
    mapping::Library,
    pg::{Door, Identity, Journal, Problem, Run, Workshop},
    question::Question,
};

/// Rows of a page: few, so that sources meet within and between pages.
const PAGE: usize = 61;

/// Each statement gives: when, the number of the source, its id, who, in which organization and department, what, to what (two), with which tool, from where,
/// and what was before and after.
const ORG_ASSISTANT: &str = "SELECT created_at AT TIME ZONE 'UTC', 0, id, user_id::text, organization_id::text, department_id::text, action_type, \
      resource_type, resource_id::text, tool_name, host(ip_address), NULL, NULL FROM audit_logs \
    UNION ALL SELECT c.created_at AT TIME ZONE 'UTC', 1, c.id, v.user_id::text, d.organization_id::text, v.department_id::text, c.status, 'conversation', \
      v.id::text, c.tool_name, NULL, NULL, c.result::text FROM ai_tool_calls c LEFT JOIN messages m ON m.id = c.message_id \
      LEFT JOIN conversations v ON v.id = m.conversation_id LEFT JOIN departments d ON d.id = v.department_id";
const JENIFER: &str = "SELECT created_at, 0, id, user_id::text, org_id::text, NULL, action, entity_type, entity_id::text, NULL, host(ip_address::inet), \
      old_values::text, new_values::text FROM audit_log";
const HASTECRM: &str = "SELECT h.changed_at, 0, h.id, h.changed_by::text, d.workspace_id::text, d.pipeline_id::text, h.field_name, 'deal', h.deal_id::text, \
      NULL, NULL, h.old_value, h.new_value FROM deal_history h LEFT JOIN deals d ON d.id = h.deal_id \
    UNION ALL SELECT occurred_at, 1, id, user_id::text, workspace_id::text, NULL, type, entity_type, entity_id::text, NULL, NULL, NULL, NULL FROM activities \
    UNION ALL SELECT e.started_at, 2, e.id, NULL, a.workspace_id::text, NULL, e.status, e.trigger_entity_type, e.trigger_entity_id::text, a.name, NULL, \
      NULL, NULL FROM automation_executions e LEFT JOIN automations a ON a.id = e.automation_id \
    UNION ALL SELECT t.occurred_at, 3, t.id, NULL, m.workspace_id::text, NULL, t.event_type, 'email', t.email_id::text, NULL, host(t.ip_address), NULL, NULL \
      FROM email_tracking_events t LEFT JOIN emails m ON m.id = t.email_id";
const SEKRETARKA: &str = "SELECT created_at AT TIME ZONE 'UTC', 0, id, user_id::text, organization_id::text, agent_id::text, event_type, \
      CASE WHEN agent_id IS NOT NULL THEN 'ai_agents' END, agent_id::text, NULL, host(ip_address::inet), NULL, NULL FROM analytics_events";
const RISHI: &str = "SELECT \"timestamp\", 0, id, user_id::text, organization_id::text, NULL, event_type, entity_type, entity_id::text, source, \
      host(ip_address::inet), CASE WHEN event_type = 'DELETE' THEN replace(event_data, coalesce('\"' || (event_data::jsonb ->> 'password_hash') || '\"', ''), '\"***\"') END, \
      CASE WHEN source = 'database_trigger' AND event_type <> 'DELETE' \
        THEN replace(replace(event_data, coalesce('\"password_hash\":\"' || (event_data::jsonb ->> 'password_hash') || '\"', '?'), '\"password_hash\":\"***\"'), '\"password_hash\":\"***\"', '\"password_hash\": \"***\"') END \
      FROM system_events";

/// What a row tells, in the order of the statements above.
const TOLD: [&str; 10] = [
    "actor_id",
    "organization_id",
    "department_id",
    "action",
    "entity_type",
    "entity_id",
    "tool",
    "address",
    "before",
    "after",
];

#[tokio::test]
async fn org_assistant_has_one_timeline() {
    agrees(System::OrgAssistant, ORG_ASSISTANT, &["audit log", "assistant tools"]).await;
}

#[tokio::test]
async fn jenifer_has_one_timeline() {
    agrees(System::Jenifer, JENIFER, &["audit_log"]).await;
}

#[tokio::test]
async fn hastecrm_has_one_timeline_out_of_four_sources() {
    let sources = ["deal history", "activities", "automations", "mail tracking"];
    agrees(System::Hastecrm, HASTECRM, &sources).await;
}

#[tokio::test]
async fn sekretarka_has_one_timeline() {
    agrees(System::Sekretarka, SEKRETARKA, &["analytics"]).await;
}

#[tokio::test]
async fn rishi_has_one_timeline() {
    agrees(System::Rishi, RISHI, &["system events"]).await;
}

struct World {
    database: Arc<Database>,
    workshop: Workshop,
    by_hand: &'static str,
    sources: Vec<&'static str>,
}

async fn agrees(system: System, by_hand: &'static str, sources: &[&'static str]) {
    let test = common::database(system).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let mut world =
        World { database, workshop: test.workshop().await, by_hand, sources: sources.into() };
    // Moments that several sources share: the order has to hold there too.
    let at = "2025-06-30T11:11:11.5Z";
    world.together(system, at).await;
    world.every_page_both_ways().await;
    world.every_column().await;
    world.filters().await;
    world.another_order().await;
    world.a_time(at).await;
    world.one_event().await;
    world.as_somebody().await;
}

impl World {
    /// Makes the newest events of every source happen at the same moment.
    async fn together(&mut self, system: System, at: &str) {
        let tables: &[(&str, &str)] = match system {
            System::OrgAssistant => {
                &[("audit_logs", "created_at"), ("ai_tool_calls", "created_at")]
            }
            System::Jenifer => &[("audit_log", "created_at")],
            System::Hastecrm => &[
                ("deal_history", "changed_at"),
                ("activities", "occurred_at"),
                ("automation_executions", "started_at"),
                ("email_tracking_events", "occurred_at"),
            ],
            System::Sekretarka => &[("analytics_events", "created_at")],
            System::Rishi => &[("system_events", "\"timestamp\"")],
        };
        for (table, column) in tables {
            let change = format!(
                "SET TimeZone = 'UTC'; UPDATE {table} SET {column} = '{at}'::timestamptz \
                 WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 90)"
            );
            self.workshop.script(&change).await.unwrap();
        }
    }

    /// What the statement by hand gives, with `e` for its rows.
    async fn real(&mut self, rest: &str) -> Vec<Vec<Option<String>>> {
        let statement = format!(
            "WITH e(at, s, id, actor_id, organization_id, department_id, action, entity_type, entity_id, tool, address, before, after) AS ({}) SELECT {rest}",
            self.by_hand
        );
        self.workshop.script(&statement).await.unwrap_or_else(|it| panic!("{statement}: {it}"))
    }

    async fn keys(&mut self, rest: &str) -> Vec<String> {
        let rows = self.real(&format!("s || '/' || id FROM e {rest}")).await;
        rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
    }

    async fn page(&self, events: &Events, query: Query) -> Result<Page, Problem> {
        self.page_as(events, query, Identity::Observer).await
    }

    async fn page_as(
        &self,
        events: &Events,
        query: Query,
        identity: Identity,
    ) -> Result<Page, Problem> {
        let ask = Ask { view: events.clone(), query };
        ask.ask(Arc::clone(&self.database), identity, Run::new()).await
    }

    /// All rows from `from` on, page by page, forwards or backwards.
    async fn walk(&self, query: &Query, backwards: bool) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let mut from = if backwards { From::End } else { From::Start };
        loop {
            let query = Query { from, limit: PAGE, ..query.clone() };
            let page = self.page(&Events::default(), query).await.unwrap();
            let told = names(&page);
            if backwards {
                keys.splice(0..0, told);
            } else {
                keys.extend(told);
            }
            let (ended, next) = if backwards {
                (page.at_start, page.items.first())
            } else {
                (page.at_end, page.items.last())
            };
            let Some(next) = next.filter(|_| !ended) else { return keys };
            let next = next.position.clone();
            from = if backwards { From::Before(next) } else { From::After(next) };
        }
    }

    async fn every_page_both_ways(&mut self) {
        let real = self.keys("ORDER BY at DESC, s DESC, id DESC").await;
        assert!(real.len() > 4 * PAGE, "{}", real.len());
        assert_eq!(self.walk(&Query::default(), false).await, real);
        assert_eq!(self.walk(&Query::default(), true).await, real);
    }

    async fn every_column(&mut self) {
        let page = self
            .page(&Events::default(), Query { limit: 100_000, whole: true, ..Query::default() })
            .await
            .unwrap();
        let columns = TOLD.join(", ");
        let real = self
            .real(&format!(
                "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), s::text, {columns} FROM e ORDER BY at DESC, s DESC, id DESC"
            ))
            .await;
        assert_eq!(page.items.len(), real.len());
        for (item, real) in page.items.iter().zip(real) {
            let value = |name| page.value(item, name).map(str::to_owned);
            let at = value("at").unwrap();
            let at = at.strip_suffix("+00").unwrap().to_owned();
            let at = if at.len() == 19 { format!("{at}.") } else { at };
            assert_eq!(format!("{at:0<26}"), real[0].clone().unwrap());
            let source: usize = real[1].as_ref().unwrap().parse().unwrap();
            assert_eq!(value("source").unwrap(), self.sources[source]);
            for (name, real) in TOLD.iter().zip(&real[2..]) {
                assert_eq!(&value(name), real, "{name} of {item:?}");
            }
        }
    }

    async fn filters(&mut self) {
        let some = |column: &str| {
            format!(
                "{column} FROM e WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
            )
        };
        let mut tried = 0;
        for (column, is) in [
            ("organization_id", "="),
            ("actor_id", "="),
            ("action", "="),
            ("entity_type", "="),
            ("entity_id", "="),
            ("tool", "="),
            ("address", "="),
            ("action", "!="),
        ] {
            let Some(row) = self.real(&some(column)).await.pop() else { continue };
            let value = row[0].clone().unwrap();
            let filter = format!("{column}{is}\"{value}\"");
            let sign = if is == "=" { "=" } else { "IS DISTINCT FROM" };
            let quoted = value.replace('\'', "''");
            self.filtered(&filter, &format!("WHERE {column} {sign} '{quoted}'")).await;
            tried += 1;
        }
        assert!(tried >= 5, "{tried}");
        self.filtered(
            "at>=2025-06-01 at<2025-06-15T12:00",
            "WHERE at >= '2025-06-01 00:00Z' AND at < '2025-06-15 12:00Z'",
        )
        .await;
        let limited = [
            ("organization_id", Events::default as fn() -> Events),
            ("actor_id", Events::default),
            ("entity_id", Events::default),
        ];
        for (column, events) in limited {
            let Some(row) = self.real(&some(column)).await.pop() else { continue };
            let id = row[0].clone();
            let mut events = events();
            let real = format!("{column} = '{}'", id.clone().unwrap());
            let real = match column {
                "organization_id" => {
                    events.organization = id;
                    real
                }
                "actor_id" => {
                    events.actor = id;
                    real
                }
                _ => {
                    let also = real.replace("entity_id", "actor_id");
                    events.about = id;
                    format!("({real} OR {also})")
                }
            };
            let page = self.page(&events, Query { limit: 100_000, ..Query::default() }).await;
            let real = self.keys(&format!("WHERE {real} ORDER BY at DESC, s DESC, id DESC")).await;
            assert!(!real.is_empty());
            assert_eq!(names(&page.unwrap()), real, "{events:?}");
        }
    }

    async fn filtered(&mut self, filter: &str, real: &str) {
        let query = Query { filter: Filter::parse(filter).unwrap(), ..Query::default() };
        let real = self.keys(&format!("{real} ORDER BY at DESC, s DESC, id DESC")).await;
        assert!(!real.is_empty(), "{filter}");
        assert_eq!(self.walk(&query, false).await, real, "{filter}");
        assert_eq!(self.walk(&query, true).await, real, "{filter}");
    }

    /// By a column that is often missing, both ways.
    async fn another_order(&mut self) {
        for descending in [false, true] {
            let sort = Some(Sort { column: "tool".into(), descending });
            let query = Query { sort, ..Query::default() };
            let direction = if descending { "DESC" } else { "" };
            let order = format!("ORDER BY tool {direction}, s {direction}, id {direction}");
            let real = self.keys(&order).await;
            assert_eq!(self.walk(&query, false).await, real, "{order}");
            assert_eq!(self.walk(&query, true).await, real, "{order}");
        }
    }

    /// Going to a time shows what happened then and before, and one step back what happened after.
    async fn a_time(&mut self, at: &str) {
        let position = at_time(at, common::anchor()).unwrap();
        let from = |from| Query { from, limit: PAGE, ..Query::default() };
        let earlier =
            self.page(&Events::default(), from(From::After(position.clone()))).await.unwrap();
        let later = self.page(&Events::default(), from(From::Before(position))).await.unwrap();
        let order = "ORDER BY at DESC, s DESC, id DESC";
        let real = self.keys(&format!("WHERE at <= '{at}' {order} LIMIT {PAGE}")).await;
        assert_eq!(names(&earlier), real);
        let real = self.keys(&format!("WHERE at > '{at}' {order}")).await;
        assert_eq!(names(&later), real[real.len().saturating_sub(PAGE)..]);
        assert!(at_time("yesterday", common::anchor()).is_err());
    }

    /// Every row leads to the same event, and its difference to what differs.
    async fn one_event(&mut self) {
        let page =
            self.page(&Events::default(), Query { limit: 40, ..Query::default() }).await.unwrap();
        for item in &page.items {
            let value = |name| page.value(item, name).unwrap().to_owned();
            let question = EventOf { source: value("source"), id: value("id") };
            let event = question
                .ask(Arc::clone(&self.database), Identity::Observer, Run::new())
                .await
                .unwrap();
            assert_eq!(event.page.items.len(), 1);
            assert_eq!(event.page.items[0].position, item.position);
            for change in event.changes.unwrap_or_default() {
                if let Side::Changed(before, after) = change.side {
                    assert_ne!(before, after);
                }
            }
        }
    }

    /// Whoever is acted as sees in the timeline what `SET ROLE` and a plain statement see, or is refused with the same code.
    async fn as_somebody(&mut self) {
        let users = self.real("u.id FROM (SELECT DISTINCT actor_id AS id FROM e WHERE actor_id IS NOT NULL ORDER BY 1 LIMIT 3) u").await;
        for user in users.into_iter().map(|row| row[0].clone().unwrap()) {
            let question = Identities { user };
            let answer =
                question.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await;
            for candidate in answer.unwrap().candidates {
                let acting = candidate.acting(
                    "a test",
                    common::anchor(),
                    common::anchor() + Duration::hours(1),
                );
                let settings = candidate.settings.iter().map(|(name, value)| {
                    let value = value.replace('\'', "''");
                    format!("SELECT set_config('{}', '{value}', true); ", name.as_str())
                });
                let script = format!(
                    "BEGIN; {} SET LOCAL ROLE {}; WITH e(at, s, id) AS ({}) SELECT s || '/' || id FROM e ORDER BY at DESC, s DESC, id DESC; ROLLBACK",
                    settings.collect::<String>(),
                    candidate.role,
                    self.by_hand
                );
                let real = self.workshop.script(&script).await;
                let query = Query { limit: 100_000, ..Query::default() };
                let shown = self
                    .page_as(&Events::default(), query, Identity::Acting(Arc::new(acting)))
                    .await;
                match (shown, real) {
                    (Ok(page), Ok(rows)) => {
                        let settings = candidate.settings.len();
                        let real: Vec<_> = rows
                            .into_iter()
                            .skip(settings)
                            .map(|row| row[0].clone().unwrap())
                            .collect();
                        assert_eq!(names(&page), real, "{}", candidate.person.label);
                    }
                    (Err(problem), Err(real)) => {
                        assert_eq!(problem.sqlstate, real.sqlstate);
                        self.workshop.script("ROLLBACK").await.unwrap();
                    }
                    (shown, real) => panic!("{}: {shown:?} {real:?}", candidate.person.label),
                }
            }
        }
    }
}

/// The rows of a page as `number of the source/id`.
fn names(page: &Page) -> Vec<String> {
    let name = |item: &purview::list::Item| item.position.key.join("/");
    page.items.iter().map(name).collect()
}

#[tokio::test]
async fn a_secret_that_an_event_copied_is_neither_shown_nor_found() {
    let test = common::database(System::Rishi).await;
    let mut workshop = test.workshop().await;
    let deep = r#"{"user": {"password_hash": "sha$hidden-1", "n": [{"password_hash": {"a": {"b": ["sha$hidden-2"]}}}]}, "password_hash" : null}"#;
    workshop
        .script(&format!(
            "INSERT INTO system_events (event_type, entity_type, entity_id, source, event_data) VALUES ('user.import', 'users', gen_random_uuid(), 'api', '{deep}')"
        ))
        .await
        .unwrap();
    let hashes = workshop
        .script("SELECT DISTINCT event_data::jsonb ->> 'password_hash' FROM system_events WHERE event_data LIKE '%password_hash%' AND event_data::jsonb ->> 'password_hash' IS NOT NULL")
        .await
        .unwrap();
    assert!(hashes.len() > 3);
    let hashes = hashes.into_iter().map(|row| row[0].clone().unwrap());
    let hashes: Vec<_> = hashes.chain(["hidden-1".to_owned(), "hidden-2".to_owned()]).collect();
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let ask = async |filter: Filter, whole| {
        let query = Query { filter, limit: 100_000, whole, ..Query::default() };
        let ask = Ask { view: Events::default(), query };
        ask.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap()
    };
    for whole in [true, false] {
        let page = ask(Filter::default(), whole).await;
        let told = format!("{:?}", page.items);
        assert!(told.contains("***"));
        for hash in &hashes {
            assert!(!told.contains(hash.as_str()), "{hash}");
        }
    }
    for hash in &hashes {
        for filter in
            [format!("\"{hash}\""), format!("after~\"{hash}\""), format!("details~\"{hash}\"")]
        {
            let page = ask(Filter::parse(&filter).unwrap(), false).await;
            assert!(page.items.is_empty(), "{filter}");
        }
    }
}

/// A source without an index on its time is told with the statement that cures it, and that does.
#[tokio::test]
async fn a_timeline_that_sorts_says_so_with_the_index_that_cures_it() {
    let test = common::database(System::Jenifer).await;
    let mut workshop = test.workshop().await;
    let many = "INSERT INTO audit_log SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'created_at', now()))).* \
         FROM (SELECT a FROM audit_log a LIMIT 1) f(e), generate_series(1, 30000); ANALYZE audit_log";
    workshop.script(many).await.unwrap();
    let open = async || {
        let door = test.door(LoginKind::Support).await;
        Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap())
    };
    let page = async |database: Arc<Database>| {
        let ask = Ask { view: Events::default(), query: Query::default() };
        ask.ask(database, Identity::Observer, Run::new()).await.unwrap()
    };
    let caveat = page(open().await).await.caveat.unwrap();
    let cure = caveat.hint.unwrap();
    assert_eq!(cure, "create index on \"public\".\"audit_log\" (\"created_at\", \"id\")");
    workshop.script(&cure).await.unwrap();
    assert_eq!(page(open().await).await.caveat, None);
}

#[tokio::test]
async fn the_tables_of_all_sources_are_looked_up_in_one_transaction() {
    let test = common::database(System::Hastecrm).await;
    let proxy = proxy::Proxy::start(&test.url(LoginKind::Support));
    let login = proxy.through(&test.url(LoginKind::Support)).parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"), "test");
    let door = Door::open(login, None, journal, common::anchor).await.unwrap();
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let page = async || {
        let before = proxy.exchanges();
        let ask = Ask { view: Events::default(), query: Query::default() };
        ask.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap();
        proxy.exchanges() - before
    };
    let (first, again) = (page().await, page().await);
    let mapping = database.mapping().unwrap();
    let sources = mapping.audits.iter().map(|audit| &audit.source);
    let places = [&mapping.user.source, &mapping.organization.source];
    let sources = sources.chain(places).chain(mapping.department.iter().map(|it| &it.source));
    let joined = sources.clone().flat_map(|it| it.joins.iter().map(|join| &join.relation));
    let tables: BTreeSet<_> = sources.clone().map(|it| &it.relation).chain(joined).collect();
    // A statement for each table, its beginning and end, and twice the first reading of a statement.
    assert!(
        first <= again + tables.len() as u64 + 4,
        "{first} and {again}, {} tables",
        tables.len()
    );
}
