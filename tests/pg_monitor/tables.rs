//! Sizes, indexes, cache and vacuum, and the queries of hastecrm's document: each against a statement written by hand.

use purview::{
    demo::{LoginKind, System},
    monitor::Topic,
    pg::Row,
};

use super::{Peer, as_login, cells, common, number, seen, sorted, until};

const LOGINS: [LoginKind; 3] = [LoginKind::Superuser, LoginKind::Dba, LoginKind::Support];

/// Compares what is seen of `topic` with what `direct` says, as each login.
async fn agrees(
    test: &common::TestDatabase,
    peer: &mut Peer,
    topic: Topic,
    columns: &[&str],
    direct: &str,
) {
    let rows = sorted(peer.run(direct).await);
    assert!(!rows.is_empty(), "{topic:?}");
    for login in LOGINS {
        let database = as_login(test, login).await;
        let page = seen(&database, topic, "").await.unwrap();
        assert_eq!(sorted(cells(&page, columns)), rows, "{topic:?} {login:?}");
        assert_eq!(page.caveat, None);
    }
}

#[tokio::test]
async fn sizes_are_those_that_the_server_measures() {
    let test = common::database(System::Hastecrm).await;
    let mut peer = Peer::of(&test).await;
    peer.run("CREATE TABLE \"Odd \"\"name\" AS SELECT generate_series(1, 10000) AS n; CREATE INDEX ON \"Odd \"\"name\" (n)").await;
    let direct = "SELECT n.nspname::text, c.relname::text, pg_total_relation_size(c.oid)::text, pg_table_size(c.oid)::text, pg_indexes_size(c.oid)::text \
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                   WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
                  UNION ALL \
                  SELECT n.nspname::text, c.relname::text, coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::text, coalesce(sum(pg_table_size(i.inhrelid)), 0)::text, \
                         coalesce(sum(pg_indexes_size(i.inhrelid)), 0)::text \
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhparent = c.oid \
                   WHERE c.relkind = 'p' GROUP BY 1, 2";
    let columns = ["schema", "table", "total_bytes", "table_bytes", "index_bytes"];
    agrees(&test, &mut peer, Topic::Sizes, &columns, direct).await;
    let direct = "SELECT schemaname::text, tablename::text, pg_total_relation_size(format('%I.%I', schemaname, tablename))::text, \
                  pg_relation_size(format('%I.%I', schemaname, tablename))::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let columns = ["schemaname", "tablename", "size", "table_size"];
    agrees(&test, &mut peer, Topic::TableSizes, &columns, direct).await;
}

#[tokio::test]
async fn a_locked_table_does_not_hold_up_the_sizes_of_the_others() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    peer.run("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n; ANALYZE t; CREATE TABLE u (id int); CREATE INDEX of_u ON u (id)").await;
    let mut holder = Peer::of(&test).await;
    holder.run("BEGIN; LOCK TABLE t").await;
    // Who waits for such a lock holds others up just the same.
    let mut reader = Peer::of(&test).await;
    reader.run("BEGIN; SELECT FROM u").await;
    let waiting =
        Peer::of(&test).await.waits("BEGIN; LOCK TABLE u; COMMIT", &mut peer.workshop).await;
    let database = as_login(&test, LoginKind::Dba).await;
    let page = seen(&database, Topic::Sizes, "").await.unwrap();
    let noted = "SELECT (relpages * current_setting('block_size')::int)::text FROM pg_class WHERE relname = 't'";
    let pages = peer.run(noted).await[0][0].clone();
    assert_ne!(pages.as_deref(), Some("0"));
    let no = || Some("false".to_owned());
    assert_eq!(
        sorted(cells(&page, &["table", "table_bytes", "measured"])),
        [vec![Some("t".into()), pages, no()], vec![Some("u".into()), Some("0".into()), no()]]
    );
    let page = seen(&database, Topic::TableSizes, "").await.unwrap();
    assert_eq!(cells(&page, &["size"]), [vec![None], vec![None]]);
    for topic in [Topic::Indexes, Topic::Vacuum, Topic::Cache, Topic::IndexUsage] {
        seen(&database, topic, "").await.unwrap();
    }
    holder.run("ROLLBACK").await;
    reader.run("ROLLBACK").await;
    waiting.task.await.unwrap().unwrap();
}

