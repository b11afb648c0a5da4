//! The command line on real servers: the contract of its fields, formats, identities and exit codes, in all five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod program;

use std::{
    collections::BTreeSet, fmt::Write as _, io::BufRead as _, os::unix::fs::PermissionsExt as _,
    process::Stdio,
};

use common::TestDatabase;
use program::{Program, Ran};
use purview::{
    demo::{LoginKind, System},
    mapping::Library,
    pg::{Journal, Sql, Workshop, quote_ident},
};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// The program, its operator's login and its jail being those of `database`. URLs go by the environment, where no process list shows them.
fn program(database: &TestDatabase, login: LoginKind) -> Program {
    Program::new()
        .with("PURVIEW_URL", database.url(login))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Jail))
}

/// A user of nobody's, who sees no e-mail.
const ALICE: &str = "00000000-0000-0000-0000-00000000a11c";

fn get(program: &Program, words: &str) -> Ran {
    program.run(["get"].into_iter().chain(words.split(' ')))
}

/// What a field's values are; every one may be null where the schema lacks it.
#[derive(Clone, Copy)]
enum Is {
    Text,
    Number,
    Truth,
    Time,
    Names,
    Roles,
}

type Fields = &'static [(&'static str, Is)];

impl Is {
    fn fits(self, value: &Value) -> bool {
        let has = |object: &Value, name: &str, or_null: bool| {
            object.get(name).is_some_and(|value| value.is_string() || (or_null && value.is_null()))
        };
        match self {
            _ if value.is_null() => true,
            Self::Text => value.is_string(),
            Self::Number => value.is_u64(),
            Self::Truth => value.is_boolean(),
            Self::Time => value
                .as_str()
                .is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
            Self::Names => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            Self::Roles => value.as_array().is_some_and(|all| {
                all.iter().all(|role| has(role, "role", false) && has(role, "scope", true))
            }),
        }
    }
}

/// The fields that scripts may rely on; those that no row may lack come first.
const CONTRACT: &[(&str, usize, Fields)] = &[
    (
        "organizations",
        3,
        &[
            ("id", Is::Text),
            ("name", Is::Text),
            ("users", Is::Number),
            ("departments", Is::Number),
            ("admins", Is::Number),
            ("created_at", Is::Time),
            ("deleted_at", Is::Time),
        ],
    ),
    (
        "departments",
        4,
        &[
            ("id", Is::Text),
            ("organization_id", Is::Text),
            ("organization", Is::Text),
            ("name", Is::Text),
            ("users", Is::Number),
        ],
    ),
    (
        "users",
        3,
        &[
            ("id", Is::Text),
            ("state", Is::Text),
            ("roles", Is::Roles),
            ("organization_id", Is::Text),
            ("organization", Is::Text),
            ("email", Is::Text),
            ("name", Is::Text),
            ("departments", Is::Names),
            ("last_login_at", Is::Time),
        ],
    ),
    ("roles", 1, &[("name", Is::Text), ("description", Is::Text), ("users", Is::Number)]),
    (
        "memberships",
        4,
        &[
            ("user_id", Is::Text),
            ("user", Is::Text),
            ("organization_id", Is::Text),
            ("organization", Is::Text),
            ("role", Is::Text),
            ("joined_at", Is::Time),
        ],
    ),
    (
        "grants",
        4,
        &[
            ("user_id", Is::Text),
            ("user", Is::Text),
            ("role", Is::Text),
            ("scope_type", Is::Text),
            ("scope_id", Is::Text),
            ("scope", Is::Text),
        ],
    ),
    (
        "tables",
        4,
        &[
            ("schema", Is::Text),
            ("table", Is::Text),
            ("bytes", Is::Number),
            ("policies", Is::Number),
            ("rls", Is::Text),
            ("rows_estimate", Is::Number),
        ],
    ),
    (
        "policies",
        6,
        &[
            ("schema", Is::Text),
            ("table", Is::Text),
            ("policy", Is::Text),
            ("command", Is::Text),
            ("permissive", Is::Truth),
            ("roles", Is::Text),
            ("using", Is::Text),
            ("with_check", Is::Text),
        ],
    ),
];

