-- Tables without row security that a role which is no owner may read or write: whoever has the role has all rows of all tenants.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.string_agg(pg_catalog.format('%s: %s', r.rolname, p.privileges), '; ' ORDER BY r.rolname) AS detail,
       pg_catalog.format('SELECT relrowsecurity FROM pg_class WHERE oid = %L::regclass', pg_catalog.format('%I.%I', n.nspname, c.relname)) AS evidence,
       pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY -- and policies for it', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls AND NOT r.rolcanlogin
   AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
   AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
 CROSS JOIN LATERAL (
       SELECT pg_catalog.string_agg(name, ', ') AS privileges
         FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) name
        WHERE pg_catalog.has_table_privilege(r.oid, c.oid, name)) p
 WHERE NOT c.relrowsecurity AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384
   AND p.privileges IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 GROUP BY n.nspname, c.relname
 ORDER BY 1