const INDEXES: &str = "
    CREATE SCHEMA \"My App\"; SET search_path = \"My App\";
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent, found_id int REFERENCES parent, a int, b int, c text);
    CREATE INDEX found ON child (found_id, a);
    CREATE INDEX \"Never used\" ON child (b);
    CREATE INDEX wide ON child (a, b);
    CREATE INDEX narrow ON child (a);
    CREATE INDEX again ON child (a, b);
    CREATE INDEX partial ON child (a) WHERE b > 0;
    CREATE INDEX other_class ON child (c text_pattern_ops);
    CREATE INDEX plain ON child (c);
    CREATE INDEX covering ON child (b) INCLUDE (c);
    INSERT INTO parent SELECT generate_series(1, 1000); INSERT INTO child SELECT n, n, n, n, n, n::text FROM generate_series(1, 1000) n;
    ALTER TABLE child ADD maybe_id int REFERENCES parent; CREATE INDEX maybe ON child (maybe_id) WHERE maybe_id IS NOT NULL;
    ANALYZE";

#[tokio::test]
async fn each_index_is_used_needed_unused_twice_there_or_missing_and_says_what_mends_it() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    peer.run(INDEXES).await;
    // An index that could not be built stays behind.
    peer.run("INSERT INTO \"My App\".child (id, a) VALUES (0, 1)").await;
    let broken = "CREATE UNIQUE INDEX CONCURRENTLY broken ON \"My App\".child (a)";
    assert!(peer.workshop.script(broken).await.is_err());
    let mut user = Peer::of(&test).await;
    user.run("SET enable_seqscan = off").await;
    user.run("SELECT count(*)::text FROM \"My App\".child WHERE found_id = 7").await;
    user.workshop.close().await;
    let scans = "SELECT idx_scan::text FROM pg_stat_user_indexes WHERE indexrelname = 'found'";
    until(&mut peer.workshop, scans, |count| count > 0).await;
    let database = as_login(&test, LoginKind::Support).await;
    let page = seen(&database, Topic::Indexes, "table=child").await.unwrap();
    let rows = cells(&page, &["table", "index", "state", "cure"]);
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            row.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" | ")
        })
        .collect();
    let mut expected = vec![
        "child | - | missing | CREATE INDEX CONCURRENTLY ON \"My App\".child (parent_id)",
        "child | Never used | duplicate | DROP INDEX CONCURRENTLY \"My App\".\"Never used\" -- \"My App\".covering does the same",
        "child | again | duplicate | DROP INDEX CONCURRENTLY \"My App\".again -- \"My App\".wide does the same",
        "child | broken | invalid | REINDEX INDEX CONCURRENTLY \"My App\".broken",
        "child | child_pkey | needed | -",
        "child | covering | unused | DROP INDEX CONCURRENTLY \"My App\".covering",
        "child | found | used | -",
        "child | maybe | needed | -",
        "child | narrow | duplicate | DROP INDEX CONCURRENTLY \"My App\".narrow -- \"My App\".wide does the same",
        "child | other_class | unused | DROP INDEX CONCURRENTLY \"My App\".other_class",
        "child | partial | unused | DROP INDEX CONCURRENTLY \"My App\".partial",
        "child | plain | unused | DROP INDEX CONCURRENTLY \"My App\".plain",
        "child | wide | unused | DROP INDEX CONCURRENTLY \"My App\".wide",
    ];
    expected.sort_unstable();
    let mut found: Vec<_> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn indexes_have_the_scans_and_bytes_that_the_server_counts() {
    let test = common::database(System::OrgAssistant).await;
    let mut peer = Peer::of(&test).await;
    let direct = "SELECT s.schemaname::text, s.indexrelname::text, s.idx_scan::text, pg_relation_size(s.indexrelid)::text, i.indisunique::text, s.idx_tup_read::text \
                    FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) WHERE s.schemaname NOT LIKE 'pg\\_%'";
    let rows = sorted(peer.run(direct).await);
    assert!(rows.len() > 20);
    for login in LOGINS {
        let database = as_login(&test, login).await;
        let page = seen(&database, Topic::Indexes, "index!=null").await.unwrap();
        let columns = ["schema", "index", "scans", "bytes", "unique", "entries_read"];
        assert_eq!(sorted(cells(&page, &columns)), rows, "{login:?}");
    }
    let direct = "SELECT schemaname::text, relname::text, indexrelname::text, idx_scan::text, idx_tup_read::text, idx_tup_fetch::text FROM pg_stat_user_indexes";
    let columns =
        ["schemaname", "tablename", "indexname", "idx_scan", "idx_tup_read", "idx_tup_fetch"];
    agrees(&test, &mut peer, Topic::IndexUsage, &columns, direct).await;
}