async fn contract_holds(system: System) {
    let database = common::database(system).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    // Estimates are exact, and every name that the server prints is whole.
    for settled in ["VACUUM", "ANALYZE", "SET search_path = ''"] {
        workshop.script(settled).await.unwrap();
    }
    for (view, always, fields) in CONTRACT {
        let rows = get(&program, &format!("{view} -o json")).objects();
        let mut told: Vec<String> = rows.iter().map(|row| canonical(fields, row)).collect();
        told.sort();
        let known = written_by_hand(&mut workshop, system, view, fields).await;
        let differs = told.iter().zip(&known).find(|(told, known)| told != known);
        assert_eq!(differs, None, "{system}: {view}");
        assert_eq!(told.len(), known.len(), "{system}: {view}");
        let may_be_empty =
            *view == "policies" && matches!(system, System::Sekretarka | System::Rishi);
        assert_eq!(rows.is_empty(), may_be_empty, "{system}: {view}");
        for row in &rows {
            for (index, (name, is)) in fields.iter().enumerate() {
                let value =
                    row.get(*name).unwrap_or_else(|| panic!("{system}: {view} lacks {name}"));
                assert!(is.fits(value), "{system}: {view}.{name} is {value}");
                assert!(
                    index >= *always || !value.is_null(),
                    "{system}: {view}.{name} is null in {row:?}"
                );
            }
        }
        one_answer_in_every_format(&program, view, &rows);
    }
    let states: BTreeSet<String> =
        texts(&get(&program, "users -o json").objects(), "state").into_iter().collect();
    assert!(
        states.iter().all(|state| ["active", "locked", "deleted"].contains(&state.as_str())),
        "{states:?}"
    );
    let rls = texts(&get(&program, "tables -o json").objects(), "rls");
    assert!(rls.iter().all(|rls| ["off", "on", "forced"].contains(&rls.as_str())), "{rls:?}");
    secrets_stay(system, &program);
}

/// The rows that the statement for `view` in `tests/contract` gives.
async fn written_by_hand(
    workshop: &mut Workshop,
    system: System,
    view: &str,
    fields: Fields,
) -> Vec<String> {
    let file = if ["tables", "policies"].contains(&view) { "catalog" } else { system.name() };
    let path = format!("{}/tests/contract/{file}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let statement = text
        .split("\n\n")
        .find(|it| it.lines().next().is_some_and(|it| it.starts_with(&format!("-- {view}"))))
        .unwrap();
    let rows = workshop.script(statement).await.unwrap();
    let object = |json: String| serde_json::from_str::<Object>(&json).unwrap();
    let mut rows: Vec<String> =
        rows.into_iter().flatten().flatten().map(|json| canonical(fields, &object(json))).collect();
    rows.sort();
    rows
}

/// `row` with nothing but `fields`, lists in one order and times in one zone.
fn canonical(fields: Fields, row: &Object) -> String {
    let value = |(name, is): &(&'static str, Is)| match (is, &row[*name]) {
        (Is::Time, Value::String(text)) => {
            let time = chrono::DateTime::parse_from_rfc3339(text).unwrap();
            format!("{name}: {}", time.to_utc())
        }
        (Is::Names | Is::Roles, Value::Array(items)) => {
            let items: BTreeSet<String> = items.iter().map(Value::to_string).collect();
            format!("{name}: {items:?}")
        }
        (_, value) => format!("{name}: {value}"),
    };
    fields.iter().map(value).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn org_assistant_keeps_the_contract() {
    contract_holds(System::OrgAssistant).await;
}

#[tokio::test]
async fn jenifer_keeps_the_contract() {
    contract_holds(System::Jenifer).await;
}

#[tokio::test]
async fn hastecrm_keeps_the_contract() {
    contract_holds(System::Hastecrm).await;
}

#[tokio::test]
async fn sekretarka_keeps_the_contract() {
    contract_holds(System::Sekretarka).await;
}

#[tokio::test]
async fn rishi_keeps_the_contract() {
    contract_holds(System::Rishi).await;
}

/// JSON, NDJSON, CSV and Markdown tell the same rows.
fn one_answer_in_every_format(program: &Program, view: &str, rows: &[Object]) {
    let lines = get(program, &format!("{view} -o ndjson")).data();
    let objects: Vec<Object> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects, rows, "{view}");

    let text = get(program, &format!("{view} -o csv")).data();
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    if let Some(row) = rows.first() {
        assert_eq!(head, row.keys().cloned().collect::<Vec<_>>(), "{view}");
    }
    let records: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len(), "{view}");
    for (record, row) in records.iter().zip(rows) {
        for (cell, value) in record.iter().zip(row.values()) {
            match value {
                Value::Null => assert_eq!(cell, ""),
                Value::String(text) if !text.contains('\n') => assert_eq!(cell, text),
                Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => {}
            }
        }
    }

    let table = get(program, &format!("{view} -o md")).data();
    assert_eq!(table.lines().count(), rows.len() + 2, "{view}");
    assert!(table.lines().all(|line| line.starts_with("| ") && line.ends_with(" |")), "{view}");
}

