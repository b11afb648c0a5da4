-- The history that the Supabase command line keeps: key, name, when, milliseconds, checksum, statements, whether it came to its end.
-- PostgreSQL 13 to 18. Needs SELECT on the table.
SELECT h.version,
       h.name,
       NULL::pg_catalog.text,
       NULL::pg_catalog.text,
       NULL::pg_catalog.text,
       pg_catalog.array_to_string(h.statements, E';\n'),
       'true'::pg_catalog.text
  FROM supabase_migrations.schema_migrations AS h
 ORDER BY h.version
