-- Who holds the advisory lock of migrations: process id, role, application, since when, what it does. The lock's key is 0 here; the runner asks for the database's own.
-- PostgreSQL 13 to 18. Needs no rights; without pg_monitor the query of others is hidden.
SELECT l.pid::pg_catalog.text,
       a.usename,
       a.application_name,
       pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
       pg_catalog.left(a.query, 200)
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
   AND (l.classid::pg_catalog.int8 << 32 | l.objid::pg_catalog.int8) = 0::pg_catalog.int8
