-- Roles with a privilege on a table whose policies never let the command pass: an INSERT always fails, the others find no rows.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH command (letter, privilege) AS (
    VALUES ('r'::"char", 'SELECT'), ('a'::"char", 'INSERT'), ('w'::"char", 'UPDATE'), ('d'::"char", 'DELETE')
), refused AS (
    SELECT c.oid, n.nspname, c.relname, r.rolname, command.privilege, command.letter
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_roles r
        ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
       AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
      CROSS JOIN command
     WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND c.oid >= 16384
       AND pg_catalog.has_table_privilege(r.oid, c.oid, command.privilege)
       AND EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
       -- Who has it only from another role is not named beside that role.
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_roles g
            WHERE g.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') AND pg_catalog.has_table_privilege(g.oid, c.oid, command.privilege))
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_policy p
            WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', command.letter)
              AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) o WHERE o <> 0 AND pg_catalog.pg_has_role(r.oid, o, 'USAGE')))
              -- Without WITH CHECK the USING expression is the check, and a policy without the expression that is asked for grants nothing.
              AND CASE command.letter WHEN 'a' THEN coalesce(p.polwithcheck::text, p.polqual::text) ELSE p.polqual::text END IS NOT NULL)
)
SELECT pg_catalog.format('%I.%I', nspname, relname) AS object,
       pg_catalog.format('%s may %s, and no policy lets it', rolname, pg_catalog.string_agg(privilege, ', ' ORDER BY pg_catalog.strpos('rawd', letter::text))) AS detail,
       pg_catalog.format('SELECT policyname, cmd, roles FROM pg_policies WHERE schemaname = %L AND tablename = %L', nspname, relname) AS evidence,
       pg_catalog.format('REVOKE %s ON %I.%I FROM %I -- or a policy for it', pg_catalog.string_agg(privilege, ', ' ORDER BY pg_catalog.strpos('rawd', letter::text)), nspname, relname, rolname) AS cure
  FROM refused
 GROUP BY nspname, relname, rolname
 ORDER BY 1, 2
