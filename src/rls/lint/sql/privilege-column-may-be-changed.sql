-- Policies that let a role update a row without a look at the column that says what its user may do or whose it is.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%s may set %s; the check of policy %I does not look at it', r.rolname, pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attname), p.polname) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', n.nspname, c.relname, p.polname) AS evidence,
       pg_catalog.format('REVOKE UPDATE ON %I.%I FROM %I -- then GRANT UPDATE of the other columns', n.nspname, c.relname, r.rolname) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname ~* '^(role|roles|is_admin|is_superuser|admin|permissions|plan|subscription_tier|org_id|organization_id|tenant_id|workspace_id)$'
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
   AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
   AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE')
   AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) o WHERE o <> 0 AND pg_catalog.pg_has_role(r.oid, o, 'USAGE')))
 WHERE c.relrowsecurity AND p.polpermissive AND p.polcmd IN ('w', '*')
   -- Who has it only from another role is not named beside that role.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_roles g
    WHERE g.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') AND pg_catalog.has_column_privilege(g.oid, c.oid, a.attnum, 'UPDATE'))
   AND coalesce(p.polwithcheck, p.polqual) IS NOT NULL
   -- In the stored expression a column of the table itself is a Var of the first relation.
   AND coalesce(p.polwithcheck, p.polqual)::text !~ (':varno 1 :varattno ' || a.attnum || ' ')
 GROUP BY n.nspname, c.relname, p.polname, r.rolname
 ORDER BY 1, 2
