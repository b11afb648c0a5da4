-- Tables with row security and not one policy: nobody but the owner and who bypasses sees or writes a row.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       coalesce(pg_catalog.string_agg(r.rolname, ', ' ORDER BY r.rolname) || ' may use it and find nothing', 'no role that row security concerns may use it') AS detail,
       pg_catalog.format('SELECT * FROM pg_policies WHERE schemaname = %L AND tablename = %L', n.nspname, c.relname) AS evidence,
       pg_catalog.format('-- only a person can say who may: CREATE POLICY … ON %I.%I USING (…)', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
   AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
   AND pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
 WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 GROUP BY n.nspname, c.relname
 ORDER BY 1
