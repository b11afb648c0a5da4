-- How far long commands are: vacuum, analyze, index builds, clustering and rewriting, base backups; in which phase, and since when.
-- PostgreSQL 13 to 18; that of COPY is known from 14, and has a file of its own. What others do needs pg_read_all_stats (pg_monitor has it); without it their
-- rows are there, and `readable` is false.
SELECT p.kind,
       p.pid,
       a.backend_start,
       p.database,
       CASE WHEN p.database = pg_catalog.current_database() AND c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) ELSE p.relid::text END AS object,
       p.command,
       p.phase,
       p.done,
       p.total,
       p.unit,
       round(p.done::numeric / nullif(p.total, 0), 4) AS share,
       CASE WHEN coalesce(a.query_start, a.backend_start) IS NOT NULL
            THEN greatest(extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.query_start, a.backend_start)), 0)::numeric(20, 3) END AS seconds,
       nullif(p.waits_for, 0) AS waits_for,
       p.note,
       a.usename::text AS role,
       p.phase IS NOT NULL AS readable,
       CASE WHEN a.backend_type IS NOT NULL THEN a.query || CASE WHEN pg_catalog.octet_length(a.query) >= pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4 THEN '…' ELSE '' END END AS query
  FROM (SELECT 'vacuum' AS kind, v.pid, v.datname::text AS database, v.relid, 'VACUUM' AS command, v.phase, 'blocks' AS unit,
               CASE v.phase WHEN 'vacuuming heap' THEN v.heap_blks_vacuumed ELSE v.heap_blks_scanned END AS done,
               v.heap_blks_total AS total, NULL::bigint AS waits_for,
               CASE WHEN v.index_vacuum_count > 1 THEN pg_catalog.format('indexes gone through %s times: maintenance_work_mem is short', v.index_vacuum_count) END AS note
          FROM pg_catalog.pg_stat_progress_vacuum v
        UNION ALL
        SELECT 'analyze', z.pid, z.datname::text, z.relid, 'ANALYZE', z.phase, 'blocks', z.sample_blks_scanned, z.sample_blks_total, NULL,
               CASE WHEN z.child_tables_total > 0 THEN pg_catalog.format('%s of %s partitions', z.child_tables_done, z.child_tables_total) END
          FROM pg_catalog.pg_stat_progress_analyze z
        UNION ALL
        SELECT 'index', i.pid, i.datname::text, i.relid, i.command, i.phase,
               CASE WHEN i.phase LIKE 'waiting%' THEN 'sessions' WHEN i.blocks_total > 0 THEN 'blocks' ELSE 'rows' END,
               CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_done WHEN i.blocks_total > 0 THEN i.blocks_done ELSE i.tuples_done END,
               CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_total WHEN i.blocks_total > 0 THEN i.blocks_total ELSE i.tuples_total END,
               i.current_locker_pid,
               CASE WHEN i.partitions_total > 0 THEN pg_catalog.format('%s of %s partitions', i.partitions_done, i.partitions_total) END
          FROM pg_catalog.pg_stat_progress_create_index i
        UNION ALL
        SELECT 'cluster', r.pid, r.datname::text, r.relid, r.command, r.phase, CASE WHEN r.heap_blks_total > 0 THEN 'blocks' ELSE 'rows' END,
               CASE WHEN r.heap_blks_total > 0 THEN r.heap_blks_scanned ELSE r.heap_tuples_written END,
               CASE WHEN r.heap_blks_total > 0 THEN r.heap_blks_total ELSE r.heap_tuples_scanned END, NULL,
               CASE WHEN r.index_rebuild_count > 0 THEN pg_catalog.format('%s indexes built anew', r.index_rebuild_count) END
          FROM pg_catalog.pg_stat_progress_cluster r
        UNION ALL
        SELECT 'base backup', b.pid, NULL, NULL, 'BASE_BACKUP', b.phase, 'bytes', b.backup_streamed, b.backup_total, NULL,
               CASE WHEN b.tablespaces_total > 1 THEN pg_catalog.format('%s of %s tablespaces', b.tablespaces_streamed, b.tablespaces_total) END
          FROM pg_catalog.pg_stat_progress_basebackup b) p
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
  LEFT JOIN pg_catalog.pg_class c ON c.oid = p.relid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
