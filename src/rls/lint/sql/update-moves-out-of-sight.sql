-- SELECT policies over a column that an UPDATE usually changes: after the change the row may not be seen, and the UPDATE is refused.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I tests %s: an UPDATE … WHERE that changes it fails with 42501', p.polname, pg_catalog.string_agg(DISTINCT a.attname, ', ')) AS detail,
       pg_catalog.format('SELECT qual FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', n.nspname, c.relname, p.polname) AS evidence,
       pg_catalog.format('-- only a person can say who still sees the changed row: CREATE POLICY … ON %I.%I FOR SELECT USING (…)', n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attname ~* '(deleted|archived|removed|disabled|status|is_active)'
 WHERE c.relrowsecurity AND p.polpermissive AND p.polcmd IN ('r', '*')
   -- Nor does it matter where the same policy has an alternative that does not look at the column.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.regexp_split_to_table(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '\mOR\M') alternative
        WHERE alternative !~ ('\m' || a.attname || '\M'))
   -- A second policy that sees the row whatever the column says makes up for it.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_policy other
        WHERE other.polrelid = c.oid AND other.oid <> p.oid AND other.polpermissive AND other.polcmd IN ('r', '*') AND other.polqual IS NOT NULL
          AND other.polqual::text !~ (':varno 1 :varattno ' || a.attnum || ' '))
 GROUP BY n.nspname, c.relname, p.polname
 ORDER BY 1, 2
