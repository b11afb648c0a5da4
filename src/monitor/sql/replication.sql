-- Who receives this server's changes and how far behind it is; on a standby also from whom it receives them itself.
-- PostgreSQL 13 to 18. That there is somebody is told to everybody, the rest needs pg_read_all_stats (pg_monitor has it).
WITH here AS MATERIALIZED (
    SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END AS lsn
)
SELECT 'sends' AS direction,
       r.pid,
       r.usename::text AS role,
       r.application_name AS application,
       coalesce(host(r.client_addr), r.client_hostname) AS peer,
       r.state,
       r.sync_state,
       pg_catalog.pg_wal_lsn_diff(here.lsn, r.replay_lsn)::bigint AS behind_bytes,
       extract(epoch FROM r.write_lag)::numeric(20, 3) AS write_seconds,
       extract(epoch FROM r.flush_lag)::numeric(20, 3) AS flush_seconds,
       extract(epoch FROM r.replay_lag)::numeric(20, 3) AS replay_seconds,
       r.sent_lsn::text AS sent,
       r.replay_lsn::text AS replayed,
       r.state IS NOT NULL AS readable
  FROM pg_catalog.pg_stat_replication r CROSS JOIN here
UNION ALL
SELECT 'receives',
       w.pid,
       NULL,
       w.slot_name,
       w.sender_host,
       w.status,
       NULL,
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), here.lsn)::bigint,
       NULL,
       NULL,
       -- All that came is replayed: then it is not behind, however long ago the last change was.
       CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = here.lsn THEN 0 ELSE extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())::numeric(20, 3) END,
       pg_catalog.pg_last_wal_receive_lsn()::text,
       here.lsn::text,
       w.status IS NOT NULL
  FROM pg_catalog.pg_stat_wal_receiver w CROSS JOIN here
 WHERE w.pid IS NOT NULL
