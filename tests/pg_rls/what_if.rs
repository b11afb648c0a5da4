//! What if is what happens: against the real DDL, for users of every system.

use std::sync::Arc;

use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Everybody, Somebody},
    mapping::Library,
    pg::{Identity, RelationName, Run, Sql},
    question::Question as _,
    rls::{Change, Draft, Opening, Statement, Warranted, WhatIf},
};

use crate::{
    common,
    plain::{Plain, acting, warrant},
};

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

/// What `count(*)` says to somebody.
async fn counted(database: &Database, somebody: &Somebody, table: &RelationName) -> Option<u64> {
    let acting = acting(somebody);
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
                // Whoever is refused by one of both may still be told the other.
                Some(change) if change.problem.is_some() => change.after,
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

#[tokio::test]
async fn what_one_begins_with_changes_nothing_and_rows_that_would_be_gained_or_lost_are() {
    let place = common::database(System::OrgAssistant).await;
    let door = place.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let ask = async |draft: Draft| {
        let statements = vec![Statement::Select];
        let question = WhatIf { draft, statements, organization: None, users: Vec::new() };
        let question = Warranted { warrant: warrant(), question };
        question.ask(Arc::clone(&database), Identity::Observer, Run::new()).await
    };
    let mut workshop = place.workshop().await;
    let names = "SELECT schemaname || '.' || tablename, policyname FROM pg_policies ORDER BY 1, 2";
    let policies = workshop.fetch(&Sql::new(names)).await.unwrap().rows;
    assert!(policies.len() > 5);
    for row in policies {
        let [table, policy] = <[_; 2]>::try_from(row).unwrap().map(Option::unwrap);
        let table: RelationName = table.parse().unwrap();
        let opening = Opening { table: table.clone(), policy: Some(policy.clone()), mended: false };
        let text = opening.ask(Arc::clone(&database), Identity::Observer, Run::new()).await;
        let text = text.unwrap();
        let effect = ask(Draft::read(&table, &text).unwrap()).await.unwrap();
        let moved = effect.changes.iter().find(|it| it.problem.is_none());
        assert_eq!(moved, None, "{policy}: {text}");
    }
    let table = RelationName::new("public", "emails");
    let nowhere = Opening { table: table.clone(), policy: Some("nowhere".into()), mended: false };
    let problem = nowhere.ask(Arc::clone(&database), Identity::Observer, Run::new()).await;
    assert!(problem.unwrap_err().hint.is_some());
    // Those who read by department lose what is unread, and everybody gains what is important.
    let text = "ALTER POLICY email_access_policy ON emails USING (NOT unread OR important)";
    let effect = ask(Draft::read(&table, text).unwrap()).await.unwrap();
    let crowd =
        Everybody::default().ask(Arc::clone(&database), Identity::Observer, Run::new()).await;
    let people: Vec<Somebody> = crowd.unwrap().people;
    let mut plain = Plain::open(&place).await;
    let mut shown = Vec::new();
    for change in &effect.changes {
        let meant = |it: &&Somebody| it.candidate.person.id == change.user_id;
        let Some(somebody) = people.iter().find(meant) else { continue };
        for (gained, key) in change
            .gains
            .iter()
            .map(|key| (true, key))
            .chain(change.losses.iter().map(|key| (false, key)))
        {
            assert_eq!(sees(&mut plain, somebody, key).await, !gained, "{change:?}");
            shown.push((gained, key.clone(), somebody));
        }
        // Whoever is alike would gain and lose as many.
        let alike = effect.changes.iter().filter(|it| it.class == change.class);
        let same = |it: &Change| (it.gained, it.lost) == (change.gained, change.lost);
        assert!(alike.clone().all(same), "{change:?}");
    }
    assert!(shown.iter().any(|it| it.0) && shown.iter().any(|it| !it.0), "{shown:?}");
    workshop.script(&effect.up).await.unwrap();
    for (gained, key, somebody) in shown {
        assert_eq!(sees(&mut plain, somebody, &key).await, gained, "{key}");
    }
}

/// Whether somebody sees the mail with this key, told without purview.
async fn sees(plain: &mut Plain<'_>, somebody: &Somebody, key: &str) -> bool {
    let acting = acting(somebody);
    let text = format!("SELECT count(*)::text FROM emails WHERE id = '{key}'");
    plain.value(&acting, &text).await.unwrap() == "1"
}
