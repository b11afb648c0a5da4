-- Larger tables whose policies test a column that no index begins with.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Sizes are those of the last ANALYZE.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%s in ~%s rows', pg_catalog.string_agg(DISTINCT a.attname, ', '), c.reltuples::bigint) AS detail,
       pg_catalog.format('SELECT indexdef FROM pg_indexes WHERE schemaname = %L AND tablename = %L', n.nspname, c.relname) AS evidence,
       pg_catalog.format('CREATE INDEX CONCURRENTLY ON %I.%I (%s)', n.nspname, c.relname, pg_catalog.min(pg_catalog.quote_ident(a.attname))) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
  JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
 WHERE c.relrowsecurity AND c.reltuples >= 10000
   AND a.atttypid <> 'boolean'::regtype
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indkey[0] = a.attnum)
 GROUP BY n.nspname, c.relname, c.reltuples
 ORDER BY 1
