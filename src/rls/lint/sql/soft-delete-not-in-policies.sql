-- Tables with rows that can be marked as deleted, and no policy for reading that looks at the mark.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. The mark is known by its name.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('rows with %s set are seen like any other', a.attname) AS detail,
       pg_catalog.format('SELECT policyname, qual FROM pg_policies WHERE schemaname = %L AND tablename = %L', n.nspname, c.relname) AS evidence,
       pg_catalog.format('CREATE POLICY %I ON %I.%I AS RESTRICTIVE FOR SELECT USING (%I IS NULL)', 'not_' || a.attname, n.nspname, c.relname, a.attname) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname IN ('deleted_at', 'archived_at', 'removed_at')
 WHERE c.relrowsecurity AND c.relkind IN ('r', 'p')
   AND EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*') AND p.polqual IS NOT NULL)
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_policy p
        WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND p.polqual::text ~ (':varno 1 :varattno ' || a.attnum || ' '))
 ORDER BY 1
