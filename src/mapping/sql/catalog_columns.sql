-- Every column of every relation outside of the system's own schemas, with what its type is good for. System columns have a number below zero.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT n.nspname::pg_catalog.text AS schema,
       c.relname::pg_catalog.text AS relation,
       c.relkind::pg_catalog.text AS kind,
       c.relispartition::pg_catalog.text AS is_partition,
       EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')::pg_catalog.text AS of_extension,
       a.attname::pg_catalog.text AS name,
       a.attnum::pg_catalog.text AS number,
       pg_catalog.format_type(a.atttypid, NULL) AS type,
       y.typcategory::pg_catalog.text AS category,
       a.attnotnull::pg_catalog.text AS not_null,
       c.relrowsecurity::pg_catalog.text AS has_rls
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
  JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.relname, a.attnum
