-- Every foreign key: which columns point to which.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT n.nspname AS schema,
       c.relname AS relation,
       k.conname::text AS name,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
          FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(attnum, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS columns,
       fn.nspname AS target_schema,
       fc.relname AS target,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
          FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u(attnum, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum) AS target_columns
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
  JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
