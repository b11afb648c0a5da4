-- SECURITY DEFINER functions without a search_path of their own: whoever calls one can put an object of their own before the one that is meant.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT f.oid::regprocedure::text AS object,
       pg_catalog.format('runs as %s%s', f.proowner::regrole, CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = f.oid) THEN '; policies call it' ELSE '' END) AS detail,
       pg_catalog.format('SELECT prosecdef, proconfig FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       -- The path that it runs with now, with temporary objects behind all others.
       pg_catalog.format('ALTER FUNCTION %s SET search_path = %s, pg_temp', f.oid::regprocedure::text, CASE WHEN n.nspname = ANY (path.schemas) THEN path.text ELSE pg_catalog.format('%s, %I', path.text, n.nspname) END) AS cure
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
 CROSS JOIN (SELECT pg_catalog.array_agg(s.schema ORDER BY s.place) AS schemas, pg_catalog.string_agg(pg_catalog.quote_ident(s.schema), ', ' ORDER BY s.place) AS text
                FROM pg_catalog.pg_settings g, pg_catalog.regexp_split_to_table(g.reset_val, '\s*,\s*') WITH ORDINALITY AS s(schema, place)
               WHERE g.name = 'search_path' AND s.schema NOT IN ('"$user"', '')) path
 WHERE f.prosecdef AND f.oid >= 16384
   AND n.nspname NOT LIKE 'pg\_temp\_%'
   AND NOT EXISTS (SELECT FROM pg_catalog.unnest(f.proconfig) setting WHERE setting LIKE 'search\_path=%')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
 ORDER BY 1
