-- Columns of the server's own that hold secrets: passwords, how to connect elsewhere, and samples of what is in columns (the most common values, and
-- those that stand at even distances).
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS relation, a.attname::pg_catalog.text AS column_name,
       c.relname::pg_catalog.text AS called, c.oid::pg_catalog.text AS oid, a.attnum::pg_catalog.text AS number
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'pg_catalog'
   AND (c.relname = 'pg_authid' AND a.attname = 'rolpassword'
        OR c.relname = 'pg_shadow' AND a.attname = 'passwd'
        OR c.relname IN ('pg_user_mapping', 'pg_user_mappings') AND a.attname = 'umoptions'
        OR c.relname = 'pg_subscription' AND a.attname = 'subconninfo'
        OR c.relname IN ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs')
          AND a.attname IN ('most_common_vals', 'most_common_elems', 'histogram_bounds', 'range_bounds_histogram')
        OR c.relname = 'pg_statistic' AND a.attname LIKE 'stavalues%'
        OR c.relname = 'pg_statistic_ext_data' AND a.attname IN ('stxdmcv', 'stxdexpr'))
