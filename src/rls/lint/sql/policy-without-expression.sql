-- Permissive policies without the expression that their command asks for: they grant nothing.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I for %s has no %s', p.polname, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, CASE p.polcmd WHEN 'a' THEN 'WITH CHECK' ELSE 'USING' END) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', n.nspname, c.relname, p.polname) AS evidence,
       pg_catalog.format('DROP POLICY %I ON %I.%I -- or ALTER POLICY … %s (…)', p.polname, n.nspname, c.relname, CASE p.polcmd WHEN 'a' THEN 'WITH CHECK' ELSE 'USING' END) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE p.polpermissive
   AND CASE p.polcmd WHEN 'a' THEN p.polwithcheck ELSE p.polqual END IS NULL
 ORDER BY 1, 2
