-- Databases: how much is committed and given up, what deadlocked, what did not fit in memory and went to temporary files, and what was found damaged.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT; the size of a database that the login may not enter is left out.
SELECT d.oid,
       d.datname::text AS database,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') THEN pg_catalog.pg_database_size(d.oid) END AS bytes,
       s.numbackends AS sessions,
       s.xact_commit AS commits,
       s.xact_rollback AS rollbacks,
       round(s.xact_rollback::numeric / nullif(s.xact_commit + s.xact_rollback, 0), 4) AS rollback_share,
       round(s.blks_hit::numeric / nullif(s.blks_hit + s.blks_read, 0), 4) AS hit_ratio,
       s.deadlocks,
       s.conflicts,
       s.temp_files,
       s.temp_bytes,
       s.checksum_failures,
       CASE WHEN s.checksum_failures > 0 THEN 'damaged pages'
            WHEN NOT d.datallowconn THEN 'closed'
            WHEN s.xact_rollback > s.xact_commit AND s.xact_rollback > 1000 THEN 'more rollbacks than commits' END AS problem,
       s.stats_reset AS counted_since
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid
