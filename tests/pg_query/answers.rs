//! What is shown is what the server says: every type as text, as whoever asks, no more rows than wanted, no secret.

use std::{ops::ControlFlow, sync::Arc};

use purview::{
    demo::{LoginKind, System},
    explain::PlanOf,
    list::{Ask, Query},
    pg::{Identity, Kind, Most, RelationName, Run, Typed},
    query::Statement,
    question::Question as _,
    tables::Rows,
};

use crate::{acting, ask, common, database, rows};

/// One value of every sort of type, with NULLs in a second row.
const WIDE: &str = "
CREATE SCHEMA wide;
CREATE TYPE wide.mood AS ENUM ('sad', 'ok'); CREATE TYPE wide.pair AS (a int, b text); CREATE DOMAIN wide.few AS int CHECK (VALUE < 9);
CREATE TABLE wide.t (b bool, c \"char\", n name, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, m numeric(20,4), cash money, t text, v varchar(9), ch char(4), by bytea,
  d date, tm time, tmz timetz, ts timestamp, tsz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml, ip inet, net cidr, mac macaddr, bits bit varying(9),
  p point, bx box, path path, tsv tsvector, tsq tsquery, ia int[], ta text[][], r int4range, tr tstzrange, e wide.mood, k wide.pair, ka wide.pair[], fw wide.few,
  o oid, rc regclass, xi xid, lsn pg_lsn, ea wide.mood[]);
INSERT INTO wide.t VALUES (true, 'x', 'n', 1, -2, 9223372036854775807, 1.5, 0.1, 12345.6789, 12.5, E'a\\tb', 'vé', 'c', '\\x00ff', '2026-01-02', '12:34:56.789',
  '12:34:56+02', '2026-01-02 03:04:05.6', '2026-01-02 03:04:05+05', '1 mon 2 days 03:00', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"a\": 1}', '{\"b\": [1, null]}',
  '<a/>', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '101', '(1,2)', '((1,2),(3,4))', '((1,1),(2,2))', 'a b', 'a & b', '{1,NULL,3}', '{{a,b},{\"c d\",e}}',
  '[1,5)', '[2026-01-01,)', 'ok', '(1,\"a b\")', array['(1,x)'::wide.pair], 3, 7, 'pg_class', '123', '0/16B3748', '{sad,ok}');
INSERT INTO wide.t DEFAULT VALUES;
GRANT USAGE ON SCHEMA wide TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA wide TO PUBLIC";

#[tokio::test]
async fn a_value_of_any_type_is_shown_as_the_server_prints_it() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script(WIDE).await.unwrap();
    let names = "SELECT attname FROM pg_attribute WHERE attrelid = 'wide.t'::regclass AND attnum > 0 ORDER BY attnum";
    let names: Vec<_> =
        workshop.script(names).await.unwrap().into_iter().flatten().flatten().collect();
    let texts: Vec<_> = names.iter().map(|name| format!("{name}::text")).collect();
    let plain = format!("SET TimeZone = 'UTC'; SELECT {} FROM wide.t", texts.join(", "));
    let expected = workshop.script(&plain).await.unwrap();
    let database = database(&test, LoginKind::Support, None).await;
    let (columns, found, _) =
        ask(&database, &Identity::Observer, "TABLE wide.t", 10).await.unwrap();
    assert_eq!(columns.iter().map(|it| it.name.clone()).collect::<Vec<_>>(), names);
    for (index, name) in names.iter().enumerate() {
        // A blank at the end of a char(n) is part of what the server prints, and a cast takes it away.
        let trimmed = |cell: &Option<String>| cell.as_ref().map(|it| it.trim_end().to_owned());
        for row in 0..2 {
            assert_eq!(trimmed(&found[row][index]), trimmed(&expected[row][index]), "{name}");
        }
    }
    // Without rows the columns are still told.
    let (columns, found, _) =
        ask(&database, &Identity::Observer, "SELECT * FROM wide.t WHERE false -- none", 10)
            .await
            .unwrap();
    assert_eq!((columns.len(), found.len()), (names.len(), 0));
    let (columns, ..) =
        ask(&database, &Identity::Observer, "SELECT 1 AS a, 2 AS a, row(1, 'x')", 10)
            .await
            .unwrap();
    assert_eq!(
        columns.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["a", "a (2)", "row"]
    );
}

