-- Permissive policies for one command beside one FOR ALL with the same roles: both run for each row, and the narrower one adds nothing that the wider does not let through already, or is meant to be the only one.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', a.schemaname, a.tablename) AS object,
       pg_catalog.format('policy %I for %s beside %I for ALL', a.policyname, a.cmd, b.policyname) AS detail,
       pg_catalog.format('SELECT policyname, cmd, roles, qual FROM pg_policies WHERE schemaname = %L AND tablename = %L', a.schemaname, a.tablename) AS evidence,
       pg_catalog.format('DROP POLICY %I ON %I.%I -- or one policy per command', a.policyname, a.schemaname, a.tablename) AS cure
  FROM pg_catalog.pg_policies a
  JOIN pg_catalog.pg_policies b USING (schemaname, tablename, roles)
 WHERE a.permissive = 'PERMISSIVE' AND b.permissive = 'PERMISSIVE' AND a.cmd = 'SELECT' AND b.cmd = 'ALL'
 ORDER BY 1, 2
