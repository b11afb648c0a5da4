-- Every session of the server: what it does and for how long, what it waits for, whom it waits for and who waits for it.
-- PostgreSQL 13 to 18; `query_id` is there from 14. What others do needs pg_read_all_stats (pg_monitor has it); without it their rows say who they are
-- and nothing else, and `readable` is false. The session that asks is left out, and so are processes without a database.
WITH waiting AS MATERIALIZED (
    -- A session waits for others only while it is refused a lock, and then pg_locks shows that to everybody.
    SELECT w.pid, b.pids
      FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid IS NOT NULL) w
     CROSS JOIN LATERAL (
           SELECT pg_catalog.array_agg(DISTINCT blocker ORDER BY blocker) AS pids
             FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) blocker) b
)
SELECT s.pid,
       s.backend_start,
       s.datname::text AS database,
       s.datname = pg_catalog.current_database() AS here,
       s.usename::text AS role,
       s.application_name AS application,
       host(s.client_addr) AS client,
       s.backend_type,
       s.leader_pid,
       s.state,
       s.wait_event_type,
       s.wait_event,
       CASE WHEN s.runs THEN greatest(extract(epoch FROM s.now - s.query_start), 0)::numeric(20, 3) END AS query_seconds,
       CASE WHEN s.xact_start IS NOT NULL THEN greatest(extract(epoch FROM s.now - s.xact_start), 0)::numeric(20, 3) END AS transaction_seconds,
       CASE WHEN s.state_change IS NOT NULL THEN greatest(extract(epoch FROM s.now - s.state_change), 0)::numeric(20, 3) END AS state_seconds,
       -- From when it counts as long: what comes first here has been at it for the longest time. Who rests or streams has no such time.
       -- To the second: those who only just began keep their places from one look to the next.
       CASE WHEN s.state <> 'idle' AND s.backend_type <> 'walsender'
            THEN pg_catalog.date_trunc('second', coalesce(s.xact_start, s.query_start)) END AS busy_since,
       coalesce(pg_catalog.to_json(w.pids), '[]')::jsonb AS blocked_by,
       (SELECT coalesce(pg_catalog.jsonb_agg(o.pid ORDER BY o.pid), '[]') FROM waiting o WHERE s.pid = ANY (o.pids)) AS blocks,
       CASE WHEN NOT s.readable THEN NULL
            WHEN pg_catalog.cardinality(w.pids) > 0 THEN 'waits for ' || pg_catalog.array_to_string(w.pids, ', ')
            WHEN s.state LIKE 'idle in transaction%' AND EXISTS (SELECT FROM waiting o WHERE s.pid = ANY (o.pids)) THEN 'idle in transaction, others wait for it'
            WHEN EXISTS (SELECT FROM waiting o WHERE s.pid = ANY (o.pids)) THEN 'others wait for it'
            WHEN s.state LIKE 'idle in transaction%' AND s.now - s.state_change > interval '1 minute' THEN 'idle in transaction'
            WHEN s.runs AND s.now - s.xact_start > interval '5 minutes' AND s.backend_type = 'client backend' THEN 'long transaction' END AS problem,
       pg_catalog.age(s.backend_xmin) AS xmin_age,
       s.known_id AS query_id,
       s.readable,
       CASE WHEN s.readable THEN s.query || CASE WHEN s.cut THEN '…' ELSE '' END END AS query
  FROM (SELECT NULL::bigint AS query_id) absent
 CROSS JOIN LATERAL (
       -- A column that this version does not have is found in `absent`.
       SELECT a.*,
              query_id AS known_id,
              pg_catalog.clock_timestamp() AS now,
              a.backend_type IS NOT NULL AS readable,
              a.state IN ('active', 'fastpath function call') AND a.backend_type IS DISTINCT FROM 'walsender' AS runs,
              pg_catalog.octet_length(a.query) >= pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4 AS cut
         FROM pg_catalog.pg_stat_activity a) s
  LEFT JOIN waiting w ON w.pid = s.pid
 WHERE s.pid <> pg_catalog.pg_backend_pid()
   AND (s.datid IS NOT NULL OR s.pid IN (SELECT r.pid FROM pg_catalog.pg_stat_get_wal_senders() r))
