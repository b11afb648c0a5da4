-- The columns of every table, view and foreign table outside of the system schemas, with their types and their place in the key.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
-- Where a name is wanted of another catalog it is asked for by itself: joins of all of them take longer to plan than they take to run.
SELECT n.nspname AS schema,
       c.relname AS relation,
       c.relkind::text AS kind,
       CASE c.relkind
         WHEN 'p' THEN (SELECT pg_catalog.sum(part.reltuples)::bigint
                          FROM pg_catalog.pg_class part
                         WHERE part.reltuples >= 0
                           AND part.oid IN (SELECT tree.relid FROM pg_catalog.pg_partition_tree(c.oid) tree WHERE tree.isleaf))
         ELSE c.reltuples::bigint
       END AS estimate,
       a.attname AS "column",
       a.attnum AS position,
       (SELECT tn.nspname::text FROM pg_catalog.pg_namespace tn WHERE tn.oid = ty.typnamespace) AS type_schema,
       ty.typname::text AS type_name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       -- The type under a domain, which may be over another one; for all others the type itself.
       CASE ty.typtype
         WHEN 'd' THEN (
           WITH RECURSIVE under (name, base) AS (
             SELECT ty.typname, ty.typbasetype
              UNION ALL
             SELECT u.typname, u.typbasetype FROM under JOIN pg_catalog.pg_type u ON u.oid = under.base)
           SELECT under.name::text FROM under WHERE under.base = 0)
         ELSE ty.typname::text
       END AS base_type,
       (SELECT bn.nspname::text
          FROM pg_catalog.pg_namespace bn
         WHERE bn.oid = CASE ty.typtype
                          WHEN 'd' THEN (
                            WITH RECURSIVE under (schema, base) AS (
                              SELECT ty.typnamespace, ty.typbasetype
                               UNION ALL
                              SELECT u.typnamespace, u.typbasetype FROM under JOIN pg_catalog.pg_type u ON u.oid = under.base)
                            SELECT under.schema FROM under WHERE under.base = 0)
                          ELSE ty.typnamespace
                        END) AS base_schema,
       (a.attnotnull OR ty.typnotnull) AS not_null,
       -- Its place in the primary key, else in the smallest unique index that identifies every row.
       (SELECT pg_catalog.array_position((i.indkey::int2[])[0:i.indnkeyatts - 1], a.attnum)
          FROM pg_catalog.pg_index i
         WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
           AND (i.indisprimary OR NOT EXISTS (
                SELECT FROM pg_catalog.pg_attribute u
                 WHERE u.attrelid = c.oid AND u.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT u.attnotnull))
         ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
         LIMIT 1) AS key_position,
       EXISTS (SELECT
                 FROM pg_catalog.pg_index i
                -- The access method btree has the same number in every database.
                WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL
                  AND (SELECT ic.relam FROM pg_catalog.pg_class ic WHERE ic.oid = i.indexrelid) = 403) AS indexed,
       pg_catalog.col_description(c.oid, a.attnum) AS comment
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT LIKE 'pg\_toast%'
   AND n.nspname NOT LIKE 'pg\_temp\_%'
