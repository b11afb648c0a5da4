-- A moment of the server: what time it is, which transactions run and since when, and the oldest of them that has written.
-- PostgreSQL 13 to 18. Every login may ask; since when a transaction runs needs pg_read_all_stats for what is another's, and is NULL without it.
SELECT (extract(epoch FROM pg_catalog.now()) * 1000000)::bigint::text AS now,
       pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text AS oldest,
       r.name,
       (extract(epoch FROM r.since) * 1000000)::bigint::text AS since
  FROM (SELECT) one
  LEFT JOIN (
       -- Whoever is in a transaction holds a lock on its number until after everybody can see what it did, and locks are told to everybody.
       SELECT l.virtualtransaction AS name, a.xact_start AS since
         FROM pg_catalog.pg_locks l
         JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         JOIN pg_catalog.pg_database d ON d.oid = a.datid
        WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid() AND d.datname = pg_catalog.current_database()
        UNION
       SELECT 'prepared ' || p.transaction, NULL
         FROM pg_catalog.pg_prepared_xacts p
        WHERE p.database = pg_catalog.current_database()) r ON true
