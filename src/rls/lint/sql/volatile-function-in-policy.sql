-- Policies that call a VOLATILE function: it runs once for each row, and no index can help.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I calls %s', p.polname, pg_catalog.string_agg(DISTINCT f.oid::regprocedure::text, ', ')) AS detail,
       pg_catalog.format('SELECT provolatile FROM pg_proc WHERE oid = %L::regprocedure', pg_catalog.min(f.oid::regprocedure::text)) AS evidence,
       coalesce(pg_catalog.string_agg(DISTINCT pg_catalog.format('ALTER FUNCTION %s STABLE', f.oid::regprocedure::text), '; ') FILTER (WHERE f.oid >= 16384),
                '-- a function of the server''s own: say it otherwise') AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
  JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid AND f.provolatile = 'v'
 GROUP BY n.nspname, c.relname, p.polname
 ORDER BY 1, 2
