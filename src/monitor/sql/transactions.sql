-- Transactions that are open: for how long, how many locks they hold, who waits for them, and what keeps vacuum from removing rows.
-- PostgreSQL 13 to 18. What others do needs pg_read_all_stats (pg_monitor has it), and without it `readable` is false; replication slots and prepared
-- transactions are told to everybody.
WITH waiting AS MATERIALIZED (
    SELECT w.pid, pg_catalog.pg_blocking_pids(w.pid) AS pids
      FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid IS NOT NULL) w
), open AS MATERIALIZED (
    SELECT CASE WHEN a.backend_type = 'walsender' THEN 'standby' ELSE 'session' END AS kind,
           a.pid, a.backend_start, a.pid::text AS name, a.datname::text AS database, a.usename::text AS role, a.application_name AS application, a.state,
           a.xact_start AS began,
           CASE WHEN a.state LIKE 'idle in transaction%' THEN a.state_change END AS idle_since,
           pg_catalog.age(a.backend_xid) AS xid_age, pg_catalog.age(a.backend_xmin) AS xmin_age,
           CASE WHEN a.backend_type IS NOT NULL THEN a.query || CASE WHEN pg_catalog.octet_length(a.query) >= pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4 THEN '…' ELSE '' END END AS query,
           a.backend_type IS NOT NULL AS readable
      FROM pg_catalog.pg_stat_activity a
     WHERE a.pid <> pg_catalog.pg_backend_pid()
       AND (a.xact_start IS NOT NULL OR a.backend_xmin IS NOT NULL
            -- Who is in a transaction has a lock on its number, and locks are told to everybody.
            OR (a.backend_type IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid' AND l.granted)))
    UNION ALL
    SELECT 'prepared', NULL, NULL, p.gid, p.database::text, p.owner::text, NULL, 'prepared', p.prepared, p.prepared, pg_catalog.age(p.transaction), pg_catalog.age(p.transaction), NULL, true
      FROM pg_catalog.pg_prepared_xacts p
    UNION ALL
    SELECT 'slot', r.active_pid, NULL, r.slot_name::text, r.database::text, NULL, NULL, CASE WHEN r.active THEN 'active' ELSE 'inactive' END, NULL, NULL, NULL,
           greatest(pg_catalog.age(r.xmin), pg_catalog.age(r.catalog_xmin)), NULL, true
      FROM pg_catalog.pg_replication_slots r
     WHERE r.xmin IS NOT NULL OR r.catalog_xmin IS NOT NULL
)
SELECT o.kind,
       o.name,
       o.pid,
       o.backend_start,
       o.database,
       o.database = pg_catalog.current_database() AS here,
       o.role,
       o.application,
       o.state,
       o.began,
       CASE WHEN o.began IS NOT NULL THEN greatest(extract(epoch FROM pg_catalog.clock_timestamp() - o.began), 0)::numeric(20, 3) END AS transaction_seconds,
       CASE WHEN o.idle_since IS NOT NULL THEN greatest(extract(epoch FROM pg_catalog.clock_timestamp() - o.idle_since), 0)::numeric(20, 3) END AS idle_seconds,
       CASE WHEN o.kind = 'session' THEN (SELECT count(*) FROM pg_catalog.pg_locks l WHERE l.pid = o.pid AND l.granted) END AS locks,
       CASE WHEN o.kind = 'session' THEN (SELECT count(*) FROM waiting w WHERE o.pid = ANY (w.pids)) END AS blocks,
       o.xid_age,
       o.xmin_age,
       -- Vacuum removes no row that one of these may still see, or that is newer than what one of them writes; of those that are of the same database, or of
       -- none, the oldest decides (ComputeXidHorizons in procarray.c).
       coalesce(greatest(o.xid_age, o.xmin_age) > 0
                AND NOT EXISTS (SELECT FROM open x
                                 WHERE (x.database IS NULL OR x.database = o.database)
                                   AND greatest(x.xid_age, x.xmin_age) > greatest(o.xid_age, o.xmin_age)), false) AS holds_back_vacuum,
       CASE WHEN o.idle_since IS NOT NULL AND o.kind = 'session' AND EXISTS (SELECT FROM waiting w WHERE o.pid = ANY (w.pids)) THEN 'idle in transaction, others wait for it'
            WHEN o.idle_since IS NOT NULL AND o.kind = 'session' AND pg_catalog.clock_timestamp() - o.idle_since > interval '1 minute' THEN 'idle in transaction'
            WHEN o.kind = 'prepared' AND pg_catalog.clock_timestamp() - o.began > interval '5 minutes' THEN 'prepared and left'
            WHEN o.kind = 'slot' AND o.state = 'inactive' THEN 'slot that nobody reads'
            WHEN pg_catalog.clock_timestamp() - o.began > interval '5 minutes' THEN 'long transaction' END AS problem,
       o.readable,
       o.query
  FROM open o
