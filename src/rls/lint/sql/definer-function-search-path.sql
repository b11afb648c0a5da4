-- SECURITY DEFINER functions without a search_path of their own: whoever calls one can put an object of their own before the one that is meant.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT f.oid::regprocedure::text AS object,
       pg_catalog.format('runs as %s%s', f.proowner::regrole, CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = f.oid) THEN '; policies call it' ELSE '' END) AS detail,
       pg_catalog.format('SELECT prosecdef, proconfig FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f.oid::regprocedure::text, n.nspname) AS cure
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
 WHERE f.prosecdef AND f.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_temp\_%'
   AND NOT EXISTS (SELECT FROM pg_catalog.unnest(f.proconfig) setting WHERE setting LIKE 'search\_path=%')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
 ORDER BY 1
