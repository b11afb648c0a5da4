-- The schema's own types that a column or a cast may have, and the labels of enums.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT n.nspname::pg_catalog.text AS schema,
       y.typname::pg_catalog.text AS name,
       y.typtype::pg_catalog.text AS sort,
       (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = y.oid)::pg_catalog.text AS labels
  FROM pg_catalog.pg_type y
  JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace
 WHERE y.typtype IN ('b', 'd', 'e', 'r', 'm')
   AND y.typelem = 0
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY 1, 2
