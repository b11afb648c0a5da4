-- How far COPY commands are: which table, how many bytes of how many, and since when.
-- PostgreSQL 14 to 18. What others do needs pg_read_all_stats (pg_monitor has it); without it their rows are there, and `readable` is false.
SELECT 'copy' AS kind,
       p.pid,
       a.backend_start,
       p.datname::text AS database,
       CASE WHEN p.datname = pg_catalog.current_database() AND c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) ELSE nullif(p.relid, 0)::text END AS object,
       p.command,
       lower(p.type) AS phase,
       CASE WHEN p.bytes_total > 0 THEN p.bytes_processed ELSE p.tuples_processed END AS done,
       nullif(p.bytes_total, 0) AS total,
       CASE WHEN p.bytes_total > 0 THEN 'bytes' ELSE 'rows' END AS unit,
       round(p.bytes_processed::numeric / nullif(p.bytes_total, 0), 4) AS share,
       greatest(extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start), 0)::numeric(20, 3) AS seconds,
       NULL::bigint AS waits_for,
       CASE WHEN p.tuples_excluded > 0 THEN pg_catalog.format('%s rows left out', p.tuples_excluded) END AS note,
       a.usename::text AS role,
       p.command IS NOT NULL AS readable,
       CASE WHEN a.backend_type IS NOT NULL THEN a.query || CASE WHEN pg_catalog.octet_length(a.query) >= pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4 THEN '…' ELSE '' END END AS query
  FROM pg_catalog.pg_stat_progress_copy p
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
  LEFT JOIN pg_catalog.pg_class c ON c.oid = p.relid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
