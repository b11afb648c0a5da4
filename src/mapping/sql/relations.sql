-- Which relations there are outside of the system's own schemas. purview narrows it to the fingerprints of the mappings that it knows.
-- PostgreSQL 13 to 18. Needs no right: names in the catalog are for everybody.
SELECT n.nspname::pg_catalog.text AS schema,
       c.relname::pg_catalog.text AS relation
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