#[tokio::test]
async fn somebody_sees_what_their_role_and_settings_see_and_the_journal_says_what_was_asked() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    let found = workshop
        .script("SELECT id FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT 3")
        .await
        .unwrap();
    let database = database(&test, LoginKind::Support, Some(LoginKind::Jail)).await;
    for user in found.into_iter().flatten().flatten() {
        let plain = format!(
            "BEGIN; SET LOCAL ROLE org_assistant_app; SET LOCAL app.current_user_id = '{user}'; SELECT count(*) FROM emails; ROLLBACK"
        );
        let expected = workshop.script(&plain).await.unwrap();
        let identity = acting("org_assistant_app", Some(("app.current_user_id", &user)));
        let (_, rows, _) =
            ask(&database, &identity, "SELECT count(*) FROM emails", 10).await.unwrap();
        assert_eq!(rows[0], expected[0], "{user}");
    }
    let journal =
        std::fs::read_to_string(common::home().path().join(format!("{}.journal", test.name)))
            .unwrap();
    assert!(journal.contains("SELECT count(*) FROM emails"), "{journal}");
}

#[tokio::test]
async fn no_secret_is_in_an_answer_nor_in_an_error() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop.script("CREATE VIEW public.people AS SELECT id, email, password_hash AS h FROM users; GRANT SELECT ON people TO purview_support; ANALYZE public.users").await.unwrap();
    let database = database(&test, LoginKind::Support, None).await;
    let hash = workshop
        .script("SELECT password_hash FROM users WHERE password_hash IS NOT NULL LIMIT 1")
        .await
        .unwrap();
    let hash = hash[0][0].clone().unwrap();
    for text in [
        "SELECT id, password_hash FROM users",
        "SELECT password_hash AS email FROM users",
        "SELECT x.p FROM (SELECT password_hash AS p FROM users) x",
        "SELECT upper(password_hash) || 'x' FROM users",
        "SELECT u::text FROM users u",
        "SELECT to_jsonb(u) FROM users u",
        "WITH x AS (SELECT * FROM users) SELECT x::text FROM x",
        "SELECT h FROM people",
        "SELECT concat(h) FROM people",
        "SELECT password_hash FROM users UNION ALL SELECT 'x'",
        "SELECT string_agg(password_hash, ',') FROM users",
        "SELECT max(password_hash) OVER () FROM users",
        "TABLE users",
        "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE tablename = 'users'",
        "SELECT histogram_bounds::text FROM pg_stats WHERE attname = 'password_hash'",
    ] {
        let (columns, rows, beside) =
            ask(&database, &Identity::Observer, text, 5000).await.unwrap();
        let told = format!("{rows:?}").to_lowercase();
        assert!(!told.contains("$2b$") && !told.contains(&hash.to_lowercase()), "{text}");
        assert!(
            columns.iter().any(|it| it.secret) && !beside.hidden.is_empty(),
            "{text}: {columns:?}"
        );
        assert!(!rows.is_empty(), "{text}");
    }
    // What a trigger copied is as secret, in a statement and in the rows of its table.
    workshop.script("CREATE TABLE public.copies AS SELECT 1 AS id, to_jsonb(u) AS after FROM users u WHERE password_hash IS NOT NULL LIMIT 1; GRANT SELECT ON copies TO purview_support").await.unwrap();
    let (_, copied, _) =
        ask(&database, &Identity::Observer, "SELECT after FROM copies", 5).await.unwrap();
    let view = Rows::of(RelationName::new("public", "copies"));
    let question = Ask { view, query: Query::default() };
    let page = question.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap();
    let told = format!("{copied:?} {:?}", page.items);
    assert!(told.contains("password_hash") && !told.contains("$2b$"), "{told}");
    let (columns, rows, _) =
        ask(&database, &Identity::Observer, "SELECT lower(email), count(*) OVER () FROM users", 10)
            .await
            .unwrap();
    assert!(columns.iter().all(|it| !it.secret) && rows[0].iter().all(Option::is_some));
    let problem = ask(&database, &Identity::Observer, "SELECT password_hash::int FROM users", 5000)
        .await
        .unwrap_err();
    assert!(!problem.to_string().contains("$2b$") && problem.summary.contains('…'), "{problem}");
    // Whoever measures the same is told no more, and neither is who reads what ran.
    let statement = "SELECT password_hash::int FROM users".to_owned();
    let question = PlanOf { statement, measured: true };
    let problem =
        question.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap_err();
    assert!(!problem.to_string().contains("$2b$") && problem.summary.contains('…'), "{problem}");
    let ran = format!("{:?}", database.door.ran());
    assert!(ran.contains("password_hash::int") && !ran.contains("$2b$"), "{ran}");
}

