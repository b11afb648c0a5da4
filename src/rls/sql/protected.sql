-- Tables of the application, and whether row security is on for them; partitions stand for themselves only where they have it.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT n.nspname::text AS schema,
       c.relname::text AS relation,
       c.relrowsecurity AS row_security
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence <> 't'
   AND (NOT c.relispartition OR c.relrowsecurity)
   AND n.nspname <> 'information_schema'
   AND n.nspname NOT LIKE 'pg\_%'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname
