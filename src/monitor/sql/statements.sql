-- What statements cost since they were counted first: calls, time, rows and blocks of each, in this database.
-- PostgreSQL 13 to 18 with the extension pg_stat_statements of any version, in whatever schema: `public` here stands for that. Columns have other names
-- in other versions; one that is not there is found in `absent`. The texts of others need pg_read_all_stats (pg_monitor has it).
SELECT s.userid,
       s.dbid,
       s.queryid AS query_id,
       coalesce(s.queryid, 0) AS known_id,
       s.top AS toplevel,
       pg_catalog.pg_get_userbyid(s.userid)::text AS role,
       s.calls,
       s.total::numeric(30, 3) AS total_ms,
       (s.total / nullif(s.calls, 0))::numeric(30, 3) AS mean_ms,
       s.most::numeric(30, 3) AS max_ms,
       s.deviation::numeric(30, 3) AS stddev_ms,
       s.rows,
       round(s.shared_blks_hit::numeric / nullif(s.shared_blks_hit + s.shared_blks_read, 0), 4) AS hit_ratio,
       s.shared_blks_read AS blocks_read,
       s.temp_blks_written AS temp_blocks,
       s.since,
       extract(epoch FROM pg_catalog.clock_timestamp())::numeric(20, 6) AS at,
       -- Of what others run neither the id nor the text is told.
       s.queryid IS NOT NULL AS readable,
       CASE WHEN s.queryid IS NULL THEN row_number() OVER () ELSE 0 END AS nameless,
       CASE WHEN s.queryid IS NOT NULL THEN s.query END AS query
  FROM (SELECT NULL::float8 AS total_exec_time, NULL::float8 AS total_time, NULL::float8 AS max_exec_time, NULL::float8 AS max_time,
               NULL::float8 AS stddev_exec_time, NULL::float8 AS stddev_time, true AS toplevel, NULL::timestamptz AS stats_since) absent
 CROSS JOIN LATERAL (
       SELECT r.*, toplevel AS top, coalesce(total_exec_time, total_time) AS total, coalesce(max_exec_time, max_time) AS most,
              coalesce(stddev_exec_time, stddev_time) AS deviation, stats_since AS since
         FROM public.pg_stat_statements(true) r
        WHERE r.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())) s
