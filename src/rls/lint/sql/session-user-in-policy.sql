-- Policies that ask session_user: behind a pool, and after SET ROLE, it is the login that the application shares.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       pg_catalog.format('policy %I asks session_user', policyname) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', schemaname, tablename, policyname) AS evidence,
       pg_catalog.concat(
           pg_catalog.format('ALTER POLICY %I ON %I.%I', policyname, schemaname, tablename),
           ' USING (' || pg_catalog.regexp_replace(qual, '\msession_user\M', 'CURRENT_USER', 'gi') || ')',
           ' WITH CHECK (' || pg_catalog.regexp_replace(with_check, '\msession_user\M', 'CURRENT_USER', 'gi') || ')') AS cure
  FROM pg_catalog.pg_policies
 WHERE pg_catalog.concat(qual, ' ', with_check) ~* '\msession_user\M'
 ORDER BY 1, 2
