-- How large tables are, with and without their indexes; a partitioned table is as large as its partitions, which are listed too.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. The 500 largest are measured; what is smaller, or locked so that measuring would have to wait,
-- has the size that VACUUM and ANALYZE noted last, and `measured` is false.
WITH locked AS MATERIALIZED (
    -- Measuring waits behind an AccessExclusiveLock, also behind one that is itself waited for.
    SELECT DISTINCT l.relation
      FROM pg_catalog.pg_locks l
     WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL AND l.pid <> pg_catalog.pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
), noted AS MATERIALIZED (
    SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relispartition, c.reltuples,
           c.relpages::bigint + coalesce(toast.relpages, 0) AS table_pages,
           coalesce(idx.pages, 0) AS index_pages,
           EXISTS (SELECT FROM locked k WHERE k.relation IN (c.oid, c.reltoastrelid) OR k.relation = ANY (idx.oids)) AS locked
      FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
     CROSS JOIN LATERAL (
           SELECT sum(ic.relpages)::bigint AS pages, pg_catalog.array_agg(ic.oid) AS oids
             FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
            WHERE i.indrelid = c.oid) idx
     WHERE c.relkind IN ('r', 'm', 'p')
), measured AS MATERIALIZED (
    SELECT n.oid, pg_catalog.pg_table_size(n.oid) AS table_bytes, pg_catalog.pg_indexes_size(n.oid) AS index_bytes
      FROM (SELECT * FROM noted WHERE relkind <> 'p' AND NOT locked ORDER BY table_pages + index_pages DESC, oid LIMIT 500) n
), single AS MATERIALIZED (
    SELECT n.*, m.oid IS NOT NULL AS measured,
           coalesce(m.table_bytes, n.table_pages * pg_catalog.current_setting('block_size')::bigint) AS table_bytes,
           coalesce(m.index_bytes, n.index_pages * pg_catalog.current_setting('block_size')::bigint) AS index_bytes
      FROM noted n LEFT JOIN measured m ON m.oid = n.oid
)
SELECT s.oid,
       n.nspname::text AS schema,
       s.relname::text AS "table",
       CASE s.relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'materialized view' ELSE 'partitioned' END AS kind,
       (SELECT pg_catalog.format('%I.%I', pn.nspname, p.relname)
          FROM pg_catalog.pg_inherits h
          JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
         WHERE h.inhrelid = s.oid AND s.relispartition) AS partition_of,
       (t.table_bytes + t.index_bytes)::bigint AS total_bytes,
       t.table_bytes::bigint AS table_bytes,
       t.index_bytes::bigint AS index_bytes,
       t.rows_estimate::bigint AS rows_estimate,
       t.measured
  FROM single s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(p.table_bytes), 0) AS table_bytes,
              coalesce(sum(p.index_bytes), 0) AS index_bytes,
              CASE WHEN min(p.reltuples) >= 0 THEN sum(p.reltuples) END AS rows_estimate,
              coalesce(bool_and(p.measured), true) AS measured
         FROM single p
        WHERE (s.relkind <> 'p' AND p.oid = s.oid)
           OR (s.relkind = 'p' AND p.relkind <> 'p' AND p.oid IN (SELECT tree.relid FROM pg_catalog.pg_partition_tree(s.oid) tree))) t
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT LIKE 'pg\_toast%'
   AND n.nspname NOT LIKE 'pg\_temp\_%'
