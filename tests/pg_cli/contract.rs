//! The fields of every view, in every format, in every system.

use std::collections::BTreeSet;

use purview::{
    demo::{LoginKind, System},
    mapping::Library,
    pg::Workshop,
};
use serde_json::Value;

use crate::{Object, common, get, program, program::Program, texts};

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
pub(crate) fn one_answer_in_every_format(program: &Program, view: &str, rows: &[Object]) {
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
