-- Permissive policies for writing whose expression is the constant true: whoever has the privilege writes every row.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       pg_catalog.format('policy %I lets %s %s every row', policyname, pg_catalog.array_to_string(roles, ', '), cmd) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', schemaname, tablename, policyname) AS evidence,
       pg_catalog.format('ALTER POLICY %I ON %I.%I %s (…)', policyname, schemaname, tablename, CASE cmd WHEN 'INSERT' THEN 'WITH CHECK' ELSE 'USING' END) AS cure
  FROM pg_catalog.pg_policies
 WHERE permissive = 'PERMISSIVE' AND cmd <> 'SELECT'
   AND CASE cmd WHEN 'DELETE' THEN qual ELSE coalesce(with_check, qual) END ~ '^\(?(true|1 = 1|\(1 = 1\))\)?$'
 ORDER BY 1, 2
