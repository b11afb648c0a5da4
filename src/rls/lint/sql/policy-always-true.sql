-- Permissive policies for writing whose expression is the constant true: whoever has the privilege writes every row.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       pg_catalog.format('policy %I lets %s %s every row', policyname, pg_catalog.array_to_string(roles, ', '),
                         -- Without USING no row is found that could be changed or deleted.
                         CASE WHEN qual IS NULL THEN 'INSERT' ELSE cmd END) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', schemaname, tablename, policyname) AS evidence,
       pg_catalog.format('-- only a person can say which rows: ALTER POLICY %I ON %I.%I %s (…)', policyname, schemaname, tablename, CASE cmd WHEN 'INSERT' THEN 'WITH CHECK' ELSE 'USING' END) AS cure
  FROM pg_catalog.pg_policies p
 WHERE permissive = 'PERMISSIVE' AND cmd <> 'SELECT' AND NOT (cmd = 'UPDATE' AND qual IS NULL)
   AND CASE cmd WHEN 'DELETE' THEN qual ELSE coalesce(with_check, qual) END ~ '^\(?(true|1 = 1|\(1 = 1\))\)?$'
   -- Whoever owns the table can take its policies away: one that is only for its owner, where it is forced, gives nothing.
   AND EXISTS (
       SELECT FROM pg_catalog.unnest(p.roles) role
        WHERE role = 'public'
           OR NOT pg_catalog.pg_has_role(role, (SELECT c.relowner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                                 WHERE n.nspname = p.schemaname AND c.relname = p.tablename), 'USAGE'))
   -- A restrictive policy for the same command says which rows; one without a condition says nothing.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_policies other
        WHERE other.schemaname = p.schemaname AND other.tablename = p.tablename AND other.permissive = 'RESTRICTIVE'
          AND other.cmd IN ('ALL', p.cmd) AND coalesce(other.with_check, other.qual) IS NOT NULL AND ('public' = ANY (other.roles) OR p.roles <@ other.roles))
 ORDER BY 1, 2
