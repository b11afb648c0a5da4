-- How indexes are used, which are of no use, and which foreign keys have none that begins with their columns.
-- PostgreSQL 13 to 18; when an index was used last is known from 16. Needs no right beyond CONNECT. Scans are counted on this server only: an index
-- without any may be in use on a standby. The sizes of the 500 largest are measured. Of a table that is locked so that its definitions could not be printed
-- without waiting there are none.
WITH locked AS MATERIALIZED (
    SELECT DISTINCT l.relation
      FROM pg_catalog.pg_locks l
     WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL AND l.pid <> pg_catalog.pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
), own AS MATERIALIZED (
    SELECT i.*, c.relname, c.relam, c.relpages, c.relispartition, t.relname AS table_name, n.nspname, w.waits,
           EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AS constrains,
           CASE WHEN NOT w.waits THEN coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '') END AS condition,
           CASE WHEN NOT w.waits THEN coalesce(pg_catalog.pg_get_expr(i.indexprs, i.indrelid), '') END AS expressions,
           (SELECT string_agg(CASE WHEN k.place > i.indnkeyatts THEN '+' ELSE '' END || k.attnum || ' ' || coalesce(o.class, 0) || ' ' || coalesce(o.coll, 0) || ' ' || coalesce(o.option, 0), ', ' ORDER BY k.place)
              FROM pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY k(attnum, place)
              LEFT JOIN LATERAL (SELECT i.indclass[k.place - 1]::bigint, i.indcollation[k.place - 1]::bigint, i.indoption[k.place - 1]::bigint) o(class, coll, option) ON true) AS spelled
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm')
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
     CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM locked k WHERE k.relation IN (i.indrelid, i.indexrelid)) AS waits) w
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pg\_toast%'
       AND n.nspname NOT LIKE 'pg\_temp\_%'
), serving AS MATERIALIZED (
    -- Which index finds the rows that refer by a foreign key: one of all rows, or of all that refer, that begins with its columns, in whatever order.
    SELECT k.oid AS foreign_key, o.indexrelid
      FROM pg_catalog.pg_constraint k
      JOIN own o ON o.indrelid = k.conrelid AND o.indisvalid
     WHERE k.contype = 'f'
       AND (o.indkey::smallint[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey
       AND (o.indpred IS NULL
            OR o.waits
            OR o.condition IN (SELECT pg_catalog.format('(%I IS NOT NULL)', a.attname)
                                 FROM pg_catalog.pg_attribute a
                                WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
), measured AS MATERIALIZED (
    SELECT o.indexrelid, pg_catalog.pg_relation_size(o.indexrelid) AS bytes
      FROM (SELECT indexrelid FROM own WHERE NOT waits ORDER BY relpages DESC, indexrelid LIMIT 500) o
), twin AS MATERIALIZED (
    -- Another index answers all that this one answers: it begins with the same columns in the same order, and holds the same rows.
    SELECT a.indexrelid, (pg_catalog.array_agg(pg_catalog.format('%I.%I', b.nspname, b.relname) ORDER BY b.indisprimary DESC, b.indisunique DESC, b.indexrelid))[1] AS name
      FROM own a
      JOIN own b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam AND b.indisvalid
                AND b.condition = a.condition AND b.expressions = a.expressions
                AND (b.spelled = a.spelled OR (starts_with(b.spelled, a.spelled || ',') AND a.expressions = '' AND a.relam = 403))
     WHERE NOT a.indisunique AND NOT a.constrains AND NOT a.indisreplident AND NOT a.relispartition
       -- Of two that are the same the older one stays, unless the younger one is needed for more than speed.
       AND (b.spelled <> a.spelled OR b.indexrelid < a.indexrelid OR b.indisunique OR b.constrains)
     GROUP BY a.indexrelid
)
SELECT o.indexrelid AS oid,
       o.nspname::text AS schema,
       o.table_name::text AS "table",
       o.relname::text AS index,
       s.scans,
       coalesce(m.bytes, o.relpages * pg_catalog.current_setting('block_size')::bigint) AS bytes,
       o.indisunique AS "unique",
       p.state,
       s.known_scan AS last_scan,
       s.idx_tup_read AS entries_read,
       s.idx_tup_fetch AS rows_fetched,
       (SELECT d.stats_reset FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()) AS counted_since,
       CASE p.state
            WHEN 'invalid' THEN pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I', o.nspname, o.relname)
            WHEN 'duplicate' THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I -- %s does the same', o.nspname, o.relname, w.name)
            WHEN 'unused' THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', o.nspname, o.relname) END AS cure,
       CASE WHEN NOT o.waits THEN pg_catalog.pg_get_indexdef(o.indexrelid) END AS definition
  FROM own o
  LEFT JOIN measured m ON m.indexrelid = o.indexrelid
  LEFT JOIN twin w ON w.indexrelid = o.indexrelid
  LEFT JOIN LATERAL (
       SELECT x.idx_scan AS scans, x.idx_tup_read, x.idx_tup_fetch, x.known_scan
         FROM (SELECT NULL::timestamptz AS last_idx_scan) absent
        CROSS JOIN LATERAL (SELECT u.*, last_idx_scan AS known_scan FROM pg_catalog.pg_stat_all_indexes u WHERE u.indexrelid = o.indexrelid) x) s ON true
 CROSS JOIN LATERAL (
       SELECT CASE WHEN NOT o.indisvalid AND EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index c WHERE c.index_relid = o.indexrelid) THEN 'building'
                   WHEN NOT o.indisvalid OR NOT o.indisready THEN 'invalid'
                   WHEN w.name IS NOT NULL THEN 'duplicate'
                   WHEN coalesce(s.scans, 0) > 0 THEN 'used'
                   -- What keeps rows apart or tells replication which row is meant is needed without a scan; that of a partition goes with the whole.
                   WHEN o.indisunique OR o.constrains OR o.indisreplident OR o.relispartition THEN 'needed'
                   -- So is the only one that serves a foreign key: without it, whoever deletes what is referred to reads the whole table.
                   WHEN EXISTS (SELECT FROM serving f
                                 WHERE f.indexrelid = o.indexrelid
                                   AND NOT EXISTS (SELECT FROM serving b WHERE b.foreign_key = f.foreign_key AND b.indexrelid <> f.indexrelid)) THEN 'needed'
                   ELSE 'unused' END AS state) p
UNION ALL
SELECT k.oid,
       n.nspname::text,
       c.relname::text,
       NULL,
       NULL,
       NULL,
       NULL,
       'missing',
       NULL,
       NULL,
       NULL,
       NULL,
       pg_catalog.format('CREATE INDEX CONCURRENTLY ON %I.%I (%s)', n.nspname, c.relname,
           (SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY u.place)
              FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum)),
       pg_catalog.format('%I refers to %I.%I', k.conname, fn.nspname, fc.relname)
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
  JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   -- To delete what it refers to, the rows that refer have to be found. A partitioned table has its indexes in `pg_index` alone.
   AND NOT EXISTS (SELECT FROM serving f WHERE f.foreign_key = k.oid)
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_index i
        WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey::smallint[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
