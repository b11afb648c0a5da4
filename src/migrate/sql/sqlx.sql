-- The history that sqlx keeps: key, name, when, milliseconds, checksum, statements, whether it came to its end.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT h.version::pg_catalog.text,
       h.description,
       pg_catalog.to_char(h.installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       CASE WHEN h.execution_time >= 0 THEN (h.execution_time / 1e6)::pg_catalog.text END,
       pg_catalog.encode(h.checksum, 'hex'),
       NULL::pg_catalog.text,
       h.success::pg_catalog.text
  FROM public._sqlx_migrations AS h
 ORDER BY h.version
