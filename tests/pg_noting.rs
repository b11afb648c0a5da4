//! The entry in the application's own audit: before the first statement as somebody, with who, as whom and why; only where somebody asked for it, saw it and
//! may write it; and acting goes on without it where it cannot be.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::sync::Arc;

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Candidate, Identities, Noting, Users},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Door, Identity, Journal, Kind, Run, Sql, Workshop},
    question::Question as _,
    tui::popup::{Began, Begin, Entry},
};

/// Where the entry goes, and what of it has to be there: actor, as whom, why.
const PLACES: [(System, &str, &str); 3] = [
    (
        System::OrgAssistant,
        "public.audit_logs",
        "SELECT details ->> 'actor', resource_id::text, details ->> 'reason', organization_id::text FROM public.audit_logs WHERE action_type = 'support_acts_as_user'",
    ),
    (
        System::Jenifer,
        "public.audit_log",
        "SELECT new_values ->> 'actor', entity_id::text, new_values ->> 'reason', org_id::text FROM public.audit_log WHERE action = 'support_acts_as_user'",
    ),
    (
        System::Rishi,
        "public.system_events",
        "SELECT event_data::json ->> 'actor', entity_id::text, event_data::json ->> 'reason', organization_id::text FROM public.system_events WHERE event_type = 'SUPPORT_ACTS_AS_USER'",
    ),
];

struct World {
    test: common::TestDatabase,
    database: Arc<Database>,
    folder: tempfile::TempDir,
}

impl World {
    async fn of(system: System, operator: LoginKind, treated: impl FnOnce(Door) -> Door) -> Self {
        let test = common::database(system).await;
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal"), "test");
        let (login, jail) = (test.login(operator), test.login(LoginKind::Jail));
        let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
        let database = Database::open(treated(door), &Library::shipped(), None).await.unwrap();
        Self { test, database: Arc::new(database), folder }
    }

    /// A user's identity, and what would be noted about it.
    async fn somebody(&self) -> (Candidate, Noting) {
        let users = Ask { view: Users::default(), query: Query { limit: 1, ..Query::default() } };
        let database = || Arc::clone(&self.database);
        let page = users.ask(database(), Identity::Observer, Run::new()).await.unwrap();
        let user = page.value(&page.items[0], "id").unwrap().to_owned();
        let answer = Identities { user }.ask(database(), Identity::Observer, Run::new()).await;
        let mut answer = answer.unwrap();
        (answer.candidates.remove(0), answer.noting)
    }

    /// Begins to act as `candidate`, as the dialog does.
    async fn begin(&self, candidate: &Candidate, entry: impl FnOnce(&Acting) -> Entry) -> Began {
        let now = common::anchor();
        let acting = candidate.acting("TICKET-7 'quoted'; DROP", now, now + Duration::minutes(30));
        let entry = entry(&acting);
        let begin = Begin { acting: Arc::new(acting), entry };
        begin.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await.unwrap()
    }

