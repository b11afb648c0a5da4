-- Tables whose owner, and who inherits from it, is not held to the policies, because row security is not forced.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%s sees and changes every row', pg_catalog.string_agg(r.rolname, ', ' ORDER BY r.rolname)) AS detail,
       pg_catalog.format('SELECT relforcerowsecurity FROM pg_class WHERE oid = %L::regclass', pg_catalog.format('%I.%I', n.nspname, c.relname)) AS evidence,
       pg_catalog.format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
   AND pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
 WHERE c.relrowsecurity AND NOT c.relforcerowsecurity AND c.relkind IN ('r', 'p') AND c.oid >= 16384
 GROUP BY n.nspname, c.relname
 ORDER BY 1
