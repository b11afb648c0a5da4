-- Indexes that an attempt to build them left behind, of no use to any query: schema, index, table, whether somebody is at it now.
-- PostgreSQL 13 to 18. Needs no rights.
SELECT n.nspname,
       c.relname,
       i.indrelid::pg_catalog.regclass::pg_catalog.text,
       EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)::pg_catalog.text
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid AND c.relkind = 'i'
 ORDER BY n.nspname, c.relname
