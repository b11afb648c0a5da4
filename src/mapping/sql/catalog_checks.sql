-- Check constraints over one column: where a schema says which values a column may have.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT n.nspname::pg_catalog.text AS schema,
       c.relname::pg_catalog.text AS relation,
       a.attname::pg_catalog.text AS name,
       pg_catalog.pg_get_constraintdef(x.oid) AS definition
  FROM pg_catalog.pg_constraint x
  JOIN pg_catalog.pg_class c ON c.oid = x.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.conkey[1]
 WHERE x.contype = 'c' AND pg_catalog.cardinality(x.conkey) = 1
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY 1, 2, 3, 4
