-- The columns of every table, view and foreign table outside of the system schemas, with their types and their place in the key.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT n.nspname AS schema,
       c.relname AS relation,
       c.relkind::text AS kind,
       CASE c.relkind
         WHEN 'p' THEN (SELECT pg_catalog.sum(part.reltuples)::bigint
                          FROM pg_catalog.pg_partition_tree(c.oid) tree
                          JOIN pg_catalog.pg_class part ON part.oid = tree.relid
                         WHERE tree.isleaf AND part.reltuples >= 0)
         ELSE c.reltuples::bigint
       END AS estimate,
       a.attname AS "column",
       a.attnum AS position,
       tn.nspname::text AS type_schema,
       ty.typname::text AS type_name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       bt.typname::text AS base_type,
       bn.nspname::text AS base_schema,
       (a.attnotnull OR ty.typnotnull) AS not_null,
       pg_catalog.array_position(k.columns, a.attnum) AS key_position,
       EXISTS (SELECT
                 FROM pg_catalog.pg_index i
                 JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                -- The access method btree has the same number in every database.
                WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL AND ic.relam = 403) AS indexed,
       pg_catalog.col_description(c.oid, a.attnum) AS comment
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace
  -- The type under a domain, which may be over another one; for all others the type itself.
  JOIN pg_catalog.pg_type bt ON bt.oid = (
       WITH RECURSIVE under (type, base) AS (
         SELECT ty.oid, ty.typbasetype
          UNION ALL
         SELECT u.oid, u.typbasetype FROM under JOIN pg_catalog.pg_type u ON u.oid = under.base)
       SELECT under.type FROM under WHERE under.base = 0)
  JOIN pg_catalog.pg_namespace bn ON bn.oid = bt.typnamespace
  LEFT JOIN LATERAL (
       -- The primary key, else the smallest unique index that identifies every row.
       SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns
         FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND (i.indisprimary OR NOT EXISTS (
               SELECT FROM pg_catalog.pg_attribute u
                WHERE u.attrelid = c.oid AND u.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT u.attnotnull))
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
        LIMIT 1) k ON true
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT LIKE 'pg\_toast%'
   AND n.nspname NOT LIKE 'pg\_temp\_%'
