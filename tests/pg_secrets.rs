//! What a secret column holds, and a password that somebody wrote into a statement: nothing that explains, counts, measures or watches repeats it.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::sync::Arc;

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Query},
    mapping::Library,
    monitor::{Topic, Watch},
    pg::{Acting, Door, Identity, Journal, RelationName, Run},
    question::Question as _,
    rls::{Check, Choice, Explain, Hidden, Layout, Statement, cost::PolicyCost, tell, tell_unseen},
};

/// The organizations' assistant with its mapping, in which passwords are secret.
async fn database(test: &common::TestDatabase) -> Arc<Database> {
    let folder = common::home().path().join(format!("{}.journal", test.name));
    let (login, jail) = (test.login(LoginKind::Support), test.login(LoginKind::Jail));
    let journal = Journal::new(folder, "test");
    let door = Door::open(login, Some(jail), journal, common::anchor).await.unwrap();
    Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap())
}

fn somebody() -> Identity {
    let now = common::anchor();
    Identity::Acting(Arc::new(Acting {
        role: "org_assistant_app".into(),
        settings: vec![("app.current_user_id".parse().unwrap(), String::new())],
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    }))
}

/// A policy that fails on what is secret, as one does that compares it with a number.
const POLICY: &str = "ALTER TABLE public.users ENABLE ROW LEVEL SECURITY; ALTER TABLE public.users FORCE ROW LEVEL SECURITY; \
    DELETE FROM public.users WHERE password_hash IS NULL; \
    CREATE FUNCTION public.is_fine(text) RETURNS bool LANGUAGE plpgsql STABLE AS $f$ BEGIN RETURN $1::int > 0; END $f$; \
    DO $$ DECLARE p text; BEGIN FOR p IN SELECT polname FROM pg_policy WHERE polrelid = 'public.users'::regclass LOOP EXECUTE format('DROP POLICY %I ON public.users', p); END LOOP; END $$; \
    CREATE POLICY fails ON public.users USING (public.is_fine(password_hash))";

#[tokio::test]
async fn a_policy_that_fails_on_a_secret_is_explained_without_it() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop.script(POLICY).await.unwrap();
    let database = database(&test).await;
    let table = RelationName::new("public", "users");
    let explain = Explain {
        table: table.clone(),
        choice: Choice::All,
        statement: Statement::Select,
        edits: Vec::new(),
        check: Check::Reads,
        most: 3,
    };
    let why = explain.ask(Arc::clone(&database), somebody(), Run::new()).await.unwrap();
    let mut told: String = why.iter().map(|it| tell(it, Layout::Text)).collect();
    told.push_str(&serde_json::to_string(&why).unwrap());
    let hidden = Hidden { table: table.clone(), statement: Statement::Select };
    let unseen = hidden.ask(Arc::clone(&database), somebody(), Run::new()).await.unwrap();
    told.push_str(&tell_unseen(&unseen, Layout::Text));
    let cost = PolicyCost { table, statement: Statement::Select };
    let bill = cost.ask(Arc::clone(&database), somebody(), Run::new()).await.unwrap();
    told.push_str(&serde_json::to_string(&bill).unwrap());
    let told = format!("{told}{:?}", database.door.ran());
    assert!(told.contains("invalid input syntax for type integer"), "{told}");
    assert!(!told.contains("$2b$"), "{told}");
}

#[tokio::test]
async fn a_password_that_a_session_sent_is_not_shown_to_who_watches() {
    let test = common::database(System::OrgAssistant).await;
    let mut sender = test.workshop().await;
    sender.script("BEGIN; ALTER ROLE purview_dba PASSWORD 'hush-hush'; ROLLBACK").await.unwrap();
    let door = test.door(LoginKind::Superuser).await;
    let database = Arc::new(Database::new(door, None));
    let question = Ask { view: Watch(Topic::Activity), query: Query::default() };
    let page = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
    let told = format!("{:?}", page.items);
    assert!(told.contains("ALTER ROLE purview_dba PASSWORD '***'"), "{told}");
    assert!(!told.contains("hush-hush"), "{told}");
}
