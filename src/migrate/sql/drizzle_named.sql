-- The history that Drizzle from 1.0 on keeps: key, name, when, milliseconds, checksum, statements, whether it came to its end.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT COALESCE(h.name, h.created_at::pg_catalog.text),
       h.name,
       pg_catalog.to_char(h.applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       NULL::pg_catalog.text,
       h.hash,
       NULL::pg_catalog.text,
       'true'::pg_catalog.text
  FROM drizzle.__drizzle_migrations AS h
 ORDER BY h.created_at, h.id
