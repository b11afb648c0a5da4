-- Policies that call a STABLE function with nothing of the row, but not inside a sub-select: it may run once for each row instead of once.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Sizes are those of the last ANALYZE.
WITH RECURSIVE policy AS (
    SELECT y.oid, p.schemaname, p.tablename, p.policyname, p.qual, p.with_check, c.oid AS table_oid, greatest(c.reltuples, 0)::bigint AS rows
      FROM pg_catalog.pg_policies p
      JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
      JOIN pg_catalog.pg_policy y ON y.polrelid = c.oid AND y.polname = p.policyname
     WHERE c.relrowsecurity
), known AS (
    -- A call as it stands in the text, with arguments in which parentheses go four deep.
    SELECT policy.*, f.oid AS function_oid, f.proname, pg_catalog.format_type(f.prorettype, NULL) AS type,
           '\m' || f.proname || '\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)' AS call,
           pg_catalog.regexp_replace(pg_catalog.concat(qual, ' ', with_check), '\s+', ' ', 'g') AS rule
      FROM policy
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = policy.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
      JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid AND f.oid >= 16384 AND f.provolatile = 's'
), called AS (
    SELECT known.*, pg_catalog.row_number() OVER (PARTITION BY known.oid ORDER BY proname, function_oid) AS place
      FROM known
     CROSS JOIN LATERAL (SELECT pg_catalog.regexp_replace(rule, '\( ?SELECT [^()]*' || call || '[^()]*\)', '', 'g') AS rest) stripped
     CROSS JOIN LATERAL (SELECT pg_catalog.regexp_replace((pg_catalog.regexp_match(rest, call))[1], '''[^'']*''', '', 'g') AS arguments) found
     WHERE arguments IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = table_oid AND a.attnum > 0 AND NOT a.attisdropped AND arguments ~ ('\m' || a.attname || '\M'))
), mended AS (
    SELECT policy.oid, 0::bigint AS place, qual, with_check FROM policy
    UNION ALL
    SELECT called.oid, called.place,
           pg_catalog.regexp_replace(mended.qual, '((?:\w+\.)?' || call || ')', '(SELECT \1)::' || type, 'g'),
           pg_catalog.regexp_replace(mended.with_check, '((?:\w+\.)?' || call || ')', '(SELECT \1)::' || type, 'g')
      FROM mended
      JOIN called ON called.oid = mended.oid AND called.place = mended.place + 1
)
SELECT pg_catalog.format('%I.%I', schemaname, tablename) AS object,
       pg_catalog.format('policy %I calls %s for each of ~%s rows', policyname, pg_catalog.string_agg(pg_catalog.format('%s()', proname), ', ' ORDER BY called.place), rows) AS detail,
       pg_catalog.format('EXPLAIN SELECT * FROM %I.%I -- as the application''s role: the function is in Filter', schemaname, tablename) AS evidence,
       (SELECT pg_catalog.concat(pg_catalog.format('ALTER POLICY %I ON %I.%I', policyname, schemaname, tablename), ' USING (' || m.qual || ')', ' WITH CHECK (' || m.with_check || ')')
          FROM mended m WHERE m.oid = called.oid ORDER BY m.place DESC LIMIT 1) AS cure
  FROM called
 GROUP BY oid, schemaname, tablename, policyname, rows
 ORDER BY 1, 2
