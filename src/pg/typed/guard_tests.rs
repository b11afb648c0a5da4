//! What may be typed, and what may not.

use proptest::prelude::*;

use super::*;
use crate::pg::Sort;

fn refusal(text: &str) -> Refusal {
    match read(text) {
        Ok(typed) => panic!("it passed: {text}: {typed:?}"),
        Err(refusal) => refusal,
    }
}

#[test]
fn what_only_reads_passes() {
    for text in [
        "select 1",
        "SELECT * FROM users WHERE id = 7;",
        "select 1 ; -- the end",
        "/* why */ select count(*) from a join b using (id) -- because",
        "with recursive t(n) as (values (1) union all select n + 1 from t where n < 9) select sum(n) from t",
        "with x as materialized (select 1) select * from x",
        "(select 1) union all (select 2) order by 1 limit 3",
        "values (1, 'a'), (2, 'b')",
        "table users",
        "select now(), pg_sleep(1), random()",
        "select a ->> 'k', b::text[], c = any(array[1, 2]) from t",
        "select pg_get_viewdef('v'::regclass), 'pg_terminate_backend'::regproc",
        "select 'select set_config(1)', $$nextval('x')$$, \"nextval\" from t",
        "select \"größe\", 'straße' from t",
        "select extract(year from at), substring(a from 2), trim(both 'x' from a), cast(a as int) from t",
        "select x from generate_series(1, 10) with ordinality as s(x, n)",
        "select rank() over (partition by a order by b desc nulls last) from t",
        "select count(*) filter (where a) from t group by grouping sets ((a), ())",
        "select * from t tablesample bernoulli (1)",
        "select * from t where (a, b) in (select a, b from u) and exists (select from v)",
        "select * from a left join lateral (select * from b where b.x = a.x) c on true",
        "select interval '1 day', date '2026-01-01', e'a\\nb', b'101', x'1f'",
        "select at at time zone 'UTC' from t",
        "select a collate \"C\", b is not distinct from c, d between 1 and 2, e like '%' escape '!' from t",
        "select distinct on (a) a, b from t order by a, b fetch first 3 rows only",
        "select case when a then 1 else 2 end, coalesce(a, b), nullif(a, 0), greatest(1, 2) from t",
        "select operator(pg_catalog.-) 1, 1 operator(pg_catalog.+) 2",
        "select xmlelement(name a, 'b'), json_build_object('a', 1)",
        "select delete, update, insert, lock from t",
        "select x from t order by x using <",
        "select 1 isnull, 2 notnull, a[1:], b[:2] from t",
        "select * from json_table('[1]', '$[*]' columns (a int path '$')) j",
        "select * from xmltable('/a' passing x columns b text) t",
        "select interval(3) '1 day', cast(a as interval day to second (3)), national character varying 'a'",
        "select overlay(a placing b from 1 for 2), position('a' in b), normalize('a', nfc), a is nfc normalized from t",
        "select json_object('a': 1 absent on null), json_arrayagg(a order by b), '1' is json object from t",
        "select count(*) over w from t window w as (order by a groups between 1 preceding and current row exclude ties)",
        "with x as (select 1) search depth first by a set b select * from x",
        "select * from rows from (f(1), g(2)) as x, only (t)",
        "select grouping(a) from t group by rollup (a), cube (b) fetch first 1 rows with ties",
        "select 1_000, 0b11, 0o17, 0xff, a at local, a similar to b escape 'c' from t",
        "explain select 1",
        "explain (analyze, buffers, format json) select * from t",
        "explain analyze values (1)",
        "show search_path",
        "show all",
    ] {
        if let Err(refusal) = read(text) {
            panic!("{text}: {refusal:?}");
        }
    }
}