/// No secret column of any table is ever printed.
fn secrets_stay(system: System, program: &Program) {
    let mapping = Library::shipped().choose(system.name()).unwrap();
    assert!(!mapping.secrets.is_empty());
    for secret in &mapping.secrets {
        let table = secret.relation.to_string();
        for format in ["json", "csv", "table"] {
            let ran = get(program, &format!("rows {table} --limit 2 -o {format}"));
            assert!(ran.said.contains(&secret.column), "{table}: {}", ran.said);
            let head = ran.data().lines().take(2).collect::<String>();
            assert!(!head.to_lowercase().contains(&format!("\"{}\"", secret.column)), "{head}");
        }
        let ran = get(program, &format!("rows {table} --filter {}=x", secret.column));
        assert_eq!(ran.code, 2, "a secret can be guessed by filtering: {}", ran.said);
        let ran = get(program, &format!("rows {table} --sort {}", secret.column));
        assert_eq!(ran.code, 2, "a secret can be guessed by sorting: {}", ran.said);
    }
}

fn texts(rows: &[Object], name: &str) -> Vec<String> {
    rows.iter().filter_map(|row| row[name].as_str().map(str::to_owned)).collect()
}

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
async fn lists_are_limited_filtered_and_sorted_by_the_server() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let organizations = get(&program, "organizations -o json --sort -users").objects();
    let counts: Vec<u64> = organizations.iter().map(|row| row["users"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|one, next| one >= next) && counts.len() == 3, "{counts:?}");
    let name = organizations[0]["name"].as_str().unwrap();
    let users = program.run(["get", "users", "-o", "json", "--org", name]).objects();
    assert_eq!(users.len() as u64, counts[0]);
    assert!(users.iter().all(|user| user["organization"] == name));
    assert_eq!(get(&program, "users -o json --limit 3").objects().len(), 3);
    assert_eq!(get(&program, "users -o json --limit 0").objects().len(), 0);
    let deleted = get(&program, "users -o json --filter state=deleted").objects();
    assert!(!deleted.is_empty() && deleted.iter().all(|user| user["state"] == "deleted"));
    let department = &get(&program, "departments -o json --sort -users").objects()[0];
    let id = department["id"].as_str().unwrap();
    let members = get(&program, &format!("users -o json --department {id}")).objects();
    assert_eq!(Some(members.len() as u64), department["users"].as_u64());
    let wrong = get(&program, "users --filter colour=red");
    assert_eq!(wrong.code, 2);
    assert!(wrong.said.contains("there is no column `colour`"), "{}", wrong.said);
}

