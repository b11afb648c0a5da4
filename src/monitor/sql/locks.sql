-- Who waits for a lock and whom for, as a tree: whoever holds things up first, below it whoever waits for it, each session once.
-- PostgreSQL 13 to 18; how long a lock has been waited for is exact from 14 and counted from the session's last change of state before. Who blocks
-- whom is told to everybody; what others do needs pg_read_all_stats (pg_monitor has it), and without it `readable` is false.
WITH RECURSIVE asked AS MATERIALIZED (
    -- The lock that each waiting session is refused; it can only be one.
    SELECT DISTINCT ON (l.pid) l.pid, l.locktype, l.database, l.relation, l.page, l.tuple, l.transactionid, l.virtualxid, l.classid, l.objid, l.objsubid, l.mode, l.known_start
      FROM (SELECT NULL::timestamptz AS waitstart) absent
     CROSS JOIN LATERAL (SELECT r.*, waitstart AS known_start FROM pg_catalog.pg_locks r WHERE NOT r.granted AND r.pid IS NOT NULL) l
     ORDER BY l.pid
), waiting AS MATERIALIZED (
    -- Queues count too: whoever stands before one in the queue for a lock is waited for (documentation, 9.27.6). 0 is a prepared transaction.
    SELECT w.*, b.pids, coalesce(w.known_start, s.state_change) AS since
      FROM asked w
      LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = w.pid
     CROSS JOIN LATERAL (
           SELECT pg_catalog.array_agg(DISTINCT blocker ORDER BY blocker) AS pids
             FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) blocker) b
     WHERE b.pids IS NOT NULL
), below AS MATERIALIZED (
    -- Where a session stands in the tree: below one who does not wait, if there is one among those it waits for, else below who waits for the longest time.
    SELECT w.pid, f.blocker AS above
      FROM waiting w
     CROSS JOIN LATERAL (
           SELECT b.blocker
             FROM pg_catalog.unnest(w.pids) b(blocker)
             LEFT JOIN waiting o ON o.pid = b.blocker
            ORDER BY o.pid IS NOT NULL, o.since, b.blocker
            LIMIT 1) f
), up AS (
    -- From everybody upwards, until nobody is above or the way comes back to where it was: then it is a circle, which the deadlock detector will break.
    SELECT b.pid AS begin, b.above AS here, ARRAY[b.pid] AS way, b.above = b.pid AS circle FROM below b
    UNION ALL
    SELECT u.begin, b.above, u.way || b.pid, b.above = ANY (u.way || b.pid)
      FROM up u JOIN below b ON b.pid = u.here
     WHERE NOT u.circle
), root AS (
    SELECT DISTINCT u.here AS pid FROM up u WHERE NOT u.circle AND NOT EXISTS (SELECT FROM below b WHERE b.pid = u.here)
    UNION
    -- The smallest of a circle stands for its beginning.
    SELECT min(w.pid) FROM up u, pg_catalog.unnest(u.way) w(pid) WHERE u.circle AND u.here = u.begin GROUP BY u.begin HAVING min(w.pid) = u.begin
), tree AS (
    SELECT r.pid, NULL::integer AS above, 0 AS depth, ARRAY[row_number() OVER (ORDER BY r.pid)] AS path FROM root r
    UNION ALL
    SELECT b.pid, b.above, t.depth + 1, t.path || o.place
      FROM tree t
      JOIN below b ON b.above = t.pid AND NOT EXISTS (SELECT FROM root r WHERE r.pid = b.pid)
      JOIN (SELECT w.pid, row_number() OVER (ORDER BY w.since, w.pid) AS place FROM waiting w) o ON o.pid = b.pid
)
SELECT t.pid,
       s.backend_start,
       row_number() OVER (ORDER BY t.path) AS place,
       t.depth,
       concat(repeat('  ', t.depth - 1), CASE WHEN t.depth > 0 THEN '└ ' END, t.pid) AS tree,
       coalesce(pg_catalog.to_json(w.pids), '[]')::jsonb AS blocked_by,
       (SELECT string_agg(b.pid::text, ', ' ORDER BY b.pid) FROM pg_catalog.unnest(w.pids) b(pid) WHERE b.pid IS DISTINCT FROM t.above) AS also_blocked_by,
       (SELECT count(*) FROM tree o WHERE o.path[1:pg_catalog.cardinality(t.path)] = t.path) - 1 AS holds_up,
       s.datname::text AS database,
       s.datname = pg_catalog.current_database() AS here,
       s.usename::text AS role,
       s.application_name AS application,
       coalesce(s.state, CASE WHEN t.pid = 0 THEN 'prepared' END) AS state,
       s.wait_event_type,
       s.wait_event,
       w.locktype AS lock,
       -- A row is waited for by way of its transaction; which table it lies in, the queue for the row tells.
       coalesce(r.name, q.name) AS relation,
       w.mode,
       CASE w.locktype WHEN 'relation' THEN NULL
            WHEN 'tuple' THEN pg_catalog.format('row (%s,%s)', w.page, w.tuple)
            WHEN 'page' THEN pg_catalog.format('page %s', w.page)
            WHEN 'transactionid' THEN pg_catalog.format('transaction %s', w.transactionid)
            WHEN 'virtualxid' THEN pg_catalog.format('transaction %s', w.virtualxid)
            WHEN 'advisory' THEN CASE w.objsubid WHEN 1 THEN pg_catalog.format('key %s', (w.classid::bigint << 32) | w.objid::bigint)
                                 ELSE pg_catalog.format('key %s, %s', w.classid, w.objid) END
            WHEN 'object' THEN pg_catalog.format('%s %s', w.classid::regclass, w.objid) END AS of,
       CASE WHEN w.since IS NOT NULL THEN greatest(extract(epoch FROM pg_catalog.clock_timestamp() - w.since), 0)::numeric(20, 3) END AS wait_seconds,
       CASE WHEN s.xact_start IS NOT NULL THEN greatest(extract(epoch FROM pg_catalog.clock_timestamp() - s.xact_start), 0)::numeric(20, 3) END AS transaction_seconds,
       CASE WHEN t.pid = 0 THEN true ELSE s.backend_type IS NOT NULL END AS readable,
       CASE WHEN t.pid = 0 THEN (SELECT 'a prepared transaction: ' || string_agg(p.gid, ', ' ORDER BY p.prepared) FROM pg_catalog.pg_prepared_xacts p)
            WHEN s.backend_type IS NOT NULL
            -- The server keeps the beginning of a statement.
            THEN s.query || CASE WHEN pg_catalog.octet_length(s.query) >= pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4 THEN '…' ELSE '' END END AS query
  FROM tree t
  LEFT JOIN waiting w ON w.pid = t.pid
  LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = t.pid
  LEFT JOIN LATERAL (
       SELECT CASE WHEN c.oid IS NULL THEN w.relation::text ELSE pg_catalog.format('%I.%I', n.nspname, c.relname) END AS name
         FROM (SELECT w.relation) x
         LEFT JOIN pg_catalog.pg_class c ON c.oid = x.relation AND w.database IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
         LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE x.relation IS NOT NULL) r ON true
  LEFT JOIN LATERAL (
       SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
         FROM pg_catalog.pg_locks l
         JOIN pg_catalog.pg_class c ON c.oid = l.relation
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE l.pid = t.pid AND l.locktype = 'tuple' AND l.granted AND w.locktype = 'transactionid'
          AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
        LIMIT 1) q ON true