    fn journal(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.folder.path().join("journal")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn events(&self) -> Vec<String> {
        self.journal().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
    }
}

async fn count(workshop: &mut Workshop, table: &str) -> String {
    let rows = workshop.script(&format!("SELECT count(*)::text FROM {table}")).await.unwrap();
    rows[0][0].clone().unwrap()
}

fn written(noting: &Noting) -> impl FnOnce(&Acting) -> Entry {
    move |acting| Entry::Write(noting.statement(acting, "ann", "login").unwrap().unwrap())
}

#[tokio::test]
async fn the_entry_is_there_before_the_first_statement_with_who_as_whom_and_why() {
    for (system, table, question) in PLACES {
        let world = World::of(system, LoginKind::Admin, |door| door.audit_acting(true)).await;
        let mut workshop = world.test.workshop().await;
        let before: u64 = count(&mut workshop, table).await.parse().unwrap();
        let (candidate, noting) = world.somebody().await;
        assert!(matches!(noting, Noting::Entry(_)), "{system}: {noting:?}");
        assert_eq!(count(&mut workshop, table).await, before.to_string(), "looking writes nothing");
        let began = world.begin(&candidate, written(&noting)).await;
        assert_eq!(began.noted, Some(Ok(())), "{system}");
        let after: u64 = count(&mut workshop, table).await.parse().unwrap();
        assert_eq!(after, before + 1, "{system}");
        let found = workshop.script(question).await.unwrap();
        let person = &candidate.person;
        let expected = [
            Some("ann".to_owned()),
            person.id.clone(),
            Some("TICKET-7 'quoted'; DROP".to_owned()),
            person.organization.clone(),
        ];
        assert_eq!(found, [expected], "{system}");
        let events = world.events();
        assert_eq!(events[..2], ["start", "audited"], "{system}: {events:?}");
        assert!(events[2..].iter().all(|event| event == "statement") && events.len() > 2);
        assert_eq!(world.journal()[1]["outcome"], "written");
    }
}

#[tokio::test]
async fn without_being_asked_for_nothing_is_written() {
    for (system, table, _) in PLACES {
        let world = World::of(system, LoginKind::Admin, |door| door).await;
        let mut workshop = world.test.workshop().await;
        let before = count(&mut workshop, table).await;
        let (candidate, noting) = world.somebody().await;
        assert_eq!(noting, Noting::Off);
        let began = world.begin(&candidate, |_| Entry::None).await;
        assert_eq!(began.noted, None);
        assert_eq!(count(&mut workshop, table).await, before, "{system}");
        assert!(!world.events().contains(&"audited".to_owned()));
    }
}

#[tokio::test]
async fn where_nothing_may_be_written_no_entry_is_and_acting_goes_on() {
    let (system, table, _) = PLACES[0];
    let world = World::of(system, LoginKind::Admin, |door| door.audit_acting(true)).await;
    let (_, possible) = world.somebody().await;
    let shut =
        World::of(system, LoginKind::Admin, |door| door.audit_acting(true).read_only(true)).await;
    let mut workshop = shut.test.workshop().await;
    let before = count(&mut workshop, table).await;
    let (candidate, noting) = shut.somebody().await;
    let Noting::Cannot(problem) = noting else { panic!("{noting:?}") };
    assert!(problem.summary.contains("read only"), "{problem}");
    let began = shut.begin(&candidate, |_| Entry::Cannot(problem.to_string())).await;
    assert_eq!(began.noted, None);
    // Not even somebody who has the statement gets it through.
    let began = shut.begin(&candidate, written(&possible)).await;
    let problem = began.noted.unwrap().unwrap_err();
    assert_eq!(problem.kind, Kind::Permission, "{problem}");
    assert_eq!(count(&mut workshop, table).await, before);
    let journal = shut.journal();
    let noted: Vec<_> = journal.iter().filter(|line| line["event"] == "audited").collect();
    assert_eq!(noted.len(), 2);
    for line in noted {
        assert!(line["outcome"].as_str().unwrap().starts_with("not written: "), "{line}");
    }
}

#[tokio::test]
async fn whoever_may_not_write_it_is_told_the_grant_and_where_no_mapping_says_how_that() {
    let world =
        World::of(System::OrgAssistant, LoginKind::Support, |it| it.audit_acting(true)).await;
    let (_, noting) = world.somebody().await;
    let Noting::Cannot(problem) = noting else { panic!("{noting:?}") };
    let grant = "grant insert on \"public\".\"audit_logs\" to \"purview_support\"";
    assert_eq!(problem.hint.as_deref(), Some(grant));
    let world = World::of(System::Sekretarka, LoginKind::Admin, |it| it.audit_acting(true)).await;
    let (_, noting) = world.somebody().await;
    let Noting::Cannot(problem) = noting else { panic!("{noting:?}") };
    assert_eq!(problem.kind, Kind::Missing);
}

#[tokio::test]
async fn an_entry_that_the_table_does_not_take_is_told_and_acting_goes_on() {
    let (system, table, _) = PLACES[0];
    let world = World::of(system, LoginKind::Admin, |door| door.audit_acting(true)).await;
    let mut workshop = world.test.workshop().await;
    let before = count(&mut workshop, table).await;
    let (candidate, noting) = world.somebody().await;
    for trigger in ["RETURN NULL;", "RAISE EXCEPTION 'no';"] {
        workshop
            .script(&format!(
                "CREATE OR REPLACE FUNCTION public.refuses() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {trigger} END $f$; \
                 CREATE TRIGGER refuses BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public.refuses()"
            ))
            .await
            .unwrap();
        let began = world.begin(&candidate, written(&noting)).await;
        assert!(began.noted.unwrap().is_err(), "{trigger}");
        assert!(began.session.read_only && !began.session.visible.is_empty());
        workshop.script(&format!("DROP TRIGGER refuses ON {table}")).await.unwrap();
    }
    assert_eq!(count(&mut workshop, table).await, before);
}

/// Whoever owns the table may have made a trigger, and its code runs as the operator.
#[tokio::test]
async fn what_a_trigger_leaves_behind_is_not_met_by_what_the_operator_asks_next() {
    let (system, table, _) = PLACES[0];
    let world = World::of(system, LoginKind::Admin, |door| door.audit_acting(true)).await;
    let mut workshop = world.test.workshop().await;
    workshop
        .script(&format!(
            "CREATE FUNCTION public.leaves() RETURNS trigger LANGUAGE plpgsql AS $f$ DECLARE n int; BEGIN \
               FOR n IN 1..40 LOOP BEGIN EXECUTE format('DEALLOCATE sqlx_s_%s', n); EXCEPTION WHEN OTHERS THEN NULL; END; \
                 EXECUTE format('PREPARE sqlx_s_%s AS SELECT ''forged''::text', n); END LOOP; \
               PERFORM set_config('app.left', 'behind', false), set_config('search_path', 'pg_temp', false); RETURN NEW; END $f$; \
             CREATE TRIGGER leaves BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public.leaves()"
        ))
        .await
        .unwrap();
    let (candidate, noting) = world.somebody().await;
    let door = &world.database.door;
    let own = Sql::new(
        "SELECT concat_ws(' ', 'genuine', current_setting('app.left', true), (SELECT count(*) FROM pg_catalog.pg_prepared_statements WHERE from_sql))",
    );
    for _ in 0..4 {
        let began = world.begin(&candidate, written(&noting)).await;
        assert_eq!(began.noted, Some(Ok(())));
        let told = door.read(&Identity::Observer, &own, &Run::new()).await.unwrap();
        assert_eq!(told.scalar(), Some("genuine 0"));
    }
}
