//! As somebody one sees what they see.

use std::{collections::BTreeSet, fmt::Write as _, os::unix::fs::PermissionsExt as _};

use purview::{
    demo::{LoginKind, System},
    pg::{Journal, Workshop, quote_ident},
};

use crate::{Object, common, get, journal, program, texts};

/// Who a user is to the database, written down independently of the mappings.
fn identity(
    system: System,
    user: &Object,
    organization: &str,
) -> (&'static str, Vec<(&'static str, String)>) {
    let id = user["id"].as_str().unwrap();
    match system {
        System::OrgAssistant => ("org_assistant_app", vec![("app.current_user_id", id.to_owned())]),
        System::Jenifer => {
            let email = user["email"].as_str().unwrap();
            let claims = serde_json::json!({"sub": id, "email": email, "role": "authenticated"});
            ("authenticated", vec![("request.jwt.claims", claims.to_string())])
        }
        System::Hastecrm => (
            "hastecrm_app",
            vec![("app.workspace_id", organization.to_owned()), ("app.user_id", id.to_owned())],
        ),
        System::Sekretarka => ("sekretarka_app", vec![("app.user_id", id.to_owned())]),
        System::Rishi => ("rishi_app", vec![("app.user_id", id.to_owned())]),
    }
}

/// The ids that a superuser's session returns which becomes the role, makes the settings and selects.
async fn selected(
    workshop: &mut Workshop,
    (role, settings): &(&str, Vec<(&str, String)>),
    table: &str,
) -> Vec<String> {
    let mut script = "BEGIN; ".to_owned();
    for (name, value) in settings {
        write!(script, "SET LOCAL {name} = '{}'; ", value.replace('\'', "''")).unwrap();
    }
    write!(script, "SET LOCAL ROLE {}; SELECT id::text FROM {table}", quote_ident(role)).unwrap();
    let rows = workshop.script(&script).await.unwrap();
    workshop.script("ROLLBACK").await.unwrap();
    let mut ids: Vec<String> = rows.into_iter().flatten().flatten().collect();
    ids.sort();
    ids
}

async fn acting_shows_what_the_database_shows(system: System, tables: &[&str]) {
    let database = common::database(system).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    let users = get(&program, "users -o json").objects();
    let mut seen = BTreeSet::new();
    for user in users.iter().step_by(users.len() / 4) {
        let (email, organization) =
            (user["email"].as_str().unwrap(), user["organization_id"].as_str().unwrap_or_default());
        let identity = identity(system, user, organization);
        for table in tables {
            let mut words = vec!["get", "rows", table, "-o", "ndjson", "--as", email];
            if system == System::Hastecrm {
                words.extend(["--org", organization]);
            }
            let lines = program.run(&words).data();
            let object = |line: &str| serde_json::from_str::<Object>(line).unwrap();
            let mut shown = texts(&lines.lines().map(object).collect::<Vec<_>>(), "id");
            shown.sort();
            assert_eq!(
                shown,
                selected(&mut workshop, &identity, table).await,
                "{system}: {table} as {email}"
            );
            seen.insert((*table, shown.len()));
        }
    }
    assert!(seen.iter().any(|(_, rows)| *rows > 0), "{system}: nobody saw a row");
}

#[tokio::test]
async fn as_somebody_of_org_assistant_one_sees_what_they_see() {
    let tables = ["public.emails", "public.files", "public.users", "public.messages"];
    acting_shows_what_the_database_shows(System::OrgAssistant, &tables).await;
}

#[tokio::test]
async fn as_somebody_of_jenifer_one_sees_what_they_see() {
    let tables = ["public.users", "public.meetings", "public.organizations"];
    acting_shows_what_the_database_shows(System::Jenifer, &tables).await;
}

#[tokio::test]
async fn as_a_member_of_hastecrm_one_sees_what_they_see() {
    let tables = ["public.contacts", "public.deals", "public.workspaces"];
    acting_shows_what_the_database_shows(System::Hastecrm, &tables).await;
}

#[tokio::test]
async fn where_no_policy_is_one_sees_everything() {
    acting_shows_what_the_database_shows(System::Sekretarka, &["public.users"]).await;
    acting_shows_what_the_database_shows(System::Rishi, &["public.bookings"]).await;
}