#[tokio::test]
async fn more_rows_than_a_page_come_each_once() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    let count = workshop.script("SELECT count(*)::text FROM public.api_usage").await.unwrap();
    let count: usize = count[0][0].as_deref().unwrap().parse().unwrap();
    assert!(count > 2000);
    let lines = get(&program, "rows public.api_usage -o ndjson").data();
    assert_eq!(lines.lines().collect::<BTreeSet<_>>().len(), count);
    let json = get(&program, "rows public.api_usage -o json").objects();
    assert_eq!(json.len(), count);
    assert!(json[0]["cost_usd"].is_string(), "money is a decimal string: {:?}", json[0]);
}

/// Makes `table` with one row, to which `policy` applies.
async fn table_with_policy(workshop: &mut Workshop, table: &str, policy: &str) {
    let script = format!(
        "CREATE TABLE {table} (id int PRIMARY KEY); INSERT INTO {table} VALUES (1); GRANT SELECT ON {table} TO org_assistant_app; \
         ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON {table} USING ({policy})"
    );
    workshop.script(&script).await.unwrap();
}

#[tokio::test]
async fn exit_codes_tell_how_it_went() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    workshop.script("CREATE TABLE public.vault (id int PRIMARY KEY)").await.unwrap();
    table_with_policy(&mut workshop, "public.broken", "1 / (id - id) = 1").await;

    let ran = get(&program, "rows public.vault --role org_assistant_app");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(
        ran.said.contains("hint: grant select on public.vault to \"org_assistant_app\""),
        "{}",
        ran.said
    );

    let ran = get(&program, "rows public.broken --role org_assistant_app");
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(ran.said.contains("division by zero"), "{}", ran.said);

    assert_eq!(get(&program, "rows public.nothere").code, 5);
    assert_eq!(get(&program, "policies public.nothere").code, 5);
    assert_eq!(get(&program, "rows public.emails --role postgres").code, 4);

    let elsewhere = program_of(database.url(LoginKind::Support).replace(&database.name, "nowhere"));
    assert_eq!(get(&elsewhere, "users").code, 3);
    let wrong = database.url(LoginKind::Support).replace('@', "x@");
    let ran = get(&program_of(wrong.clone()), "users");
    assert_eq!(ran.code, 3);
    let secret = wrong.split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    assert!(!ran.said.contains(&secret), "{}", ran.said);
}

#[tokio::test]
async fn a_login_without_rights_is_told_for_each_what_would_give_it() {
    let database = common::database(System::OrgAssistant).await;
    let mut workshop = database.workshop().await;
    let name = quote_ident(&database.name);
    workshop.script("CREATE ROLE plain LOGIN PASSWORD 'plain'").await.unwrap();
    workshop.script(&format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")).await.unwrap();
    let url = database.url(LoginKind::Support);
    let program = program_of(format!("postgres://plain:plain@{}", url.split('@').nth(1).unwrap()));
    let told = |words: &str, hint: &str| {
        let ran = get(&program, words);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{words}: {}", ran.said);
        assert!(ran.said.contains(&format!("hint: {hint}")), "{words}: {}", ran.said);
    };
    let connect = format!("grant connect on database {name} to \"plain\"");
    told("users", &connect);
    workshop.script(&connect).await.unwrap();
    told("users", "grant select on public.users to \"plain\"");
    told("rows public.emails", "act as somebody, or");
    let become_app = "grant \"org_assistant_app\" to \"plain\"";
    told("rows public.emails --role org_assistant_app", become_app);
    workshop.script(become_app).await.unwrap();
    get(&program, "rows public.emails --role org_assistant_app").data();
    assert!(!get(&program, "tables -o json").objects().is_empty());
    assert!(!get(&program, "policies -o json").objects().is_empty());
}

fn program_of(url: String) -> Program {
    Program::new().with("PURVIEW_URL", url)
}

#[tokio::test]
async fn an_interrupt_cancels_on_the_server_and_ends_with_130() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let mut workshop = database.workshop().await;
    table_with_policy(&mut workshop, "public.slow", "pg_sleep(600) IS NOT NULL").await;
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let words = ["get", "rows", "public.slow", "--role", "org_assistant_app"];
        let child =
            program.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        busy(&mut workshop, &database.name, true).await;
        let ran = Ran::interrupted(child, signal);
        assert_eq!((ran.code, ran.out.as_str()), (130, ""), "{}", ran.said);
        busy(&mut workshop, &database.name, false).await;
    }
    let journal = std::fs::read_to_string(journal(&program)).unwrap();
    assert_eq!(journal.matches("\"event\":\"end\"").count(), 2, "{journal}");
}

