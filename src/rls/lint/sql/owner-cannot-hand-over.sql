-- Policies that let whoever a row is assigned to change it, and ask the same of the row as it becomes: it cannot be handed to anybody else (42501).
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I has no WITH CHECK, so a row that passes by %s has to stay so', p.polname, a.attname) AS detail,
       pg_catalog.format('SELECT qual, with_check FROM pg_policies WHERE schemaname = %L AND tablename = %L AND policyname = %L', n.nspname, c.relname, p.polname) AS evidence,
       pg_catalog.format('-- only a person can say to whom: ALTER POLICY %I ON %I.%I WITH CHECK (…)', p.polname, n.nspname, c.relname) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname ~* '^(owner|owner_id|assigned_to|assignee|assignee_id)$'
 WHERE c.relrowsecurity AND p.polpermissive AND p.polcmd IN ('w', '*') AND p.polwithcheck IS NULL
   -- In the stored expression a column of the table itself is a Var of the first relation.
   AND p.polqual::text ~ (':varno 1 :varattno ' || a.attnum || ' ')
   -- Rows that nobody else may have to do with are nobody else's to take over.
   AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) ~ '\mOR\M'
   -- Another policy may let the row become somebody else's.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_policy other
        WHERE other.polrelid = p.polrelid AND other.oid <> p.oid AND other.polpermissive AND other.polcmd IN ('w', '*')
          AND coalesce(other.polwithcheck, other.polqual) IS NOT NULL
          AND coalesce(other.polwithcheck, other.polqual)::text !~ (':varno 1 :varattno ' || a.attnum || ' '))
 ORDER BY 1, 2
