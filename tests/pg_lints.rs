//! What the rules about row security find, on schemas made for it and on the five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::{collections::BTreeSet, sync::Arc};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Identity, Run, SettingName, Workshop},
    question::Question,
    rls::{
        Findings, Lints, Tries,
        lint::{Finding, RULES, TRIED, findings_of_tries},
    },
};

/// Each finding's rule, object and what is said about it.
async fn findings(test: &common::TestDatabase) -> Vec<[String; 3]> {
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let query = Query { limit: 10_000, ..Query::default() };
    let page =
        Ask { view: Lints, query }.ask(database, Identity::Observer, Run::new()).await.unwrap();
    assert!(page.at_start && page.at_end);
    let place = |name: &str| page.columns.iter().position(|column| column.name == name).unwrap();
    let places = [place("code"), place("object"), place("detail")];
    let items = page.items.iter();
    items.map(|item| places.map(|place| item.cells[place].clone().unwrap())).collect()
}

/// The objects in which a rule finds something.
fn objects<'a>(findings: &'a [[String; 3]], rule: &str) -> BTreeSet<&'a str> {
    let of_rule = findings.iter().filter(|[code, ..]| code == rule);
    of_rule.map(|[_, object, _]| object.as_str()).collect()
}

#[tokio::test]
async fn every_rule_finds_the_defect_that_was_planted_for_it() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(include_str!("lints/planted.sql")).await.unwrap();
    let findings = findings(&test).await;
    let planted = [
        ("table-without-policy", "planted.no_policy"),
        ("table-without-row-security", "planted.no_security"),
        ("policies-without-row-security", "planted.dormant"),
        ("only-restrictive-policies", "planted.only_restrictive"),
        ("privilege-column-may-be-changed", "planted.people"),
        ("definer-function-search-path", "planted.powerful()"),
        ("view-as-its-owner", "planted.half_view"),
        ("materialized-view-of-protected-rows", "planted.half_copy"),
        ("partition-around-policies", "planted.child"),
        ("policy-always-true", "planted.leaky_bin"),
        ("login-can-bypass", "lint_login"),
        ("trigger-copies-secrets", "planted.signed_in"),
        ("command-without-policy", "planted.half"),
        ("policy-without-expression", "planted.nothing_granted"),
        ("setting-raises", "planted.by_setting"),
        ("function-setting-raises", "planted.strict_setting()"),
        ("privilege-beside-policies", "planted.half"),
        ("owner-not-forced", "planted.half"),
        ("soft-delete-not-in-policies", "planted.leaky_bin"),
        ("update-moves-out-of-sight", "planted.bin"),
        ("reference-across-tenants", "planted.tasks"),
        ("session-user-in-policy", "planted.sessions"),
        ("leakproof-function", "planted.leaky(integer)"),
        ("volatile-function-in-policy", "planted.whimsical"),
        ("function-for-each-row", "planted.by_function"),
        ("policy-column-without-index", "planted.by_function"),
        ("redundant-policy", "planted.twice"),
        ("policy-for-unused-role", "planted.for_nobody"),
        ("policy-role-without-privilege", "planted.for_nobody"),
    ];
    for rule in RULES {
        let (_, object) = planted.iter().find(|(code, _)| *code == rule.code).unwrap();
        assert!(objects(&findings, rule.code).contains(object), "{}: {findings:#?}", rule.code);
    }
    // What was planted for one rule is not found by another that it does not concern.
    for (rule, only) in [
        ("table-without-policy", "planted.no_policy"),
        ("policies-without-row-security", "planted.dormant"),
        ("only-restrictive-policies", "planted.only_restrictive"),
        ("policy-without-expression", "planted.nothing_granted"),
        ("soft-delete-not-in-policies", "planted.leaky_bin"),
        ("update-moves-out-of-sight", "planted.bin"),
        ("redundant-policy", "planted.twice"),
        ("trigger-copies-secrets", "planted.signed_in"),
    ] {
        assert_eq!(objects(&findings, rule), BTreeSet::from([only]), "{rule}");
    }
    shown_and_mended(&mut workshop, &test).await;
}

/// Runs what shows each finding, and what mends it: then it is gone.
async fn shown_and_mended(workshop: &mut Workshop, test: &common::TestDatabase) {
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let found = Findings.ask(database, Identity::Observer, Run::new()).await.unwrap();
    let mut mended = BTreeSet::new();
    for finding in &found {
        let Finding { code, object, detail, evidence, cure, .. } = finding;
        // Both are made to be run where nothing is set.
        workshop.script("RESET search_path").await.unwrap();
        workshop.script(evidence).await.unwrap_or_else(|it| panic!("{code}: {evidence}: {it}"));
        // What only a person can say is a comment; an index is made outside of transactions.
        if cure.starts_with("--") || cure.contains("CONCURRENTLY") {
            continue;
        }
        workshop.script("BEGIN").await.unwrap();
        workshop.script(cure).await.unwrap_or_else(|it| panic!("{code}: {cure}: {it}"));
        workshop.script("SET LOCAL search_path = ''").await.unwrap();
        let rule = RULES.iter().find(|rule| rule.code == code).unwrap();
        let left = workshop.script(rule.sql).await.unwrap();
        let same = |row: &Vec<Option<String>>| {
            row[0].as_deref() == Some(object) && row[1].as_deref() == Some(detail)
        };
        assert!(!left.iter().any(same), "{code} is still there after: {cure}");
        workshop.script("ROLLBACK").await.unwrap();
        mended.insert(code.as_str());
    }
    let by_hand = RULES.iter().map(|rule| rule.code).filter(|code| !mended.contains(code));
    assert_eq!(
        by_hand.collect::<Vec<_>>(),
        [
            "table-without-policy",
            "only-restrictive-policies",
            "policy-always-true",
            "trigger-copies-secrets",
            "update-moves-out-of-sight",
            "policy-column-without-index",
        ]
    );
    let index = found.iter().find(|it| it.cure.contains("CONCURRENTLY")).unwrap();
    workshop.script(&index.cure).await.unwrap();
}

