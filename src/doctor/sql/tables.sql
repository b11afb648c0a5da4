-- The tables that the login cannot read, and those of which it sees only what policies let through: `unreadable` or `filtered`, and the name.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. Tables of extensions and partitions are left out.
SELECT CASE WHEN pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'filtered' ELSE 'unreadable' END AS what,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       pg_catalog.format('%I', n.nspname) AS schema
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
   AND (NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
        OR pg_catalog.row_security_active(c.oid))
 ORDER BY 2
