-- Replication slots: who reads them, how much WAL they hold back, and whether they still can be read.
-- PostgreSQL 13 to 18; since when nobody reads one and why it is lost are known from 17. Needs no right beyond CONNECT.
SELECT s.slot_name::text AS slot,
       s.slot_type AS kind,
       s.plugin::text AS plugin,
       s.database::text AS database,
       s.active,
       s.active_pid AS pid,
       s.wal_status,
       pg_catalog.pg_wal_lsn_diff(here.lsn, s.restart_lsn)::bigint AS held_bytes,
       s.safe_wal_size AS left_bytes,
       greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin)) AS xmin_age,
       s.known_since AS inactive_since,
       CASE WHEN s.wal_status = 'lost' OR s.known_reason IS NOT NULL THEN 'lost' || coalesce(': ' || s.known_reason, '')
            WHEN s.wal_status = 'unreserved' THEN 'about to be lost'
            WHEN NOT s.active THEN 'nobody reads it' END AS problem
  FROM (SELECT NULL::timestamptz AS inactive_since, NULL::text AS invalidation_reason) absent
 CROSS JOIN LATERAL (
       SELECT r.*, inactive_since AS known_since, invalidation_reason AS known_reason
         FROM pg_catalog.pg_replication_slots r) s
 CROSS JOIN (
       SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END AS lsn) here
