-- Policies that call a STABLE function without a column of the row, but not inside a sub-select: it may run once for each row instead of once.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Sizes are those of the last ANALYZE.
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       pg_catalog.format('policy %I calls %s for each of ~%s rows', policyname, pg_catalog.string_agg(DISTINCT called, ', '), rows) AS detail,
       pg_catalog.format('EXPLAIN SELECT * FROM %I.%I -- as the application''s role: the function is in Filter', schemaname, tablename) AS evidence,
       pg_catalog.format('ALTER POLICY %I ON %I.%I USING (… (SELECT %s) …)', policyname, schemaname, tablename, pg_catalog.min(called)) AS cure
  FROM (SELECT p.schemaname, p.tablename, p.policyname, greatest(c.reltuples, 0)::bigint AS rows,
               pg_catalog.format('%I.%I()', fn.nspname, f.proname) AS called,
               pg_catalog.regexp_replace(pg_catalog.concat(p.qual, ' ', p.with_check), '\s+', ' ', 'g') AS rule,
               f.proname
          FROM pg_catalog.pg_policies p
          JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
          JOIN pg_catalog.pg_policy y ON y.polrelid = c.oid AND y.polname = p.policyname
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = y.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
          JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid AND f.oid >= 16384 AND f.pronargs = 0 AND f.provolatile = 's'
          JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
         WHERE c.relrowsecurity) p
 WHERE pg_catalog.regexp_replace(rule, '\( ?SELECT [^()]*' || proname || '\(\)[^()]*\)', '', 'g') ~ ('\m' || proname || '\(\)')
 GROUP BY schemaname, tablename, policyname, rows
 ORDER BY 1, 2
