-- Functions that policies call and that fail where a setting was never set or is empty.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Bodies of functions are read as text.
SELECT f.oid::regprocedure::text AS object,
       pg_catalog.format('reads a setting that may be %s; called by %s', CASE WHEN f.prosrc ~* 'current_setting\(\s*''[^'']*''(::text)?\s*\)' THEN 'missing' ELSE 'empty' END,
                         pg_catalog.string_agg(DISTINCT pg_catalog.format('%I on %I.%I', p.polname, n.nspname, c.relname), ', ')) AS detail,
       pg_catalog.format('SELECT prosrc FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(f.oid), 'current_setting\(\s*(''[^'']*''(::text)?)\s*(,\s*true\s*)?\)', 'nullif(current_setting(\1, true), '''')', 'gi') AS cure
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = f.oid
  JOIN pg_catalog.pg_policy p ON p.oid = d.objid
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE f.oid >= 16384
   AND (f.prosrc ~* 'current_setting\(\s*''[^'']*''(::text)?\s*\)'
        OR (f.prosrc ~* 'current_setting\([^)]*true\s*\)\s*::' AND f.prosrc !~* 'nullif'))
 GROUP BY f.oid, f.prosrc
 ORDER BY 1
