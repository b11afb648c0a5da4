-- For whom a session waits: process id, role, application, since when it exists, what it does. The session is one's own here; the runner asks for the one that works.
-- PostgreSQL 13 to 18. Needs no rights; without pg_monitor the query of others is hidden.
SELECT b.pid::pg_catalog.text,
       a.usename,
       a.application_name,
       pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
       pg_catalog.left(a.query, 200)
  FROM (SELECT DISTINCT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(pg_catalog.pg_backend_pid())) AS u(pid)) AS b
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
 ORDER BY b.pid
