//! Expressions of mappings against a real server: it reads them as they were typed, and as nothing else.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use purview::{
    demo::LoginKind,
    mapping::{Expression, functions},
    pg::{Door, Identity, Kind, Problem, Run, Sql, Workshop},
};

/// One row of every sort of value, as the relation and as what is joined to it.
const ROWS: &str = "CREATE TABLE public.rows (
        a int, b text, c boolean, d timestamptz, e jsonb, f text[], g numeric, secret text);
    INSERT INTO public.rows VALUES
        (7, 'it''s a \\b test', true, '2025-03-01 12:00+00', '{\"k\": {\"n\": 1}, \"l\": [1, 2]}', '{x,y}', 1.50, 'secret');
    GRANT SELECT ON public.rows TO purview_admin";

async fn door() -> Door {
    let database = common::empty_database().await;
    database.workshop().await.script(ROWS).await.unwrap();
    database.door(LoginKind::Admin).await
}

/// The expression over the one row, by the way that all lists take.
async fn value(door: &Door, expression: &Expression) -> Result<Option<String>, Problem> {
    let mut sql = Sql::new("SELECT ");
    sql.checked(expression).push("::pg_catalog.text FROM public.rows t");
    sql.push(" LEFT JOIN public.rows \"d\" ON t.a = \"d\".a");
    let rows = door.read(&Identity::Observer, &sql, &Run::new()).await?;
    assert_eq!(rows.rows.len(), 1, "{expression}");
    assert_eq!(rows.rows[0].len(), 1, "{expression}");
    Ok(rows.rows[0][0].clone())
}

/// What was typed over the same row, straight to the server.
async fn typed_value(workshop: &mut Workshop, text: &str) -> Result<Option<String>, Problem> {
    let text = format!(
        "SELECT ({text})::pg_catalog.text FROM public.rows t LEFT JOIN public.rows d ON t.a = d.a"
    );
    Ok(workshop.script(&text).await?.pop().unwrap()[0].clone())
}

const OPERANDS: &[&str] = &[
    "t.a",
    "2",
    "-3",
    "1.5",
    "t.b",
    "'7'",
    "'a\\b'",
    "d.c",
    "true",
    "null",
    "t.d",
    "t.e",
    "t.f",
    "t.f[1]",
    "t.g",
    "not t.c",
    "- t.a",
    "lower(t.b)",
    "coalesce(t.a, 2)",
    "(t.a + 1)",
    "t.a::text",
    "t.a::numeric(10, 2)",
    "t.a::pg_catalog.numeric(10, 2)",
    "numeric(3,1) '7.25'",
    "t.b::varchar(2)",
    "t.b::char",
    "t.b::character(3)",
    "t.b::bpchar",
    "t.a::bit(3)",
    "(t.a::bit(3))::bit",
    "(t.a::bit(3))::varbit(2)",
    "t.d::timestamp(0)",
    "t.d::timestamp(3) with time zone",
    "t.d::time(0)",
    "t.d::time(3) with time zone",
    "(interval '1 day 2.345 s')::interval(1)",
    "(interval '1 day 2.345 s')::interval day",
    "cast(interval '1 day 2.345 s' as interval hour to second(2))",
    "cast(t.a as bigint)",
    "t.a is null",
    "t.c is not true",
    "t.a in (1, 7)",
    "t.a not in (1)",
    "t.a between 1 and 9",
    "case when t.c then 1 else 2 end",
    "case t.a when 7 then 'x' end",
    "array[1, 2]",
    "array['x', t.b]",
    "interval '1 day'",
    "date '2025-01-01'",
    "extract(year from t.d)",
    "substring(t.b from 2 for 3)",
    "substr(t.b, 2)",
    "trim(both 'i' from t.b)",
    "position('s' in t.b)",
    "t.b like 'it%'",
    "t.b not like '%!_' escape '!'",
    "t.b ilike 'IT%'",
    "t.e -> 'k'",
    "t.e ->> 'k'",
    "t.e #>> '{k,n}'",
    "jsonb_typeof(t.e)",
    "concat_ws('-', t.b, t.a)",
    "t.a is distinct from d.a",
    "t.d at time zone 'UTC'",
    "t.a = any (array[7])",
    "nullif(t.a, 7)",
    "greatest(t.a, 9)",
    "floor(t.g)",
    "split_part(t.b, ' ', 1)",
    "date_trunc('month', t.d)",
    "@ -5",
    "~ 1",
    "(t.b) collate \"C\"",
];

const OPERATORS: &[&str] = &[
    "||",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "=",
    "<>",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "->",
    "->>",
    "#>",
    "@>",
    "<@",
    "?",
    "&&",
    "~",
    "~*",
    "!~",
    "~~",
    "&",
    "|",
    "#",
    "<<",
    "like",
    "not like",
    "is distinct from",
    "at time zone",
    "/* a */ + -- b\n",
    "::text ||",
    "is null and",
    "isnull or",
    "notnull and",
    "is not false or",
    "in (1, 2) and",
    "between 1 and 2 or",
    "and not",
    "= all (array[1]) or",
];

