-- Every table with its owner, its row security, its grants and its policies.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. Names are qualified where the search path is empty.
SELECT pg_catalog.concat_ws('.', n.nspname, c.relname) AS relation,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       CASE WHEN c.relforcerowsecurity AND c.relrowsecurity THEN 'forced' WHEN c.relrowsecurity THEN 'on' ELSE 'off' END AS rls,
       coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', g.role, 'privileges', g.privileges) ORDER BY g.role)
                   FROM (SELECT CASE a.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS role,
                                pg_catalog.array_agg(DISTINCT a.privilege_type ORDER BY a.privilege_type) AS privileges
                           FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) a
                          GROUP BY 1) g), '[]') AS grants,
       coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                          'policy', p.policyname, 'command', p.cmd, 'permissive', p.permissive = 'PERMISSIVE', 'roles', p.roles,
                          'using', p.qual, 'with_check', p.with_check) ORDER BY p.policyname)
                   FROM pg_catalog.pg_policies p
                  WHERE p.schemaname = n.nspname AND p.tablename = c.relname), '[]') AS policies
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relname <> '_sqlx_migrations'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
