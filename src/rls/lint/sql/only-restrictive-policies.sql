-- Tables all of whose policies are restrictive: without a permissive one nothing passes, whatever they say.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('only restrictive policies: %s', pg_catalog.string_agg(p.polname, ', ' ORDER BY p.polname)) AS detail,
       pg_catalog.format('SELECT policyname, permissive FROM pg_policies WHERE schemaname = %L AND tablename = %L', n.nspname, c.relname) AS evidence,
       pg_catalog.format('-- only a person can say who may: CREATE POLICY … ON %I.%I AS PERMISSIVE USING (…)', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relrowsecurity
 GROUP BY n.nspname, c.relname
HAVING NOT pg_catalog.bool_or(p.polpermissive)
 ORDER BY 1