/// Operands with operators between them, some in parentheses.
fn texts() -> impl Strategy<Value = String> {
    let operand = || {
        (prop::sample::select(OPERANDS), prop::bool::weighted(0.15))
            .prop_map(|(it, nested)| if nested { format!("({it})") } else { it.to_owned() })
    };
    let rest = prop::collection::vec((prop::sample::select(OPERATORS), operand()), 0..4);
    (operand(), rest).prop_map(|(first, rest)| {
        rest.into_iter()
            .fold(first, |text, (operator, operand)| format!("{text} {operator} {operand}"))
    })
}

/// The oracle: what comes out of an expression is what comes out of what was typed, or the same refusal. No text that was accepted is a syntax error.
#[tokio::test]
async fn what_is_accepted_means_on_the_server_what_was_typed() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    workshop.script(ROWS).await.unwrap();
    let door = database.door(LoginKind::Admin).await;
    workshop.script("SET TimeZone = 'UTC'").await.unwrap();
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let (mut accepted, mut answered) = (0, 0);
    for _ in 0..2_500 {
        let text = texts().new_tree(&mut runner).unwrap().current();
        let Ok(expression) = Expression::parse(&text, &["t", "d"], 1) else { continue };
        accepted += 1;
        let said = value(&door, &expression).await;
        let typed = typed_value(&mut workshop, &text).await;
        match (said, typed) {
            (Ok(said), Ok(typed)) => {
                answered += 1;
                assert_eq!(said, typed, "{text}\n{expression}");
            }
            (Err(said), Err(typed)) => {
                assert_eq!(said.sqlstate, typed.sqlstate, "{text}\n{expression}\n{said}\n{typed}");
            }
            (said, typed) => panic!("{text}\n{expression}\n{said:?}\n{typed:?}"),
        }
    }
    assert!(accepted > 1_500 && answered > 500, "{accepted} accepted, {answered} answered");
}

#[tokio::test]
async fn every_operand_that_people_write_is_accepted_and_answered() {
    let door = door().await;
    for text in OPERANDS {
        let expression = Expression::parse(text, &["t", "d"], 1).unwrap();
        if let Err(problem) = value(&door, &expression).await {
            panic!("{text}: {expression}: {problem}");
        }
    }
}

#[tokio::test]
async fn every_function_of_the_list_is_postgresqls_own_and_neither_acts_nor_multiplies_rows() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    let names = functions::HARMLESS.join(",");
    let mut sql = Sql::new("SELECT n.name FROM pg_catalog.unnest(pg_catalog.string_to_array(");
    sql.bind(Some(&names), "text")
        .push(", ',')) n(name) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_proc p");
    sql.push(" WHERE p.proname = n.name AND p.pronamespace = 'pg_catalog'::regnamespace)");
    assert_eq!(workshop.fetch(&sql).await.unwrap().rows, Vec::<Vec<_>>::new(), "not there");
    let mut sql = Sql::new(
        "SELECT p.oid::regprocedure::text FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace",
    );
    sql.push(" AND p.proname = ANY (pg_catalog.string_to_array(")
        .bind(Some(&names), "text")
        .push(", ','))");
    // Before version 14 one of them was marked volatile by mistake.
    sql.push(" AND (p.prokind <> 'f' OR p.proretset OR (p.provolatile = 'v' AND p.proname <> 'timezone'))");
    assert_eq!(workshop.fetch(&sql).await.unwrap().rows, Vec::<Vec<_>>::new(), "not harmless");
}

/// `t.f` is `f(t)` where there is no column `f`: for each function of the server that takes a row of any type.
#[tokio::test]
async fn no_function_of_a_whole_row_gets_past_as_a_column() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    workshop.script(ROWS).await.unwrap();
    let all = workshop.script("SELECT DISTINCT proname::text FROM pg_catalog.pg_proc WHERE pronargs - pronargdefaults <= 1").await.unwrap();
    assert!(all.len() > 1_000);
    let door = database.door(LoginKind::Admin).await;
    for row in all {
        let name = row[0].as_deref().unwrap();
        let text = format!("t.\"{name}\"");
        let Ok(expression) = Expression::parse(&text, &["t"], 1) else { continue };
        // Beside the row's key, as in every list.
        let mut sql = Sql::new("SELECT t.a, ");
        sql.checked(&expression).push("::pg_catalog.text FROM public.rows t");
        match door.read(&Identity::Observer, &sql, &Run::new()).await {
            Err(problem) => {
                assert!(matches!(problem.kind, Kind::Missing | Kind::Refused), "{name}: {problem}");
            }
            Ok(rows) => {
                let shown = rows.rows[0][1].clone().unwrap_or_default();
                assert!(!shown.contains("secret"), "{name}: {shown}");
            }
        }
    }
}