#[test]
fn what_writes_controls_or_takes_another_identity_is_refused_by_what_it_is() {
    for text in [
        "insert into t values (1)",
        "update t set a = 1",
        "delete from t",
        "merge into t using u on t.a = u.a when matched then delete",
        "with x as (delete from t returning *) select * from x",
        "with x as (select 1), y as (insert into t values (1) returning a) select * from x, y",
        "select * from (with x as (update t set a = 1 returning a) select * from x) y",
        "select 1 into t2",
        "select * into temp t2 from t",
        "select * from t for update",
        "select * from t for no key update skip locked",
        "select * from (select * from t for share) x",
        "create table t2 as select 1",
        "truncate t",
        "drop table t",
        "alter role app password 'x'",
        "grant all on t to public",
        "begin",
        "commit",
        "commit; select * from secret",
        "rollback",
        "abort",
        "end",
        "savepoint a",
        "rollback to a",
        "release a",
        "prepare transaction 'x'",
        "commit prepared 'x'",
        "start transaction",
        "set transaction read write",
        "set transaction_read_only = off",
        "set role postgres",
        "set local role none",
        "reset role",
        "reset all",
        "discard all",
        "set session authorization postgres",
        "reset session authorization",
        "set local app.user_id = '7'",
        "do $$ begin reset role; end $$",
        "call p()",
        "copy t to stdout",
        "copy t to '/tmp/x'",
        "copy (select 1) to program 'id'",
        "copy t from stdin",
        "prepare p as select 1",
        "execute p",
        "deallocate all",
        "declare c cursor for select 1",
        "fetch all from c",
        "move c",
        "close c",
        "listen x",
        "notify x",
        "unlisten *",
        "lock table t",
        "load 'x'",
        "vacuum",
        "analyze t",
        "checkpoint",
        "reindex table t",
        "refresh materialized view v",
        "comment on table t is 'x'",
        "explain analyze delete from t",
        "explain insert into t values (1)",
        "explain execute p",
        "explain analyze create table x as select 1",
        "explain analyze with x as (delete from t returning *) select * from x",
        "explain select 1; drop table t",
        "select 1; select 2",
        "select 1;; select 2",
    ] {
        let refusal = refusal(text);
        assert_eq!(refusal.sort, Sort::Forbidden, "{text}: {refusal:?}");
        assert!(refusal.at.end <= text.len() && !refusal.reason.ends_with('.'), "{refusal:?}");
    }
}

#[test]
fn what_acts_is_refused_wherever_and_however_it_stands() {
    for call in [
        "pg_terminate_backend(1)",
        "PG_Cancel_Backend(1)",
        "pg_catalog.pg_reload_conf()",
        "\"pg_catalog\".\"set_config\"('a.b', 'c', true)",
        "pg_catalog . set_config /* x */ ('role', 'none', true)",
        "set_config\n('role','none',false)",
        "app.set_config('a', 'b', true)",
        "lo_import('/etc/passwd')",
        "lo_export(1, '/tmp/x')",
        "lo_create(1)",
        "pg_read_file('x')",
        "pg_ls_dir('.')",
        "pg_stat_file('x')",
        "dblink('dbname=x', 'select 1')",
        "dblink_exec('delete from t')",
        "pg_notify('a', 'b')",
        "nextval('s')",
        "setval('s', 1)",
        "pg_advisory_lock(1)",
        "pg_try_advisory_xact_lock(1)",
        "query_to_xml('delete from t', true, true, '')",
        "table_to_xml('t', true, true, '')",
        "database_to_xml(true, true, '')",
        "cursor_to_xml('c', 1, true, true, '')",
        "ts_stat('select 1')",
        "ts_rewrite('a', 'select 1')",
        "txid_current()",
        "pg_current_xact_id()",
        "pg_export_snapshot()",
        "pg_switch_wal()",
        "pg_promote()",
        "pg_create_physical_replication_slot('x')",
        "pg_logical_emit_message(true, 'a', 'b')",
        "pg_stat_reset()",
        "pg_rotate_logfile()",
        "xpath_table('a', 'b', 'c', 'd', 'e')",
        "crosstab('select 1')",
        "set_user('postgres')",
    ] {
        for text in [
            format!("select {call}"),
            format!("select * from {call} x"),
            format!("select * from t where {call} is null"),
            format!("with x as (select {call}) select 1"),
            format!("select (select {call})"),
            format!("select 1 from t order by {call}"),
            format!("select 1 from t group by a having {call} is null"),
            format!("select 1 limit (select 1 from {call})"),
            format!("values ({call})"),
            format!("select case when true then {call} end"),
            format!("select 1 union select {call}"),
            format!("select * from rows from ({call}) x"),
            format!("select * from t, lateral {call} x"),
            format!("select array[{call}], row({call})"),
            format!("select sum(1) over (order by {call})"),
            format!("select f({call})"),
            format!("select ({call})::text"),
            format!("explain analyze select {call}"),
            format!("explain select {call}"),
        ] {
            let refusal = refusal(&text);
            assert_eq!(refusal.sort, Sort::Forbidden, "{text}: {refusal:?}");
        }
    }
    // A function of the row, in the form of a column.
    refusal("select t.pg_restore_relation_stats from t");
    refusal("select (t).pg_restore_attribute_stats from t");
}

