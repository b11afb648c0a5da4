-- How often a block was found in the server's own memory: for the database, each table, its indexes and its long values.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. A block that is not found there may still come from the memory of the operating system.
SELECT r.kind,
       r.oid,
       r.schema,
       r.name,
       r.hit::bigint AS hit,
       r.read::bigint AS read,
       -- Nothing asked for, nothing found: that is no ratio.
       round(r.hit::numeric / nullif(r.hit + r.read, 0), 6) AS ratio,
       (SELECT d.stats_reset FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()) AS counted_since
  FROM (SELECT 'database' AS kind, d.datid AS oid, NULL::text AS schema, d.datname::text AS name, d.blks_hit AS hit, d.blks_read AS read
          FROM pg_catalog.pg_stat_database d
         WHERE d.datname = pg_catalog.current_database()
        UNION ALL
        SELECT 'table', t.relid, t.schemaname::text, t.relname::text, t.heap_blks_hit, t.heap_blks_read FROM pg_catalog.pg_statio_user_tables t
        UNION ALL
        SELECT 'long values', t.relid, t.schemaname::text, t.relname::text, t.toast_blks_hit + coalesce(t.tidx_blks_hit, 0), t.toast_blks_read + coalesce(t.tidx_blks_read, 0)
          FROM pg_catalog.pg_statio_user_tables t
         WHERE t.toast_blks_hit IS NOT NULL
        UNION ALL
        SELECT 'index', i.indexrelid, i.schemaname::text, i.indexrelname::text, i.idx_blks_hit, i.idx_blks_read FROM pg_catalog.pg_statio_user_indexes i) r