#[tokio::test]
async fn a_user_is_meant_by_id_by_address_and_by_a_part_that_only_one_has() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let users = get(&program, "users -o json --limit 50").objects();
    let (id, email, name) =
        (&texts(&users, "id")[7], &texts(&users, "email")[7], &texts(&users, "name")[7]);
    let rows = |needle: &str| {
        program.run(["get", "rows", "public.emails", "-o", "csv", "--as", needle]).data()
    };
    let by_id = rows(id);
    assert!(by_id.lines().count() > 1);
    for needle in [email.as_str(), &email.to_uppercase(), &email[..email.len() - 3], name] {
        assert_eq!(rows(needle), by_id, "{needle}");
    }

    let ran = program.run(["get", "rows", "public.emails", "--as", "example"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.said.contains("more than one user") && ran.said.contains("hint: one of: "),
        "{}",
        ran.said
    );
    assert!(
        users.iter().any(|user| ran.said.contains(user["email"].as_str().unwrap())),
        "{}",
        ran.said
    );

    let ran = program.run(["get", "rows", "public.emails", "--as", "nobody at all"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.said.contains("there is no user like"), "{}", ran.said);
}

#[tokio::test]
async fn identities_that_are_no_users_have_names_too() {
    let database = common::database(System::Jenifer).await;
    let program = program(&database, LoginKind::Support);
    let anonymous = get(&program, "rows public.users -o json --as anon").objects();
    assert_eq!(anonymous, [], "a visitor sees no users");
    let role = [
        "get",
        "rows",
        "public.users",
        "-o",
        "json",
        "--role",
        "anon",
        "--set",
        "request.jwt.claims={}",
    ];
    assert_eq!(program.run(role).objects(), []);
}

#[tokio::test]
async fn a_member_of_several_organizations_is_acted_as_in_one() {
    let database = common::database(System::Hastecrm).await;
    let program = program(&database, LoginKind::Support);
    let memberships = get(&program, "memberships -o json").objects();
    let users = texts(&memberships, "user_id");
    let several = users.iter().find(|id| users.iter().filter(|other| other == id).count() > 1);
    let several = several.expect("the sample has somebody in two workspaces");
    let ran = program.run(["get", "rows", "public.contacts", "--as", several]);
    assert_eq!(ran.code, 2);
    assert!(ran.said.contains("choose with `--org`"), "{}", ran.said);
    let of = |row: &&Object| row["user_id"].as_str() == Some(several);
    let organizations: Vec<Object> = memberships.iter().filter(of).cloned().collect();
    let rows: Vec<String> = texts(&organizations, "organization_id")
        .iter()
        .map(|id| {
            let words =
                ["get", "rows", "public.contacts", "-o", "csv", "--as", several, "--org", id];
            program.run(words).data()
        })
        .collect();
    assert_ne!(rows[0], rows[1], "each workspace has its own contacts");
}

#[tokio::test]
async fn acting_is_in_a_private_journal_with_its_reason() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let words = [
        "get",
        "rows",
        "public.emails",
        "--limit",
        "1",
        "--role",
        "org_assistant_app",
        "--reason",
        "ticket 7",
    ];
    program.run(words).data();
    let path = journal(&program);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let events: Vec<Object> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(texts(&events, "event"), ["start", "statement", "end"]);
    let account = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    assert_eq!(events[0]["os_user"], String::from_utf8(account).unwrap().trim());
    assert_eq!(events[0]["reason"], "ticket 7");
    assert_eq!(events[0]["fence"], "jailed");
    assert_eq!(Journal::verify(&path).unwrap(), Ok(3));
}

#[tokio::test]
async fn the_applications_own_audit_gets_an_entry_only_from_whoever_agrees_to_it() {
    let database = common::database(System::OrgAssistant).await;
    let (url, jail) = (database.url(LoginKind::Admin), database.url(LoginKind::Jail));
    let context = |name: &str, rest: &str| {
        format!("[contexts.{name}]\nurl = \"{url}\"\nacting_url = \"{jail}\"\n{rest}\n")
    };
    let contexts = [
        context("plain", ""),
        context("noting", "audit_acting = true"),
        context("shut", "audit_acting = true\nread_only = true"),
        context("careful", "audit_acting = true\nproduction = true"),
    ];
    let program = crate::program::Program::new();
    let path = program.home().join("config.toml");
    std::fs::write(&path, contexts.concat()).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    let mut workshop = database.workshop().await;
    let sql = "SELECT details ->> 'reason' FROM public.audit_logs WHERE action_type = 'support_acts_as_user'";
    let users = program.run(["--context", "plain", "get", "users", "-o", "json"]).objects();
    let user = users[0]["id"].as_str().unwrap();
    let mut act = async |context: &str, more: &[&str]| {
        let words = ["--context", context, "get", "organizations", "-o", "json", "--as", user];
        let ran = program.run(words.into_iter().chain(more.iter().copied()));
        (ran, workshop.script(sql).await.unwrap().len())
    };
    let (ran, entries) = act("plain", &[]).await;
    assert_eq!((ran.code, entries, ran.said.as_str()), (0, 0, ""));
    let (ran, entries) = act("plain", &["--audit"]).await;
    assert_eq!((ran.code, entries), (2, 0), "{}", ran.said);
    // Nobody is there to agree: the SQL is shown, it is said once that there is no entry, and the list is there.
    let (ran, entries) = act("noting", &[]).await;
    assert_eq!((ran.code, entries), (0, 0), "{}", ran.said);
    assert!(ran.said.contains("INSERT INTO \"public\".\"audit_logs\""), "{}", ran.said);
    assert_eq!(ran.said.matches("no entry in the application's own audit").count(), 1);
    for context in ["shut", "careful"] {
        let (ran, entries) = act(context, &["--audit"]).await;
        assert_eq!((ran.code, entries), (0, 0), "{}", ran.said);
        assert!(ran.said.contains("the context is read only"), "{}", ran.said);
    }
    let (ran, entries) = act("noting", &["--audit", "--reason", "TICKET-8"]).await;
    assert_eq!((ran.code, entries), (0, 1), "{}", ran.said);
    let lines = std::fs::read_to_string(journal(&program)).unwrap();
    assert!(lines.contains("\"outcome\":\"written\"") && lines.contains("not written: "));
    // Whatever acts as somebody does it the same way.
    let statement = "SELECT 1";
    let commands: [&[&str]; 5] = [
        &["sql", statement],
        &["explain", statement],
        &["cost", "forecast"],
        &["audit"],
        &["rls", "hidden", "public.emails"],
    ];
    for (at, words) in commands.into_iter().enumerate() {
        let mut all = vec!["--context", "noting"];
        all.extend(words);
        all.extend(["--as", user, "--audit"]);
        let ran = program.run(all);
        let entries = workshop.script(sql).await.unwrap().len();
        assert_eq!((ran.code, entries), (0, 2 + at), "{words:?}: {}", ran.said);
    }
}
