-- Tables that could be histories of migrations: schema, name, columns with their types, whether the login may read them, whether row security hides rows of them.
-- PostgreSQL 13 to 18. Needs no rights.
SELECT n.nspname,
       c.relname,
       (SELECT pg_catalog.string_agg(a.attname || ' ' || t.typname, ',' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))::pg_catalog.text,
       pg_catalog.row_security_active(c.oid)::pg_catalog.text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attname IN ('execution_time', 'applied_steps_count', 'hash', 'statements'))
 ORDER BY n.nspname <> 'public', n.nspname, c.relname