/// Waits until the jail's session in `database` works on something, or works no more.
async fn busy(workshop: &mut Workshop, database: &str, wanted: bool) {
    let mut statement = Sql::new(
        "SELECT count(*)::text, pg_sleep(0.02)::text FROM pg_stat_activity WHERE usename = 'purview_jail' AND state = 'active' AND query LIKE '%slow%' AND datname = ",
    );
    statement.bind(Some(database), "pg_catalog.name");
    for _ in 0..500 {
        let rows = workshop.fetch(&statement).await.unwrap();
        if (rows.scalar() != Some("0")) == wanted {
            return;
        }
    }
    panic!("the session was never seen to be {}", if wanted { "at work" } else { "done" });
}

fn journal(program: &Program) -> std::path::PathBuf {
    program.home().join(".local/state/purview/journal.jsonl")
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
async fn a_reader_that_has_enough_is_no_failure() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    for format in ["ndjson", "json", "csv", "md", "table"] {
        let words =
            ["get", "rows", "public.api_usage", "-o", format, "--role", "org_assistant_app"];
        let mut child =
            program.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = std::io::BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.said.as_str()), (0, ""), "{format}");
    }
    let journal = std::fs::read_to_string(journal(&program)).unwrap();
    assert_eq!(journal.matches("\"event\":\"end\"").count(), 5, "{journal}");
}

#[tokio::test]
async fn what_writes_is_tried_only_when_asked_for_and_where_it_may_be() {
    let database = common::database(System::OrgAssistant).await;
    let (url, jail) = (database.url(LoginKind::Support), database.url(LoginKind::Jail));
    let context = |name: &str, rest: &str| {
        format!("[contexts.{name}]\nurl = \"{url}\"\nacting_url = \"{jail}\"\n{rest}\n")
    };
    let contexts = [
        context("plain", ""),
        context("shut", "read_only = true"),
        context("careful", "production = true"),
        context("live", "production = true\nread_only = false"),
    ];
    let program = Program::new();
    let path = program.home().join("config.toml");
    std::fs::write(&path, contexts.concat()).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let program = program.with("PURVIEW_CONFIG", path.display().to_string());
    let why = |context: &str, more: &str| {
        let words = format!(
            "--context {context} rls why public.emails --role org_assistant_app --set app.current_user_id={ALICE} \
             --where true --limit 1 -o json {more}"
        );
        program.run(words.split_ascii_whitespace())
    };
    let actual = |ran: Ran| ran.objects()[0]["actual"].clone();
    for context in ["plain", "shut", "careful", "live"] {
        assert_eq!(actual(why(context, "")), "filtered", "{context}");
        assert_eq!(actual(why(context, "--no-check")), Value::Null, "{context}");
        assert_eq!(
            actual(why(context, "--try")),
            "filtered",
            "reading asks for nothing: {context}"
        );
        let ran = why(context, "--command update");
        assert!(ran.said.contains("`--try`"), "{}", ran.said);
        assert_eq!(actual(ran), Value::Null, "{context}");
    }
    assert_eq!(actual(why("plain", "--command update --try")), "filtered");
    for context in ["shut", "careful"] {
        for yes in ["", "--yes"] {
            let ran = why(context, &format!("--command update --try {yes}"));
            assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{context}: {}", ran.said);
            assert!(ran.said.contains("the context is read only"), "{context}: {}", ran.said);
        }
    }
    let ran = why("live", "--command update --try");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.said);
    assert!(
        ran.said.contains("`live` is production") && ran.said.contains("`--yes`"),
        "{}",
        ran.said
    );
    assert_eq!(actual(why("live", "--command update --try --yes")), "filtered");
}

