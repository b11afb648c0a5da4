//! Nothing that passes writes, whoever types it: not even a superuser's statement takes a transaction id.

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use purview::{
    demo::LoginKind,
    pg::{Identity, Kind, Typed},
};

use crate::{ask, common, database, rows};

/// Parts of statements: those that only compute and those that would do something if they passed.
fn part() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "'x'",
        "now()",
        "random()",
        "current_user",
        "pg_backend_pid()",
        "(SELECT count(*) FROM writ.t)",
        "(SELECT max(v) FROM writ.t)",
        "writ.writes()",
        "writ.takes_number()",
        "writ.locks()",
        "clock_timestamp()",
        "pg_relation_size('writ.t')",
        "pg_is_in_recovery()",
        "nextval('writ.s')",
        "set_config('a.b', 'c', true)",
        "pg_current_xact_id()",
        "pg_advisory_lock(1)",
        "lo_create(0)",
        "pg_notify('a', 'b')",
        "query_to_xml('insert into writ.t values (9)', true, true, '')",
        "(WITH d AS (DELETE FROM writ.t RETURNING v) SELECT count(*) FROM d)",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("concat({a}, {b})")),
            inner.clone().prop_map(|a| format!("(SELECT ({a})::text)")),
            (inner.clone(), inner).prop_map(|(a, b)| format!(
                "CASE WHEN ({a})::text IS NULL THEN ({b})::text ELSE 'n' END"
            )),
        ]
    })
}

#[tokio::test]
async fn nothing_that_passes_writes_though_a_superuser_types_it() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    let world = "CREATE SCHEMA writ; CREATE TABLE writ.t (v int); INSERT INTO writ.t VALUES (1), (2); CREATE SEQUENCE writ.s;
        CREATE FUNCTION writ.writes() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO writ.t VALUES (3); RETURN 1; END $f$;
        CREATE FUNCTION writ.takes_number() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN nextval('writ.s'); END $f$;
        CREATE FUNCTION writ.locks() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN PERFORM FROM writ.t FOR UPDATE; RETURN 1; END $f$";
    workshop.script(world).await.unwrap();
    let database = database(&test, LoginKind::Superuser, None).await;
    let mut runner = TestRunner::deterministic();
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..90 {
        let part = part().new_tree(&mut runner).unwrap().current();
        // The second arm runs when the first has ended.
        let text = format!(
            "SELECT ({part})::text UNION ALL SELECT pg_current_xact_id_if_assigned()::text"
        );
        match ask(&database, &Identity::Observer, &text, 10).await {
            Ok((_, rows, _)) => {
                assert_eq!(rows.last().unwrap()[0], None, "{text}");
                passed += 1;
            }
            Err(problem) => {
                assert!(
                    matches!(problem.kind, Kind::Usage | Kind::Refused | Kind::Missing),
                    "{text}: {problem}"
                );
                refused += 1;
            }
        }
    }
    assert!(passed > 10 && refused > 10, "{passed} passed, {refused} refused");
    let state = "SELECT count(*), (SELECT last_value FROM writ.s), (SELECT is_called FROM writ.s) FROM writ.t";
    let found = workshop.script(state).await.unwrap();
    assert_eq!(found, [["2", "1", "f"].map(|it| Some(it.to_owned()))]);
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
    assert_eq!(workshop.script(locks).await.unwrap(), [[Some("0".to_owned())]]);
}

#[tokio::test]
async fn every_function_of_the_server_that_may_act_is_refused_by_name() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    let database = database(&test, LoginKind::Support, None).await;
    let volatile = "SELECT DISTINCT p.proname FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.provolatile = 'v'";
    let names: Vec<_> =
        workshop.script(volatile).await.unwrap().into_iter().flatten().flatten().collect();
    assert!(names.len() > 150);
    let mut looking = Vec::new();
    for name in names {
        let text = format!("SELECT {name}(NULL)");
        match Typed::read(&text) {
            Err(_) => {}
            // A name that lists do not know is the server's to tell.
            Ok(_) => match ask(&database, &Identity::Observer, &text, 1).await {
                Err(problem) if problem.kind == Kind::Usage => {}
                Err(_) | Ok(_) => looking.push(name),
            },
        }
    }
    looking.sort();
    // Read and judged one by one; a new version brings new ones, which are refused until somebody has.
    for acts in [
        "pg_terminate_backend",
        "brin_summarize_new_values",
        "pg_stat_reset_slru",
        "pg_log_backend_memory_contexts",
        "amvalidate",
        "currtid2",
    ] {
        assert!(!looking.contains(&acts.to_owned()), "{acts}");
    }
    assert!(
        looking.iter().all(|it| !it.starts_with("pg_advisory")
            && !it.contains("reset")
            && !it.starts_with("lo")),
        "{looking:?}"
    );
    assert!(looking.contains(&"pg_relation_size".to_owned()));
}

#[tokio::test]
async fn an_operator_a_cast_or_an_aggregate_made_of_a_function_that_acts_is_found_by_the_server() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    let database = database(&test, LoginKind::Superuser, None).await;
    // A cast needs no word to be made: where there is such a one nothing runs.
    for (script, text, function) in [
        (
            "CREATE OPERATOR public.!!~ (RIGHTARG = int, FUNCTION = pg_catalog.pg_cancel_backend)",
            "SELECT OPERATOR(public.!!~) 0",
            "pg_cancel_backend",
        ),
        (
            "CREATE AGGREGATE public.seeks (int, int) (sfunc = pg_catalog.lo_lseek, stype = int)",
            "SELECT public.seeks(1, 2)",
            "lo_lseek",
        ),
        (
            "CREATE CAST (text AS oid) WITH FUNCTION pg_catalog.lo_import(text)",
            "SELECT 1",
            "lo_import",
        ),
    ] {
        assert_eq!(rows(&database, "SELECT 1 + 1").await.len(), 1, "{script}");
        workshop.script(script).await.unwrap();
        let problem = ask(&database, &Identity::Observer, text, 9).await.unwrap_err();
        assert_eq!(problem.exit_code(), 2, "{text}: {problem}");
        assert!(problem.summary.contains(function), "{problem}");
    }
}
