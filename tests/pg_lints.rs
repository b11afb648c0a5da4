//! What the rules about row security find, on schemas made for it and on the five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
#[path = "lints/elsewhere.rs"]
mod elsewhere;
mod program;

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Query},
    mapping::Library,
    pg::{Acting, Identity, Run, SettingName, Workshop},
    question::Question,
    rls::{
        Findings, Lints, Tries,
        lint::{CONSTANT, Finding, RULES, TRIED, findings_of_tries},
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
        ("reference-across-tenants", "planted.links"),
        ("password-readable", "planted.signed_in"),
        ("password-readable", "planted.signed_in_elsewhere"),
        ("policy-function-as-caller", "planted.is_somebody()"),
        ("trigger-writes-as-caller", "planted.records()"),
        ("function-ignores-expiry", "planted.open_for_ever(text)"),
        ("owner-cannot-hand-over", "planted.deals"),
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
        let mut of = planted.iter().filter(|(code, _)| *code == rule.code).peekable();
        assert!(of.peek().is_some(), "nothing is planted for {}", rule.code);
        for (code, object) in of {
            assert!(objects(&findings, code).contains(object), "{code}: {findings:#?}");
        }
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
        ("policy-function-as-caller", "planted.is_somebody()"),
        ("trigger-writes-as-caller", "planted.records()"),
        ("function-ignores-expiry", "planted.open_for_ever(text)"),
        ("owner-cannot-hand-over", "planted.deals"),
    ] {
        assert_eq!(objects(&findings, rule), BTreeSet::from([only]), "{rule}");
    }
    // A token counts where a password stands beside it, and nowhere else.
    let people = BTreeSet::from(["planted.signed_in", "planted.signed_in_elsewhere"]);
    assert_eq!(objects(&findings, "password-readable"), people);
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
        if !RULES.iter().any(|rule| rule.code == code) {
            continue;
        }
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
            "function-ignores-expiry",
            "policy-column-without-index",
            "owner-cannot-hand-over",
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

/// The findings about conditions that say by themselves what they let pass.
async fn constant(test: &common::TestDatabase) -> Vec<Finding> {
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let mut found = Findings.ask(database, Identity::Observer, Run::new()).await.unwrap();
    found.retain(|it| CONSTANT.iter().any(|(code, _)| *code == it.code));
    found
}

#[tokio::test]
async fn conditions_that_let_everything_pass_or_nothing_are_found_shown_and_mended() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(include_str!("lints/constant.sql")).await.unwrap();
    let found = constant(&test).await;
    let told: Vec<_> =
        found.iter().map(|it| (it.code.as_str(), &*it.object, &*it.detail)).collect();
    assert_eq!(
        told,
        [
            (
                "policies-contradict",
                "constant.deals",
                "what policy `changes` lets UPDATE no policy lets anybody see: UPDATE … WHERE finds none of it"
            ),
            (
                "restrictive-policy-never-passes",
                "constant.mails",
                "restrictive policy `none` for SELECT holds everything back: USING ((kind = 'a'::text) AND (kind = 'b'::text)) holds for no row"
            ),
            (
                "policy-always-passes",
                "constant.notes",
                "policy `every_state` for SELECT lets everything pass: USING ((state IS NULL) OR (state IS NOT NULL)) holds for every row"
            ),
            (
                "policy-always-passes",
                "constant.notes",
                "policy `itself` for DELETE lets everything pass: USING (id = id) holds for every row"
            ),
            (
                "policies-contradict",
                "constant.tasks",
                "what policy `open` lets SELECT, INSERT, UPDATE, DELETE restrictive policy `strict` holds back, every row"
            ),
            (
                "restrictive-policy-always-passes",
                "constant.mails",
                "restrictive policy `all` for SELECT holds nothing back"
            ),
            (
                "policy-never-passes",
                "constant.notes",
                "policy `nothing` for UPDATE lets nothing pass, whatever the row"
            ),
        ]
    );
    for finding in &found {
        workshop.script("RESET search_path").await.unwrap();
        assert_eq!(workshop.script(&finding.evidence).await.unwrap().len(), 1, "{finding:?}");
        if !finding.cure.starts_with("--") {
            workshop.script(&finding.cure).await.unwrap();
        }
    }
    let left: BTreeSet<_> = constant(&test).await.into_iter().map(|it| it.code).collect();
    let by_hand =
        ["policies-contradict", "policy-always-passes", "restrictive-policy-never-passes"];
    assert_eq!(left, by_hand.map(str::to_owned).into());
}