#[tokio::test]
async fn the_doctor_finds_the_demos_logins_safe_in_every_system() {
    for system in System::ALL {
        let database = common::database(system).await;
        let program = program(&database, LoginKind::Admin);
        let findings = program.run(["doctor", "-o", "json", "--exit-code"]).objects();
        assert!(
            findings.iter().all(|finding| finding["level"] != "wrong"),
            "{system}: {findings:?}"
        );
        for about in ["server", "operator", "fence", "jail", "mapping", "journal", "terminal"] {
            assert!(texts(&findings, "about").iter().any(|it| it == about), "{system}: {about}");
        }
    }
}

#[tokio::test]
async fn the_doctor_finds_every_hole_in_the_jail() {
    let database = common::database(System::OrgAssistant).await;
    let program = program(&database, LoginKind::Support);
    let name = quote_ident(&database.name);
    let mut workshop = database.workshop().await;
    for (make, cure, word) in [
        (
            format!("GRANT TEMPORARY ON DATABASE {name} TO PUBLIC"),
            format!("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"),
            "temporary tables",
        ),
        (
            "GRANT SELECT ON public.users TO PUBLIC".into(),
            "REVOKE SELECT ON public.users FROM PUBLIC".into(),
            "may read public.users",
        ),
        (
            "GRANT DELETE ON public.users TO purview_jail".into(),
            "REVOKE DELETE ON public.users FROM purview_jail".into(),
            "may write public.users",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO purview_jail".into(),
            "REVOKE CREATE ON SCHEMA public FROM purview_jail".into(),
            "may create in the schema public",
        ),
        (
            "CREATE TABLE public.own (id int); ALTER TABLE public.own OWNER TO purview_jail".into(),
            "DROP TABLE public.own".into(),
            "owns public.own",
        ),
    ] {
        workshop.script(&make).await.unwrap();
        let ran = program.run(["doctor", "--exit-code"]);
        workshop.script(&cure).await.unwrap();
        assert_eq!(ran.code, 1, "{make}: {}", ran.out);
        let wrong = ran.out.lines().find(|line| line.starts_with("wrong ") && line.contains(word));
        assert!(wrong.is_some(), "{make}: {}", ran.out);
        let after = program.run(["doctor", "--exit-code"]);
        assert_eq!(after.code, 0, "{}", after.out);
    }
}

