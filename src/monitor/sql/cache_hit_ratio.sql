-- Cache hit ratio, as hastecrm's document asks for it; of a database in which nothing was read yet it is nothing, and no division by zero.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT coalesce(sum(t.heap_blks_read), 0)::bigint AS heap_read,
       coalesce(sum(t.heap_blks_hit), 0)::bigint AS heap_hit,
       round(sum(t.heap_blks_hit) / nullif(sum(t.heap_blks_hit) + sum(t.heap_blks_read), 0), 6) AS ratio
  FROM pg_catalog.pg_statio_user_tables t
