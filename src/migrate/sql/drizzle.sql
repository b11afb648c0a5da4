-- The history that Drizzle up to 0.45 keeps: key, name, when, milliseconds, checksum, statements, whether it came to its end.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT h.created_at::pg_catalog.text,
       NULL::pg_catalog.text,
       pg_catalog.to_char(pg_catalog.to_timestamp(h.created_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       NULL::pg_catalog.text,
       h.hash,
       NULL::pg_catalog.text,
       'true'::pg_catalog.text
  FROM drizzle.__drizzle_migrations AS h
 ORDER BY h.created_at, h.id