#[test]
fn what_another_reader_could_read_otherwise_is_refused() {
    for text in [
        "",
        "  -- nothing",
        ";",
        "select U&\"set\\005fconfig\"('a', 'b', true)",
        "select U&'\\0061'",
        "select E'a'\n'\\' , 1, ' , set_config(1,2,3) --'",
        "select 'a' 'b'",
        "select 'a'\n'b'",
        "select $1",
        "select straße from t",
        "select 1\u{a0}",
        "select 1\0",
        "select \u{b}1",
        "select 'unterminated",
        "select /* unterminated",
        "select (1",
        "selec 1",
        "select * form t",
        "gibberish",
    ] {
        assert_ne!(refusal(text).sort, Sort::Forbidden, "{text:?}");
    }
}

#[test]
fn what_this_reader_does_not_take_is_told_apart_from_a_mistake() {
    for (text, part) in [
        ("select 1, straße from t", "straße"),
        ("select U&\"a\" from t", "U&\"a\""),
        ("select 1 + U&'\\0061'", "U&'\\0061'"),
        ("select 'a'\n'b'", "'b'"),
    ] {
        let refused = refusal(text);
        assert_eq!(refused.sort, Sort::Unknown, "{text}");
        assert!(refused.reason.contains("does not take what PostgreSQL may read"), "{text}");
        assert_eq!(&text[refused.at], part, "it says where");
    }
    for text in [
        format!("select '{}'", "x".repeat(LONGEST)),
        format!("select {}1", "(".repeat(DEEPEST + 1)),
    ] {
        assert_eq!(refusal(&text).sort, Sort::Unknown);
    }
    for text in ["select * form t", "select top 3 * from t", "select (1", "select 'a' 'b'"] {
        let refused = refusal(text);
        assert_eq!(refused.sort, Sort::Unread, "{text}");
        assert!(!refused.reason.contains("PostgreSQL may"), "{}", refused.reason);
    }
}

#[test]
fn no_nesting_exhausts_the_stack() {
    for (before, inside, after) in [
        ("(", "1", ")"),
        ("- ", "1", ""),
        ("not ", "true", ""),
        ("f(", "1", ")"),
        ("[", "1", "]"),
        ("case when ", "1", " then 2 end"),
    ] {
        let times = (LONGEST - 20) / (before.len() + after.len());
        let text = format!("select {}{inside}{}", before.repeat(times), after.repeat(times));
        // Whatever it is: there is an answer.
        drop(read(&text));
    }
    let chain = format!("select 1{}", " union select 1".repeat(1_300));
    drop(read(&chain));
    let chain = format!("select 1{}", "+1".repeat(9_000));
    read(&chain).unwrap();
}

