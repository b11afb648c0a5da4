-- Index usage, as hastecrm's document asks for it, with the columns that the server's view really has.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT i.indexrelid AS oid,
       i.schemaname::text AS schemaname,
       i.relname::text AS tablename,
       i.indexrelname::text AS indexname,
       i.idx_scan,
       i.idx_tup_read,
       i.idx_tup_fetch
  FROM pg_catalog.pg_stat_user_indexes i
