-- How many connections there are, of how many there may be: of the server, of each database and of each role.
-- PostgreSQL 13 to 18; connections reserved for pg_use_reserved_connections are known from 16. What sessions of others do needs pg_read_all_stats
-- (pg_monitor has it): without it they count as `unknown`.
WITH session AS MATERIALIZED (
    SELECT a.datname, a.usename, a.state, a.backend_type, a.wait_event_type
      FROM pg_catalog.pg_stat_activity a
     WHERE a.backend_type = 'client backend' OR (a.backend_type IS NULL AND a.datid IS NOT NULL)
), scope AS (
    SELECT 'server' AS kind, 'all' AS name,
           -- What a login without special rights can have.
           pg_catalog.current_setting('max_connections')::integer - pg_catalog.current_setting('superuser_reserved_connections')::integer
             - coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0) AS most
    UNION ALL
    SELECT 'database', d.datname::text, nullif(d.datconnlimit, -1) FROM pg_catalog.pg_database d WHERE d.datallowconn
    UNION ALL
    SELECT 'role', r.rolname::text, nullif(r.rolconnlimit, -1) FROM pg_catalog.pg_roles r WHERE r.rolcanlogin
)
SELECT o.kind,
       o.name,
       c.used,
       o.most AS "limit",
       round(c.used::numeric / nullif(o.most, 0), 4) AS share,
       c.active,
       c.idle,
       c.idle_in_transaction,
       c.waiting,
       c.unknown,
       c.unknown = 0 AS readable
  FROM scope o
 CROSS JOIN LATERAL (
       SELECT count(*) AS used,
              count(*) FILTER (WHERE s.state IN ('active', 'fastpath function call')) AS active,
              count(*) FILTER (WHERE s.state = 'idle') AS idle,
              count(*) FILTER (WHERE s.state LIKE 'idle in transaction%') AS idle_in_transaction,
              count(*) FILTER (WHERE s.wait_event_type = 'Lock') AS waiting,
              count(*) FILTER (WHERE s.backend_type IS NULL) AS unknown
         FROM session s
        WHERE o.kind = 'server' OR (o.kind = 'database' AND s.datname = o.name) OR (o.kind = 'role' AND s.usename = o.name)) c