#[test]
fn a_refusal_points_at_what_it_is_about() {
    let text = "select a, nextval('s') from t";
    assert_eq!(&text[refusal(text).at], "nextval");
    let text = "select 1;  drop table t";
    assert_eq!(&text[refusal(text).at], "drop table t");
    let text = "select *\nform t where x";
    assert!(refusal(text).at.start >= 8, "{:?}", refusal(text));
    let text = "select * from t for update";
    assert_eq!(&text[refusal(text).at], "for update");
}

#[test]
fn what_follows_the_statement_is_left_out() {
    assert_eq!(read("select 1 ; -- x").unwrap().text(), "select 1");
    assert_eq!(read(" select 1 -- x").unwrap().text().trim(), "select 1");
}

/// Parts of statements that only read.
fn harmless() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "'x'",
        "a",
        "t.a",
        "now()",
        "$$;drop$$",
        "null",
        "\"nextval\"",
        "'nextval(1)'",
        "e'\\''",
        "count(*)",
        "-- c\n 2",
        "/* set_config( */ 3",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            inner.clone().prop_map(|a| format!("lower({a}::text)")),
            inner.clone().prop_map(|a| format!("(select {a} from t where a is null)")),
            inner.clone().prop_map(|a| format!("case when a = 1 then {a} else {a} end")),
            inner.clone().prop_map(|a| format!("array[{a}]")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
        ]
    })
}

/// Whole statements around a part.
fn around(part: &str, frame: usize) -> String {
    match frame % 9 {
        0 => format!("select {part}"),
        1 => format!("select 1 from t where ({part})::text is not null"),
        2 => format!("with x as (select {part}) select * from x"),
        3 => format!("select * from (select {part} as c) s"),
        4 => format!("select 1 union all (select {part})"),
        5 => format!("values ({part})"),
        6 => format!("explain select {part};"),
        7 => format!("select 1 from t order by {part}"),
        _ => format!("select a from t group by a having {part} is null"),
    }
}

const FORBIDDEN: &[&str] = &[
    "nextval('s')",
    "pg_catalog.set_config('a.b','c',true)",
    "\"set_config\"('a.b','c',true)",
    "pg_sleep(1); drop table t",
    "1) ; commit; select (1",
    "(select 1 into t2)",
    "(with d as (delete from t returning *) select 1 from d)",
    "(select 1 from t for update)",
    "lo_unlink(1)",
    "pg_advisory_xact_lock(1)",
    "dblink_connect('x')",
    "U&\"nextval\"('s')",
    "e'a' '\\'', nextval('s') --'",
    "$1",
    "(t).pg_restore_relation_stats",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_composed_of_harmless_parts_passes(part in harmless(), frame in 0usize..9) {
        let text = around(&part, frame);
        prop_assert!(read(&text).is_ok(), "{}: {:?}", text, read(&text));
    }

    #[test]
    fn nothing_with_a_forbidden_part_passes(
        part in harmless(), bad in prop::sample::select(FORBIDDEN.to_vec()), frame in 0usize..9, wrap in 0usize..6,
    ) {
        let inner = match wrap {
            0 => bad.to_owned(),
            1 => format!("coalesce({part}, {bad})"),
            2 => format!("({part} + {bad})"),
            3 => format!("(select {bad} from t where {part} is null)"),
            4 => format!("case when true then {bad} else {part} end"),
            _ => format!("array[{part}, {bad}]"),
        };
        let text = around(&inner, frame);
        prop_assert!(read(&text).is_err(), "{}", text);
    }

    #[test]
    fn no_text_breaks_the_reader(text in any::<String>(), sql in "[a-z0-9 '\"$;()/*,.E&U\\\\\n-]{0,60}") {
        for text in [text.clone(), sql.clone(), format!("select {text}"), format!("select {sql}")] {
            if let Err(refusal) = read(&text) {
                prop_assert!(text.get(refusal.at.clone()).is_some(), "{:?} {:?}", text, refusal);
            }
        }
    }
}
