-- Policies for a role that has no privilege on the table, so that they never come into play.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I is for %s, which has no privilege on the table', p.polname, o::regrole) AS detail,
       pg_catalog.format('SELECT has_table_privilege(%L, %L::regclass, ''SELECT, INSERT, UPDATE, DELETE'')', o::regrole, pg_catalog.format('%I.%I', n.nspname, c.relname)) AS evidence,
       pg_catalog.format('GRANT %s ON %I.%I TO %s', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'SELECT' END, n.nspname, c.relname, o::regrole) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN pg_catalog.unnest(p.polroles) o
 WHERE o <> 0
   AND NOT pg_catalog.has_table_privilege(o, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
   AND NOT pg_catalog.has_any_column_privilege(o, c.oid, 'SELECT, INSERT, UPDATE')
 ORDER BY 1, 2
