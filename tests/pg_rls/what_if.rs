//! What if is what happens: the effect of a draft is that of the real DDL, for every user.

use std::sync::Arc;

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Everybody, Somebody},
    mapping::Library,
    pg::{Identity, RelationName, Run, Sql},
    question::Question as _,
    rls::{Draft, Statement, Warrant, WhatIf},
};

use crate::common;

/// Tables with drafts about them.
const DRAFTS: [(System, &str, &str); 9] = [
    (
        System::OrgAssistant,
        "emails",
        "ALTER POLICY email_access_policy ON emails USING (department_id = ANY (get_user_department_ids(current_setting('app.current_user_id', true)::uuid)))",
    ),
    (
        System::OrgAssistant,
        "emails",
        "DROP POLICY email_access_policy ON emails; CREATE POLICY own ON emails FOR SELECT USING (department_id IN \
         (SELECT d.id FROM departments d JOIN users u ON u.organization_id = d.organization_id WHERE u.id = current_setting('app.current_user_id', true)::uuid))",
    ),
    (
        System::OrgAssistant,
        "messages",
        "CREATE POLICY own ON messages FOR SELECT TO org_assistant_app USING (EXISTS (SELECT 1 FROM conversations c WHERE c.id = conversation_id))",
    ),
    (
        System::OrgAssistant,
        "conversations",
        "DROP POLICY conversation_access_policy ON conversations",
    ),
    (
        System::OrgAssistant,
        "files",
        "CREATE POLICY small ON files AS RESTRICTIVE FOR SELECT USING (department_id IS NOT NULL AND id::text < '8')",
    ),
    (
        System::OrgAssistant,
        "embeddings",
        "CREATE POLICY others ON embeddings FOR SELECT TO purview_support USING (true)",
    ),
    (
        System::Sekretarka,
        "appointments",
        "ALTER TABLE appointments ENABLE ROW LEVEL SECURITY; CREATE POLICY members ON appointments USING (organization_id IN \
         (SELECT o.id FROM organizations o WHERE o.owner_id = current_setting('app.user_id', true)::uuid))",
    ),
    (
        System::Hastecrm,
        "deals",
        "ALTER POLICY deal_access ON deals USING (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)",
    ),
    (
        System::Jenifer,
        "organizations",
        "CREATE POLICY open ON organizations FOR SELECT TO anon, authenticated USING (subscription_tier IS NOT NULL)",
    ),
];

fn warrant() -> Warrant {
    let since = common::anchor();
    Warrant { reason: "test".into(), since, until: since + Duration::minutes(30) }
}

/// What `count(*)` says to somebody.
async fn counted(database: &Database, somebody: &Somebody, table: &RelationName) -> Option<u64> {
    let Warrant { reason, since, until } = warrant();
    let acting = Arc::new(somebody.candidate.acting(&reason, since, until));
    let sql = Sql::new(format!("SELECT count(*)::text FROM {}", table.quoted()).leak());
    let rows = database.door.read(&Identity::Acting(acting), &sql, &Run::new()).await.ok()?;
    Some(rows.scalar().unwrap().parse().unwrap())
}

#[tokio::test]
async fn the_effect_of_a_draft_is_that_of_the_real_ddl() {
    let mut changed = 0;
    for (system, table, text) in DRAFTS {
        let test = common::database(system).await;
        let door = test.door(LoginKind::Support).await;
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        let crowd = Everybody::default()
            .ask(Arc::clone(&database), Identity::Observer, Run::new())
            .await
            .unwrap();
        let people: Vec<_> = crowd
            .people
            .into_iter()
            .chain(crowd.others)
            .filter(|it| it.candidate.role != "service_role")
            .collect();
        let table = RelationName::new("public", table);
        let mut before = Vec::new();
        for somebody in &people {
            before.push(counted(&database, somebody, &table).await);
        }
        let draft = Draft::read(&table, text).unwrap();
        let what_if = WhatIf {
            draft,
            statements: vec![Statement::Select],
            organization: None,
            users: Vec::new(),
        };
        let effect = what_if.run_for(&database, &people, &warrant(), &Run::new()).await.unwrap();
        // Nothing has happened yet.
        for (somebody, before) in people.iter().zip(&before) {
            assert_eq!(counted(&database, somebody, &table).await, *before);
        }
        let mut workshop = test.workshop().await;
        workshop.script(&effect.up).await.unwrap();
        for (somebody, before) in people.iter().zip(&before) {
            let real = counted(&database, somebody, &table).await;
            let candidate = &somebody.candidate;
            let change = effect.changes.iter().find(|it| {
                it.user_id == candidate.person.id
                    && it.user == candidate.person.label
                    && it.organization == candidate.organization
            });
            let told = match change {
                None => *before,
                Some(change) if change.problem.is_some() => None,
                Some(change) => {
                    assert_eq!(change.before, *before, "{text} {change:?}");
                    let then =
                        change.before.unwrap() + change.gained.unwrap() - change.lost.unwrap();
                    assert_eq!(change.after, Some(then), "{text} {change:?}");
                    change.after
                }
            };
            assert_eq!(told, real, "{text} {candidate:?} {change:?}");
        }
        changed += effect.changes.iter().filter(|it| it.problem.is_none()).count();
        workshop.script(&effect.down).await.unwrap();
        for (somebody, before) in people.iter().zip(&before) {
            assert_eq!(counted(&database, somebody, &table).await, *before, "{}", effect.down);
        }
        println!("{system:?} {table}: {} change, {} do not", effect.changes.len(), effect.same);
    }
    assert!(changed > 50, "{changed}");
}

#[tokio::test]
async fn what_is_no_condition_is_refused_as_the_server_refuses_it() {
    let test = common::database(System::OrgAssistant).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let table = RelationName::new("public", "emails");
    for (text, code) in [
        ("CREATE POLICY p ON emails USING (subject)", Some("42804")),
        ("CREATE POLICY p ON emails USING (nowhere = 1)", Some("42703")),
        ("CREATE POLICY p ON emails USING (missing(subject))", Some("42883")),
        ("CREATE POLICY email_access_policy ON emails USING (true)", None),
        ("DROP POLICY nowhere ON emails", None),
        ("CREATE POLICY p ON emails TO nobody_at_all USING (true)", None),
    ] {
        let what_if = WhatIf {
            draft: Draft::read(&table, text).unwrap(),
            statements: Vec::new(),
            organization: None,
            users: Vec::new(),
        };
        let problem = what_if.run(&database, &warrant(), &Run::new()).await.unwrap_err();
        assert_eq!(problem.sqlstate.as_deref(), code, "{text}: {problem:?}");
        assert!(problem.hint.is_some() || code.is_some(), "{text}");
    }
}
