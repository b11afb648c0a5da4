-- Functions by their names, with what makes their value differ from call to call.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT f.proname::text AS called,
       pg_catalog.json_build_object(
         'name', CASE WHEN n.nspname = 'pg_catalog' THEN f.proname::text ELSE concat_ws('.', n.nspname, f.proname) END,
         'volatile', f.provolatile = 'v',
         'immutable', f.provolatile = 'i',
         'own', f.oid >= 16384,
         'in_using', true,
         'in_check', true,
         'source', CASE WHEN f.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql') THEN f.prosrc END) AS function
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = f.prolang
