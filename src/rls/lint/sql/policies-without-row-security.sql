-- Tables with policies whose row security is off: the policies do nothing.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%s of no effect: %s', CASE count(*) WHEN 1 THEN 'a policy is' ELSE count(*) || ' policies are' END, pg_catalog.string_agg(p.polname, ', ' ORDER BY p.polname)) AS detail,
       pg_catalog.format('SELECT relrowsecurity FROM pg_class WHERE oid = %L::regclass', pg_catalog.format('%I.%I', n.nspname, c.relname)) AS evidence,
       pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT c.relrowsecurity
 GROUP BY n.nspname, c.relname
 ORDER BY 1