#[tokio::test]
async fn what_only_shows_when_somebody_tries_is_found_by_trying() {
    let test = common::empty_database().await;
    test.workshop().await.script(include_str!("lints/tried.sql")).await.unwrap();
    let door = test.door(LoginKind::Superuser).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let mut tried = Vec::new();
    let me: SettingName = "tried.me".parse().unwrap();
    for settings in [vec![(me, "1".to_owned())], Vec::new()] {
        let now = common::anchor();
        let who = Acting {
            role: "try_app".into(),
            settings,
            search_path: None,
            person: None,
            reason: "test".into(),
            since: now,
            until: now + chrono::Duration::minutes(30),
        };
        database.door.begin_acting(&who).await.unwrap();
        let who = Identity::Acting(Arc::new(who));
        tried.extend(Tries.ask(Arc::clone(&database), who, Run::new()).await.unwrap());
    }
    let found = findings_of_tries(&tried);
    let found_in: BTreeSet<(&str, &str)> =
        found.iter().map(|it| (it.code.as_str(), it.object.as_str())).collect();
    assert_eq!(
        found_in,
        BTreeSet::from([
            ("policy-recursion", "tried.hen"),
            ("policy-recursion", "tried.egg"),
            ("policy-recursion", "tried.mirror"),
            ("policy-needs-privilege", "tried.needy"),
            ("policy-raises", "tried.words"),
            ("identity-raises", "tried.mine"),
            ("policy-reads-hidden-rows", "tried.task"),
        ]),
        "{found:#?}"
    );
    let codes: BTreeSet<&str> = found.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, TRIED.iter().map(|(code, _)| *code).collect());
    let hidden = found.iter().find(|it| it.object == "tried.task").unwrap();
    assert!(hidden.detail.contains("2 of 3 rows"), "{hidden:?}");
    // What shows a failure fails again, by the same code.
    let mut workshop = test.workshop().await;
    for finding in &found {
        let again = workshop.script(&finding.evidence).await;
        workshop.script("ROLLBACK").await.unwrap();
        assert_eq!(again.is_err(), finding.code != "policy-reads-hidden-rows", "{finding:?}");
    }
}

#[tokio::test]
async fn a_table_as_it_should_be_has_no_findings() {
    let test = common::empty_database().await;
    test.workshop().await.script(include_str!("lints/clean.sql")).await.unwrap();
    let all = findings(&test).await;
    // What concerns logins is the same in every database of the cluster.
    let here: Vec<_> = all.iter().filter(|[code, ..]| code != "login-can-bypass").collect();
    assert!(here.is_empty(), "{here:#?}");
}

#[tokio::test]
async fn the_defects_of_the_five_systems_are_found() {
    for system in System::ALL {
        let test = common::database(system).await;
        let findings = findings(&test).await;
        let found = |rule: &str| objects(&findings, rule);
        let public = |names: &[&'static str]| -> BTreeSet<String> {
            names.iter().map(|name| format!("public.{name}")).collect()
        };
        let same = |rule: &str, names: &[&'static str]| {
            let found: BTreeSet<_> = found(rule).into_iter().map(str::to_owned).collect();
            assert_eq!(found, public(names), "{system:?} {rule}");
        };
        match system {
            System::OrgAssistant => {
                same(
                    "table-without-policy",
                    &["messages", "calendar_events", "email_accounts", "calendar_accounts"],
                );
                same("command-without-policy", &["emails", "files", "conversations", "embeddings"]);
                assert!(found("setting-raises").contains("public.emails"));
                same("function-for-each-row", &["emails", "files", "conversations", "embeddings"]);
                for open in ["users", "user_roles", "user_departments", "audit_logs"] {
                    assert!(
                        found("table-without-row-security").contains(&*format!("public.{open}"))
                    );
                }
                assert!(found("soft-delete-not-in-policies").contains("public.emails"));
            }
            System::Jenifer => {
                same(
                    "table-without-policy",
                    &[
                        "user_executive_assignments",
                        "delegations",
                        "key_dates",
                        "contacts",
                        "concierge_services",
                        "ai_insights",
                        "ai_patterns",
                    ],
                );
                assert!(found("definer-function-search-path").contains("auth.user_org_id()"));
                assert!(found("volatile-function-in-policy").contains("public.meetings"));
                assert!(found("privilege-column-may-be-changed").contains("public.users"));
                for open in ["invitations", "calendar_sync_tokens", "family_members"] {
                    assert!(
                        found("table-without-row-security").contains(&*format!("public.{open}"))
                    );
                }
                assert_eq!(found("redundant-policy").len(), 6);
            }
            System::Hastecrm => {
                same("table-without-policy", &["emails"]);
                same("setting-raises", &["contacts", "deals"]);
                assert_eq!(found("materialized-view-of-protected-rows").len(), 1);
                assert!(found("soft-delete-not-in-policies").contains("public.contacts"));
            }
            System::Sekretarka | System::Rishi => {
                assert!(found("table-without-row-security").contains("public.users"));
                assert!(found("table-without-policy").is_empty());
            }
        }
        if !matches!(system, System::Sekretarka | System::Rishi) {
            assert!(!found("owner-not-forced").is_empty(), "{system:?}");
        }
    }
}