/// One condition out of a number, over three columns: with AND, OR and NOT above what can be told of them.
fn condition(mut seed: u64, depth: u8) -> String {
    const LEAVES: [&str; 16] = [
        "a = 'x'",
        "a <> 'x'",
        "a = 'y'",
        "a IS NULL",
        "a IS NOT NULL",
        "a IN ('x', 'y')",
        "a NOT IN ('x', 'z')",
        "b = 1",
        "b <> 1",
        "b = 2",
        "b IN (1, 2)",
        "c",
        "b = b",
        "1 = 1",
        "'x' = 'y'",
        "length(a) = 1",
    ];
    let mut next = |below: u64| {
        // A generator of the simplest kind: the same conditions every time.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let kind = next(if depth == 0 { 1 } else { 4 });
    let (one, other) = (next(u64::MAX >> 33), next(u64::MAX >> 33));
    match kind {
        1 => format!("({} AND {})", condition(one, depth - 1), condition(other, depth - 1)),
        2 => format!("({} OR {})", condition(one, depth - 1), condition(other, depth - 1)),
        3 => format!("(NOT {})", condition(one, depth - 1)),
        _ => LEAVES[usize::try_from(one).unwrap() % LEAVES.len()].to_owned(),
    }
}

/// Every combination of values of which a condition can tell one from another, and one more of each column.
const VALUES: &str = "CREATE SCHEMA gen; CREATE TABLE gen.t (a text, b int NOT NULL, c boolean); ALTER TABLE gen.t ENABLE ROW LEVEL SECURITY; \
    INSERT INTO gen.t SELECT a, b, c FROM unnest(ARRAY['x', 'y', 'z', 'more', NULL]) a, unnest(ARRAY[1, 2, 3]) b, unnest(ARRAY[true, false, NULL]) c";

#[tokio::test]
async fn what_is_called_always_or_never_is_so_on_every_row_and_the_rest_is_not() {
    const CONDITIONS: u64 = 400;
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    let mut script = format!("{VALUES};\n");
    let mut counts = Vec::new();
    for number in 0..CONDITIONS {
        let said = condition(number, 3);
        writeln!(script, "CREATE POLICY p{number} ON gen.t FOR SELECT USING ({said});").unwrap();
        counts.push(format!("count(*) FILTER (WHERE {said})"));
    }
    workshop.script(&script).await.unwrap();
    let sql =
        format!("SELECT unnest(ARRAY[{}])::text, count(*)::text FROM gen.t", counts.join(", "));
    let passed = workshop.script(&sql).await.unwrap();
    let found = constant(&test).await;
    let called = |code: &str, number: u64| {
        let policy = format!("policyname = 'p{number}'");
        found.iter().any(|it| it.code == code && it.evidence.ends_with(&policy))
    };
    let mut seen = [0, 0, 0];
    for (number, row) in (0..CONDITIONS).zip(&passed) {
        let said = condition(number, 3);
        // What a function makes of a value is not known to the rules: less is said then.
        let opaque = said.contains("length");
        let (always, never) = (row[0] == row[1], row[0].as_deref() == Some("0"));
        let told = (called("policy-always-passes", number), called("policy-never-passes", number));
        assert!(always || !told.0, "{said}");
        assert!(never || !told.1, "{said}");
        assert!(opaque || told == (always, never), "{said}: {told:?}");
        seen[if told.0 {
            0
        } else if told.1 {
            1
        } else {
            2
        }] += 1;
    }
    assert!(seen.iter().all(|it| *it >= 20), "{seen:?}");
}
