-- Policies that let a role update a row without a look at the column that says what its user may do or whose it is.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns and tables of people are known by their names; bodies of functions are
-- read as text.
WITH standing (word) AS (
    SELECT '\m(role|roles|role_id|is_admin|is_superuser|is_owner|permissions)\M'
), people AS (
    SELECT c.oid FROM pg_catalog.pg_class c
     WHERE c.relkind IN ('r', 'p')
       AND (c.relname ~* '(user|people|person|profile|member|staff|employee|account|invitation)'
            OR EXISTS (SELECT FROM pg_catalog.pg_attribute e WHERE e.attrelid = c.oid AND NOT e.attisdropped AND e.attname IN ('email', 'user_id')))
), candidate AS (
    SELECT n.nspname, c.relname, c.oid AS table_oid, p.polname, r.rolname, r.oid AS role_oid, a.attname
      FROM pg_catalog.pg_policy p
      JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      -- The role of a message in a conversation says what nobody may do: only that of people does.
       AND (a.attname ~* '^(org_id|organization_id|tenant_id|workspace_id|plan|subscription_tier)$'
            OR a.attname ~* '^(role|roles|is_admin|is_superuser|admin|permissions)$' AND c.oid IN (SELECT oid FROM people))
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
       -- It is meant for whoever asks for a standing in each of its alternatives, itself or by a function: an administrator may change that of others. But no
       -- standing in one tenant is a reason to let rows be taken to another.
       AND (EXISTS (
               SELECT FROM pg_catalog.regexp_split_to_table(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '\mOR\M') alternative
                WHERE alternative !~* (SELECT word FROM standing)
                  AND NOT EXISTS (
                      SELECT FROM pg_catalog.pg_depend d
                        JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid
                       WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
                         AND f.oid >= 16384 AND alternative ~ ('\m' || f.proname || '\(') AND f.prosrc ~* (SELECT word FROM standing)))
            -- What a tenant pays for is not for its own administrator to say; who administers all tenants is asked without a look at the row.
            OR a.attname ~* '^(plan|subscription_tier)$' AND p.polqual::text ~ ':varno 1 :varattno \d'
            OR a.attname ~* '^(org_id|organization_id|tenant_id|workspace_id)$' AND p.polqual::text ~ (':varno 1 :varattno ' || a.attnum || ' '))
)
SELECT pg_catalog.format('%I.%I', nspname, relname) AS object,
       pg_catalog.format('%s may set %s; the check of policy %I does not look at it', rolname, pg_catalog.string_agg(attname, ', ' ORDER BY attname), polname) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', nspname, relname, polname) AS evidence,
       pg_catalog.format('REVOKE UPDATE ON %I.%I FROM %I', nspname, relname, rolname)
           || coalesce('; GRANT UPDATE ('
                  || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.attname), ', ' ORDER BY o.attnum)
                        FROM pg_catalog.pg_attribute o
                       WHERE o.attrelid = table_oid AND o.attnum > 0 AND NOT o.attisdropped
                         AND NOT o.attname = ANY (pg_catalog.array_agg(candidate.attname))
                         AND pg_catalog.has_column_privilege(role_oid, table_oid, o.attnum, 'UPDATE'))
                  || pg_catalog.format(') ON %I.%I TO %I', nspname, relname, rolname), '') AS cure
  FROM candidate
 GROUP BY nspname, relname, table_oid, polname, rolname, role_oid
 ORDER BY 1, 2
