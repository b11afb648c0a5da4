-- The roles of the cluster and what this database gives them: tables that they may read, tables that they own, policies that name them.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT r.rolname::pg_catalog.text AS role,
       r.rolsuper::pg_catalog.text AS is_superuser,
       r.rolbypassrls::pg_catalog.text AS bypasses_rls,
       r.rolcanlogin::pg_catalog.text AS may_log_in,
       (SELECT pg_catalog.count(DISTINCT c.oid)
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
         CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
         WHERE c.relkind IN ('r', 'p') AND g.grantee = r.oid AND g.privilege_type = 'SELECT')::pg_catalog.text AS readable,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
         WHERE c.relkind IN ('r', 'p') AND c.relowner = r.oid)::pg_catalog.text AS owned,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_policy p WHERE r.oid = ANY (p.polroles))::pg_catalog.text AS policies
  FROM pg_catalog.pg_roles r
 WHERE r.rolname !~ '^pg_'
 ORDER BY r.rolname