#[tokio::test]
async fn the_doctor_finds_powerful_logins() {
    let database = common::database(System::OrgAssistant).await;
    let alone = Program::new().with("PURVIEW_URL", database.url(LoginKind::Superuser));
    let ran = alone.run(["doctor"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("is a superuser"), "{}", ran.out);
    assert!(ran.out.contains("there is no login for acting"), "{}", ran.out);
    let swapped = Program::new()
        .with("PURVIEW_URL", database.url(LoginKind::Dba))
        .with("PURVIEW_ACTING_URL", database.url(LoginKind::Support));
    let ran = swapped.run(["doctor"]);
    assert!(ran.out.contains("cannot read public."), "{}", ran.out);
    assert!(ran.out.contains("`purview_support` has BYPASSRLS"), "{}", ran.out);
}

#[tokio::test]
async fn the_logins_are_printed_as_sql_without_a_password() {
    let database = common::database(System::Jenifer).await;
    let program = program(&database, LoginKind::Support);
    let sql = program.run(["roles", "--print"]).data();
    assert!(
        sql.contains("GRANT \"authenticated\" TO purview_jail")
            || sql.contains("\"authenticated\""),
        "{sql}"
    );
    assert!(sql.contains("Not service_role"), "{sql}");
    let secret = database.url(LoginKind::Support);
    let secret = secret.split([':', '@']).nth(2).unwrap();
    assert!(!sql.contains(secret));
    database.workshop().await.script(&sql).await.unwrap();
}

#[tokio::test]
async fn a_mapping_is_drafted_proved_and_shown() {
    let database = common::database(System::Rishi).await;
    let program = program(&database, LoginKind::Support);
    let ran = program.run(["mapping", "check", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.said);
    assert!(program.run(["mapping", "show"]).data().starts_with("Rishi Platform (rishi)"));

    let draft = program.run(["mapping", "init"]).data();
    let path = program.home().join("draft.toml");
    std::fs::write(&path, &draft).unwrap();
    let path = path.display().to_string();
    let ran = program.run(["--mapping", &path, "mapping", "check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.said);
    let users = program.run(["--mapping", &path, "get", "users", "-o", "json"]).objects();
    assert_eq!(users.len(), get(&program, "users -o json").objects().len());

    let broken = draft
        .replacen("public.users\"", "public.people\"", 1)
        .replace("\"public.users.", "\"public.people.");
    assert_ne!(broken, draft);
    std::fs::write(&path, broken).unwrap();
    let ran = program.run(["--mapping", &path, "mapping", "check", "-o", "json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.said);
    let findings: Vec<Object> = serde_json::from_str(&ran.out).unwrap();
    assert!(
        findings.iter().any(|finding| finding["severity"] == "error" && finding["line"].is_u64())
    );
    std::fs::write(&path, "name = 7").unwrap();
    assert_eq!(program.run(["--mapping", &path, "mapping", "check"]).code, 2);
    assert_eq!(program.run(["--mapping", "nothing", "get", "users"]).code, 2);
}

#[tokio::test]
async fn without_a_mapping_tables_and_rows_work_and_users_say_why_not() {
    let database = common::empty_database().await;
    let program = Program::new().with("PURVIEW_URL", database.url(LoginKind::Superuser));
    let mut workshop = database.workshop().await;
    workshop.script("CREATE TABLE public.t (id int PRIMARY KEY, x text); INSERT INTO public.t VALUES (1, 'one'), (2, NULL)").await.unwrap();
    assert_eq!(get(&program, "tables -o json").objects().len(), 1);
    let rows = get(&program, "rows t -o ndjson").data();
    assert_eq!(rows, "{\"id\":1,\"x\":\"one\"}\n{\"id\":2,\"x\":null}\n");
    let ran = get(&program, "users");
    assert_eq!(ran.code, 2);
    assert!(ran.said.contains("purview mapping init"), "{}", ran.said);
    assert!(program.run(["doctor"]).data().contains("purview does not know"));
}

#[tokio::test]
async fn while_the_demo_runs_its_contexts_lead_to_it() {
    let home = common::home().path().display().to_string();
    common::cluster();
    let program = Program::new().with("PURVIEW_DEMO_DIR", home);
    let status = program.run(["demo", "status"]).data();
    for system in System::ALL {
        let context = format!("demo-{system}");
        assert!(status.contains(&context), "{status}");
        let words = ["--context", &context, "get", "organizations", "-o", "json"];
        assert!(program.run(words).objects().len() >= 3, "{system}");
    }
    let url = program.run(["demo", "url", "--system", "jenifer", "--login", "support"]).data();
    assert!(url.starts_with("postgresql://purview_support:"), "{url}");
    let by_url = Program::new().with("PURVIEW_URL", url.trim());
    assert!(!get(&by_url, "users -o json").objects().is_empty());
    let ran = program.run(["--context", "demo-nothing", "get", "users"]);
    assert_eq!(ran.code, 2, "{}", ran.said);
}
