-- What would make policies cheaper besides their text: an index on a column that begins none, and the word STABLE for a function that lacks it.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT a.attrelid AS table_oid, a.attname::text AS what,
       pg_catalog.format('CREATE INDEX CONCURRENTLY ON %I.%I (%I);', n.nspname, c.relname, a.attname) AS cure
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attnum > 0 AND NOT a.attisdropped
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL)
UNION ALL
SELECT t.oid, pg_catalog.concat_ws('.', n.nspname, p.proname),
       pg_catalog.format('ALTER FUNCTION %s STABLE; -- if it changes nothing', p.oid::pg_catalog.regprocedure)
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 CROSS JOIN pg_catalog.pg_class t
 WHERE p.oid >= 16384 AND p.provolatile = 'v' AND t.relrowsecurity
