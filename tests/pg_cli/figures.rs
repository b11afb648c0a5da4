//! Usage, limits and migrations as scripts read them: their fields, in every format, against statements by hand, in every system.

use purview::{
    demo::{LoginKind, System},
    migrate::Source,
    pg::Workshop,
};
use serde_json::Value;

use crate::{Object, by_hand, common, contract::one_answer_in_every_format, get, program};

const USAGE: [&str; 12] = [
    "period",
    "organization",
    "department",
    "user",
    "model",
    "operation",
    "calls",
    "tokens_in",
    "tokens_out",
    "tokens_total",
    "money",
    "currency",
];
const LIMITS: [&str; 9] = [
    "scope_type",
    "scope_id",
    "scope",
    "limit_type",
    "limit",
    "measured",
    "stored",
    "share",
    "state",
];
const MIGRATIONS: [&str; 7] =
    ["version", "name", "state", "applied_at", "applied_by", "milliseconds", "tool"];

/// Every row has every field.
fn has(fields: &[&str], rows: &[Object]) {
    for (row, field) in rows.iter().flat_map(|row| fields.iter().map(move |field| (row, field))) {
        assert!(row.contains_key(*field), "{field} in {row:?}");
    }
}

/// Values as text, in the order of `names`; a null is empty.
fn values(rows: &[Object], names: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let mut rows: Vec<Vec<String>> =
        rows.iter().map(|row| names.iter().map(|name| text(&row[*name])).collect()).collect();
    rows.sort();
    rows
}

async fn real(workshop: &mut Workshop, statement: &str) -> Vec<Vec<String>> {
    let rows = workshop.script(statement).await.unwrap_or_else(|it| panic!("{statement}: {it}"));
    let mut rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn usage_is_summed_by_organization_and_month_as_by_hand() {
    for system in System::ALL {
        let database = common::database(system).await;
        let program = program(&database, LoginKind::Support);
        let rows = get(&program, "usage -o json").objects();
        has(&USAGE, &rows);
        let named = [
            "period",
            "organization_id",
            "currency",
            "unit",
            "tokens_in",
            "tokens_out",
            "tokens_total",
            "money",
            "units",
            "calls",
        ];
        let statement = format!(
            "WITH e(at, s, id, o, d, u, m, op, tokens_in, tokens_out, tokens_total, money, currency, units, unit, worth, source) AS ({}) \
             SELECT to_char(date_trunc('month', at), 'YYYY-MM-DD'), o, currency, unit, sum(tokens_in)::text, sum(tokens_out)::text, sum(tokens_total)::text, sum(money)::text, sum(units)::text, count(*)::text \
             FROM e GROUP BY date_trunc('month', at), o, source, currency, unit",
            by_hand::usage(system)
        );
        let known = real(&mut database.workshop().await, &statement).await;
        assert!(!known.is_empty());
        assert_eq!(values(&rows, &named), known, "{system}");
        // Money is text, whose digits nobody rounds.
        assert!(rows.iter().all(|row| row["money"].is_null() || row["money"].is_string()));
        assert!(rows.iter().all(|row| row["calls"].is_u64()));
        one_answer_in_every_format(&program, "usage", &rows);
    }
}

/// Whose limits hold now, of which sort, and how much.
const fn limits(system: System) -> Option<&'static str> {
    match system {
        System::OrgAssistant => Some(
            "SELECT CASE WHEN user_id IS NOT NULL THEN 'user' WHEN department_id IS NOT NULL THEN 'department' ELSE 'organization' END, \
               coalesce(user_id, department_id, organization_id)::text, replace(setting_type::text, 'limit', k.kind), (setting_value ->> k.field) \
             FROM cost_settings CROSS JOIN (VALUES ('cost', 'cost_usd'), ('tokens', 'tokens')) k(kind, field) WHERE setting_type IN ('daily_limit', 'monthly_limit') AND setting_value ? k.field \
             UNION ALL SELECT scope_type::text, scope_id::text, limit_type::text, trim_scale(limit_value)::text FROM usage_limits \
               WHERE period_start <= now() AT TIME ZONE 'UTC' AND period_start + CASE WHEN limit_type LIKE 'daily%' THEN interval '1 day' ELSE interval '1 month' END > now() AT TIME ZONE 'UTC'",
        ),
        System::Hastecrm => Some(
            "SELECT 'organization', id::text, k.limit_type, features -> 'limits' ->> k.limit_type FROM workspaces \
             CROSS JOIN (VALUES ('monthly_tokens'), ('monthly_cost')) k(limit_type) WHERE features -> 'limits' ->> k.limit_type IS NOT NULL",
        ),
        System::Rishi => Some(
            "SELECT 'booking', id::text, 'budget', budget::text FROM bookings WHERE budget IS NOT NULL AND status = 'in_progress'",
        ),
        System::Jenifer | System::Sekretarka => None,
    }
}

#[tokio::test]
async fn limits_are_those_that_hold_and_none_is_said_where_a_schema_has_none() {
    for system in System::ALL {
        let database = common::database(system).await;
        let program = program(&database, LoginKind::Support);
        let Some(statement) = limits(system) else {
            let ran = get(&program, "limits -o json");
            assert!(ran.code != 0 && ran.out.is_empty(), "{system}: {ran:?}");
            assert!(ran.said.contains("has no limits"), "{system}: {}", ran.said);
            continue;
        };
        let rows = get(&program, "limits -o json").objects();
        has(&LIMITS, &rows);
        let known = real(&mut database.workshop().await, statement).await;
        assert!(!known.is_empty());
        let told = values(&rows, &["scope_type", "scope_id", "limit_type", "limit"]);
        assert_eq!(told, known, "{system}");
        let states = ["ok", "near", "over", "unknown", "no limit"];
        assert!(rows.iter().all(|row| states.iter().any(|state| row["state"] == *state)));
        one_answer_in_every_format(&program, "limits", &rows);
    }
}

#[tokio::test]
async fn every_version_is_told_as_the_history_and_the_files_have_it() {
    for system in System::ALL {
        let database = common::database(system).await;
        let program = program(&database, LoginKind::Support);
        let rows = get(&program, "migrations -o json").objects();
        has(&MIGRATIONS, &rows);
        let taken = "SELECT version::text FROM _sqlx_migrations WHERE success";
        let taken = real(&mut database.workshop().await, taken).await;
        let files = Source::embedded(system.name()).unwrap();
        let mut known: Vec<Vec<String>> = files
            .migrations()
            .iter()
            .map(|it| {
                let done = taken.iter().any(|row| row[0] == it.version.to_string());
                let state = if done { "applied" } else { "pending" };
                vec![it.version.to_string(), state.to_owned(), "sqlx".to_owned()]
            })
            .collect();
        known.sort();
        let mut told = values(&rows, &["version", "state", "tool"]);
        for row in &mut told {
            row[0] = row[0].trim_start_matches('0').to_owned();
        }
        told.sort();
        assert_eq!(told, known, "{system}");
        one_answer_in_every_format(&program, "migrations", &rows);
        let status = program.run(["migrate", "status", "-o", "json"]).objects();
        assert_eq!(status, rows, "{system}: two names of one list");
        assert_eq!(get(&program, "migrations --limit 2 -o json").objects(), rows[..2]);
    }
}
