//! Policy tests, snapshots and drafts on the five systems, on the baseline and after the hardening steps, by the program as people run it.

use std::path::{Path, PathBuf};

use purview::{
    demo::{LoginKind, System},
    migrate::{Runner, Source},
};

use crate::{
    common::{self, TestDatabase},
    program::Program,
};

fn program(database: &TestDatabase) -> Program {
    super::program(database, LoginKind::Support)
}

async fn harden(database: &TestDatabase, system: System) {
    let source = Source::embedded(system.name()).unwrap();
    let mut runner = Runner::open(&database.login(LoginKind::Admin), source).await.unwrap();
    assert!(!runner.up(None).await.unwrap().is_empty());
    runner.close().await;
}

fn example(system: System) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policy-tests");
    folder.join(format!("{}.toml", system.name())).display().to_string()
}

#[tokio::test]
async fn the_shipped_policy_tests_fail_where_the_baseline_does_and_pass_once_it_is_hardened() {
    for (system, failing) in [
        (System::OrgAssistant, "an admin reads no mail of other organizations"),
        (System::Jenifer, "one makes oneself no admin"),
        (System::Hastecrm, "a suspended admin reads no deals"),
        (System::Sekretarka, "an owner reads no calls of others"),
        (System::Rishi, "a manager reads no bookings of other organizations"),
    ] {
        let database = common::database(system).await;
        let program = program(&database);
        let before = program.run(["rls", "test", &example(system)]);
        assert_eq!(before.code, 1, "{system}: {}", before.said);
        assert!(before.out.contains(&format!("FAILED {failing}")), "{system}: {}", before.out);
        assert!(!before.out.contains("(error: "), "{system}: {}", before.out);
        if system == System::Hastecrm {
            let junit = program.run(["rls", "test", &example(system), "-o", "junit"]);
            assert_eq!(junit.code, 1);
            assert!(junit.out.contains("<failure message="), "{}", junit.out);
        }
        harden(&database, system).await;
        let after = program.run(["rls", "test", &example(system)]);
        assert_eq!(after.code, 0, "{system}: {}{}", after.out, after.said);
    }
}

#[tokio::test]
async fn a_failed_policy_test_names_rows_and_says_why() {
    let database = common::database(System::OrgAssistant).await;
    let ran = program(&database).run(["rls", "test", &example(System::OrgAssistant)]);
    let (_, told) = ran.out.split_once("FAILED an admin reads no mail of other").unwrap();
    let told = told.split("\nok ").next().unwrap();
    assert!(told.contains("allowed: id = "), "{told}");
    assert!(told.contains("is_user_admin"), "{told}");
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn a_bad_file_of_policy_tests_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(
        folder.path(),
        "bad.toml",
        "[[test]]\nname = \"x\"\nas = \"a\"\non = \"t\"\nexpect = \"some\"\n",
    );
    let ran = Program::new().run(["rls", "test", &path.display().to_string()]);
    assert_eq!(ran.code, 2);
    assert!(ran.said.contains("bad.toml:5: write `none`"), "{}", ran.said);
}

#[tokio::test]
async fn a_snapshot_is_the_same_until_something_changes_and_then_says_what() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database);
    let taken =
        program.run(["rls", "snapshot", "--user", "hana.pospisil@meridian-freight.example"]);
    assert_eq!(taken.code, 0, "{}", taken.said);
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "baseline.json", &taken.out).display().to_string();
    let check = || {
        program.run([
            "rls",
            "check",
            "--baseline",
            &path,
            "--user",
            "hana.pospisil@meridian-freight.example",
            "-o",
            "ndjson",
        ])
    };
    let same = check();
    assert_eq!((same.code, same.out.as_str()), (0, ""), "{}", same.said);
    database
        .workshop()
        .await
        .script("ALTER POLICY email_access_policy ON emails USING (true); GRANT TRUNCATE ON files TO org_assistant_app; ALTER TABLE files DISABLE ROW LEVEL SECURITY")
        .await
        .unwrap();
    let changed = check();
    assert_eq!(changed.code, 1, "{}", changed.said);
    for told in [
        "policy email_access_policy changed from permissive for SELECT",
        "row security was on, is off",
        "has DELETE, INSERT, SELECT, TRUNCATE, UPDATE",
        "hana.pospisil@meridian-freight.example, select: ",
        "; new, for example: ",
    ] {
        assert!(changed.out.contains(told), "{told}: {}", changed.out);
    }
}