#[tokio::test]
async fn more_rows_than_are_wanted_are_announced_and_not_fetched() {
    let test = common::empty_database().await;
    let database = database(&test, LoginKind::Support, None).await;
    for (wanted, of, more) in [
        (0, 1, true),
        (5, 5, false),
        (5, 6, true),
        (20, 20, false),
        (20, 21, true),
        (100, 50, false),
        (3_000, 100_000, true),
    ] {
        let text = format!("SELECT n FROM generate_series(1, {of}) n");
        let (_, rows, beside) = ask(&database, &Identity::Observer, &text, wanted).await.unwrap();
        assert_eq!(
            (rows.len() as u64, beside.more, beside.rows),
            (wanted.min(of), more, wanted.min(of)),
            "{wanted} of {of}"
        );
    }
}

#[tokio::test]
async fn a_large_answer_is_never_whole_in_memory() {
    let test = common::empty_database().await;
    let database = database(&test, LoginKind::Support, None).await;
    let typed = Typed::read("SELECT repeat('x', 1000 + n % 1000) FROM generate_series(1, 40000) n")
        .unwrap();
    let (mut largest, mut all) = (0usize, 0usize);
    let statement = Statement { typed, rows: u64::MAX };
    let beside = statement
        .stream(&database, &Identity::Observer, Most::ALL, &Run::new(), |_, rows| {
            let bytes = rows.iter().flatten().flatten().map(String::len).sum();
            (largest, all) = (largest.max(bytes), all + bytes);
            Ok(ControlFlow::Continue(()))
        })
        .await
        .unwrap();
    assert_eq!((beside.rows, beside.more), (40_000, false));
    assert!(all > 50 << 20 && largest < 2 << 20, "{largest} of {all}");
}

#[tokio::test]
async fn cancelling_ends_the_statement_on_the_server() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    let database = database(&test, LoginKind::Support, None).await;
    let run = Run::new();
    let statement = Statement {
        typed: Typed::read("SELECT pg_sleep(50), 'to be cancelled'").unwrap(),
        rows: 1,
    };
    let asked = statement.stream(&database, &Identity::Observer, Most::ALL, &run, |_, _| {
        Ok(ControlFlow::Continue(()))
    });
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = current_database() AND wait_event = 'PgSleep'";
    let cancel = async {
        while workshop.script(busy).await.unwrap()[0][0].as_deref() != Some("1") {
            tokio::task::yield_now().await;
        }
        run.cancel().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(asked, cancel);
    assert_eq!(outcome.unwrap_err().kind, Kind::Cancelled);
    assert_eq!(workshop.script(busy).await.unwrap()[0][0].as_deref(), Some("0"));
    assert_eq!(rows(&database, "SELECT 1").await.len(), 1);
}

#[tokio::test]
async fn notices_come_with_the_answer_and_an_error_with_its_place() {
    let test = common::empty_database().await;
    let mut workshop = test.workshop().await;
    workshop.script("CREATE FUNCTION public.tells() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE 'heard %', 1; RAISE WARNING 'too'; RETURN 1; END $f$").await.unwrap();
    let database = database(&test, LoginKind::Support, None).await;
    let (_, _, beside) = ask(&database, &Identity::Observer, "SELECT tells()", 10).await.unwrap();
    assert_eq!(beside.notices, ["notice: heard 1", "warning: too"]);
    for (text, at) in [
        ("SELECT 1,\n  nothing FROM pg_class", 13),
        ("EXPLAIN SELECT nothing", 16),
        ("SELECT 'é', nofunction(1)", 13),
    ] {
        let problem = ask(&database, &Identity::Observer, text, 10).await.unwrap_err();
        assert_eq!(problem.at, Some(at), "{text}: {problem}");
        assert!(!problem.summary.contains("at character"), "{problem}");
    }
    let (columns, rows, _) =
        ask(&database, &Identity::Observer, "EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1", 10)
            .await
            .unwrap();
    assert_eq!((columns[0].name.as_str(), rows.len()), ("QUERY PLAN", 1));
    let (_, rows, _) =
        ask(&database, &Identity::Observer, "SHOW transaction_read_only", 10).await.unwrap();
    assert_eq!(rows, [[Some("on".to_owned())]]);
}