#[tokio::test]
async fn what_was_found_in_memory_is_told_without_dividing_by_nothing() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    // Nothing was read yet.
    let database = as_login(&test, LoginKind::Support).await;
    let page = seen(&database, Topic::CacheHitRatio, "").await.unwrap();
    assert_eq!(
        cells(&page, &["heap_read", "heap_hit", "ratio"]),
        [vec![Some("0".into()), Some("0".into()), None]]
    );
    peer.run("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n; CREATE INDEX ON t (n); CREATE TABLE never_read ()").await;
    let mut reader = Peer::of(&test).await;
    reader.run("SELECT count(*)::text FROM t; SELECT count(*)::text FROM t").await;
    reader.workshop.close().await;
    let hits = "SELECT heap_blks_hit::text FROM pg_statio_user_tables WHERE relname = 't'";
    until(&mut peer.workshop, hits, |count| count > 0).await;
    // The session that made it rests, so that nothing is counted any more.
    let direct = "SELECT 'table', relname::text, heap_blks_hit::text, heap_blks_read::text, \
                  CASE WHEN heap_blks_hit + heap_blks_read > 0 THEN round(heap_blks_hit / (heap_blks_hit + heap_blks_read)::numeric, 6)::text END FROM pg_statio_user_tables \
                  UNION ALL SELECT 'index', indexrelname::text, idx_blks_hit::text, idx_blks_read::text, \
                  CASE WHEN idx_blks_hit + idx_blks_read > 0 THEN round(idx_blks_hit / (idx_blks_hit + idx_blks_read)::numeric, 6)::text END FROM pg_statio_user_indexes";
    let mut last: Vec<Row> = Vec::new();
    // What sessions count is written down a moment later.
    for _ in 0..200 {
        let rows = sorted(peer.run(direct).await);
        let page =
            seen(&database, Topic::Cache, "kind!=database kind!=\"long values\"").await.unwrap();
        last = sorted(cells(&page, &["kind", "name", "hit", "read", "ratio"]));
        if last == rows {
            let sums = seen(&database, Topic::CacheHitRatio, "").await.unwrap();
            let direct = "SELECT sum(heap_blks_read)::text, sum(heap_blks_hit)::text, \
                          round(sum(heap_blks_hit) / (sum(heap_blks_hit) + sum(heap_blks_read)), 6)::text FROM pg_statio_user_tables";
            assert_eq!(cells(&sums, &["heap_read", "heap_hit", "ratio"]), peer.run(direct).await);
            return;
        }
    }
    panic!("{last:?}");
}

#[tokio::test]
async fn dead_rows_stand_against_the_number_at_which_vacuum_comes() {
    let test = common::empty_database().await;
    let mut peer = Peer::of(&test).await;
    peer.run("CREATE TABLE due (n int) WITH (autovacuum_vacuum_threshold = 10, autovacuum_vacuum_scale_factor = 0.5); CREATE TABLE \"switched Off\" (n int) WITH (autovacuum_enabled = off); CREATE TABLE still (n int)").await;
    let mut writer = Peer::of(&test).await;
    for table in ["due", "\"switched Off\"", "still"] {
        writer.run(&format!("INSERT INTO {table} SELECT generate_series(1, 100)")).await;
        writer.run(&format!("ANALYZE {table}")).await;
    }
    writer.run("DELETE FROM due").await;
    writer.run("DELETE FROM \"switched Off\" WHERE n <= 40").await;
    writer.workshop.close().await;
    let dead = "SELECT coalesce(sum(n_dead_tup), 0)::text FROM pg_stat_user_tables";
    until(&mut peer.workshop, dead, |count| count == 140).await;
    let database = as_login(&test, LoginKind::Dba).await;
    // Other tests use up numbers meanwhile: the age is between what is said before and after.
    let age = "SELECT max(age(c.relfrozenxid))::text FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid";
    let before = number(&mut peer.workshop, age).await;
    let page = seen(&database, Topic::Vacuum, "").await.unwrap();
    let told = cells(&page, &["xid_age"]);
    let told = told.iter().map(|row| row[0].as_deref().unwrap().parse::<i64>().unwrap()).max();
    assert!((before..=number(&mut peer.workshop, age).await).contains(&told.unwrap()));
    let rows = cells(&page, &["table", "state", "dead_rows", "due_at"]);
    let row = |cells: [&str; 4]| cells.map(|cell| Some(cell.to_owned())).to_vec();
    assert_eq!(
        rows,
        [
            // 10 + 0.5 × 100
            row(["due", "due", "100", "60"]),
            row(["switched Off", "off", "40", "70"]),
            row(["still", "ok", "0", "70"]),
        ]
    );
    let direct = "SELECT c.relname::text, n_mod_since_analyze::text, n_live_tup::text, \
                  round(n_dead_tup / (n_live_tup + n_dead_tup)::numeric, 4)::text, last_analyze::text \
                    FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid";
    peer.run("SET TimeZone = 'UTC'").await;
    let columns = ["table", "changed_since_analyze", "live_rows", "dead_share", "last_analyze"];
    assert_eq!(sorted(cells(&page, &columns)), sorted(peer.run(direct).await));
}
