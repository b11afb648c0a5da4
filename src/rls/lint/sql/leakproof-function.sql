-- Functions of one's own that are declared LEAKPROOF: they may see rows before a policy does.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT f.oid::regprocedure::text AS object,
       'may run on rows that the policies hide' AS detail,
       pg_catalog.format('SELECT proleakproof FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.format('ALTER FUNCTION %s NOT LEAKPROOF', f.oid::regprocedure::text) AS cure
  FROM pg_catalog.pg_proc f
 WHERE f.proleakproof AND f.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
 ORDER BY 1