#[tokio::test]
async fn what_is_no_baseline_is_refused_and_no_secret_gets_into_one() {
    let database = common::database(System::Sekretarka).await;
    let program = program(&database);
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere.json").display().to_string();
    let odd =
        written(folder.path(), "odd.json", "{\"version\": 7, \"tables\": [], \"access\": []}");
    for path in [nowhere, odd.display().to_string()] {
        let ran = program.run(["rls", "check", "--baseline", &path]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.said);
        assert!(ran.said.contains("`purview rls snapshot` prints one"), "{}", ran.said);
    }
    let mut workshop = database.workshop().await;
    // The key of such a row is the secret itself.
    workshop
        .script("INSERT INTO verification_tokens VALUES ('ann@example', 'tell-nobody', now())")
        .await
        .unwrap();
    let taken = program.run(["rls", "snapshot"]).data();
    let secrets = "SELECT token FROM verification_tokens UNION SELECT session_token FROM sessions UNION SELECT password_hash FROM users";
    let secrets = workshop.script(secrets).await.unwrap();
    assert!(secrets.len() > 5);
    for secret in secrets.iter().filter_map(|row| row[0].as_deref()) {
        assert!(!taken.contains(secret), "{secret}");
    }
    let snapshot: serde_json::Value = serde_json::from_str(&taken).unwrap();
    let access = snapshot["access"].as_array().unwrap();
    let tokens: Vec<_> =
        access.iter().filter(|it| it["table"] == "public.verification_tokens").collect();
    assert!(tokens.iter().any(|it| it["count"].as_u64() > Some(0)), "{tokens:?}");
    // That one is there no more is told all the same, without its name.
    let baseline = written(folder.path(), "baseline.json", &taken).display().to_string();
    workshop.script("DELETE FROM verification_tokens").await.unwrap();
    let ran = program.run(["rls", "check", "--baseline", &baseline, "-o", "ndjson"]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(ran.out.contains("public.verification_tokens") && ran.out.contains("fewer rows"));
    assert!(!ran.out.contains("tell-nobody"), "{}", ran.out);
}

/// A row of whoever belongs to its organization.
const BY_ORGANIZATION: &str = "t.organization_id = ANY (b.organizations)";

/// Tables with what makes a row one of the user `b`'s, told without the draft's own functions.
const OWN: [(System, &[(&str, &str)]); 2] = [
    (
        System::Sekretarka,
        &[
            ("conversations", BY_ORGANIZATION),
            ("messages", BY_ORGANIZATION),
            ("appointments", BY_ORGANIZATION),
            ("staff", BY_ORGANIZATION),
            ("organizations", "t.id = ANY (b.organizations)"),
            ("sessions", "t.user_id = b.id"),
        ],
    ),
    (
        System::Rishi,
        &[
            ("bookings", BY_ORGANIZATION),
            ("locations", BY_ORGANIZATION),
            // Where somebody would like to work is not whose they are.
            ("availability_blocks", "t.user_id = b.id"),
            (
                "booking_staff_assignments",
                "t.booking_id IN (SELECT x.id FROM bookings x WHERE x.organization_id = ANY (b.organizations))",
            ),
        ],
    ),
];

#[tokio::test]
async fn a_draft_lets_everybody_see_their_organizations_rows_alone_and_can_be_taken_back() {
    for (system, tables) in OWN {
        let database = common::database(system).await;
        let program = program(&database);
        let up = program.run(["rls", "draft", "--part", "up"]);
        let down = program.run(["rls", "draft", "--part", "down"]);
        assert_eq!((up.code, down.code), (0, 0), "{}", up.said);
        let mut workshop = database.workshop().await;
        let open = "SELECT count(*)::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace";
        let functions =
            "SELECT count(*)::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace";
        let made = workshop.script(functions).await.unwrap();
        workshop.script(&up.out).await.unwrap_or_else(|it| panic!("{system}: {it}\n{}", up.out));
        // Whoever belongs somewhere, with where; told without the draft's own functions.
        let belongs = if system == System::Sekretarka {
            "SELECT u.id, array_agg(DISTINCT m.o) AS organizations FROM users u JOIN (SELECT owner_id AS u, id AS o FROM organizations UNION SELECT user_id, organization_id FROM staff WHERE deleted_at IS NULL AND is_active IS NOT FALSE AND user_id IS NOT NULL) m ON m.u = u.id WHERE u.deleted_at IS NULL GROUP BY u.id"
        } else {
            "SELECT u.id, array_agg(DISTINCT m.organization_id) AS organizations FROM users u JOIN user_organizations m ON m.user_id = u.id WHERE u.is_active GROUP BY u.id"
        };
        let role = format!("{}_app", system.name());
        let mut seen = 0_u64;
        for (table, own) in tables {
            let people = format!(
                "SELECT b.id::text, (SELECT count(*) FROM {table} t WHERE {own})::text FROM ({belongs}) b ORDER BY 1 LIMIT 25"
            );
            for row in workshop.script(&people).await.unwrap() {
                let (id, expected) = (row[0].clone().unwrap(), row[1].clone().unwrap());
                let asked = format!(
                    "BEGIN; SELECT set_config('app.user_id', '{id}', true); SET LOCAL ROLE {role}; SELECT count(*)::text FROM {table}"
                );
                let found = workshop.script(&asked).await.unwrap();
                workshop.script("ROLLBACK").await.unwrap();
                let found = found.last().unwrap()[0].clone().unwrap();
                assert_eq!(found, expected, "{system} {table} {id}");
                seen += found.parse::<u64>().unwrap();
            }
        }
        assert!(seen > 0, "{system}");
        workshop
            .script(&down.out)
            .await
            .unwrap_or_else(|it| panic!("{system}: {it}\n{}", down.out));
        let rows = workshop.script(open).await.unwrap();
        assert_eq!(rows[0][0].as_deref(), Some("0"), "{system}");
        assert_eq!(workshop.script(functions).await.unwrap(), made, "{system}");
    }
}

#[tokio::test]
async fn lints_by_the_program_have_the_fields_of_the_contract_and_an_exit_code() {
    let database = common::database(System::Hastecrm).await;
    let program = program(&database);
    let ran = program.run(["rls", "lint", "--severity", "error", "--exit-code", "-o", "ndjson"]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    let lines: Vec<serde_json::Map<String, serde_json::Value>> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty());
    for line in &lines {
        let fields: Vec<&str> = line.keys().map(String::as_str).collect();
        assert_eq!(fields, ["code", "severity", "object", "detail", "evidence", "cure"]);
        assert_eq!(line["severity"], "error");
    }
    let raised = program.run(["rls", "lint", "--code", "identity-raises", "-o", "csv"]);
    assert!(raised.out.contains("public.contacts"), "{}{}", raised.out, raised.said);
    let none = program.run(["rls", "lint", "--code", "policy-always-true", "--exit-code"]);
    assert_eq!(none.code, 0, "{}", none.out);
    assert_eq!(program.run(["rls", "lint", "--code", "no-such-rule"]).code, 2);
}
