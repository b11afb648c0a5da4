-- The history that Prisma keeps: key, name, when, milliseconds, checksum, statements, whether it came to its end.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT h.migration_name,
       h.migration_name,
       pg_catalog.to_char(COALESCE(h.finished_at, h.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       (pg_catalog.date_part('epoch', h.finished_at - h.started_at) * 1000)::pg_catalog.text,
       h.checksum,
       NULL::pg_catalog.text,
       (h.finished_at IS NOT NULL)::pg_catalog.text
  FROM public._prisma_migrations AS h
 WHERE h.rolled_back_at IS NULL
 ORDER BY h.migration_name, h.started_at
