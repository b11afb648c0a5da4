-- Unique keys and foreign keys of every table outside of the system's own schemas; of a foreign key also where it points to.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT CASE WHEN i.indisprimary THEN 'primary' ELSE 'unique' END AS kind,
       n.nspname::pg_catalog.text AS schema,
       c.relname::pg_catalog.text AS relation,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
          FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
         WHERE k.place <= i.indnkeyatts)::pg_catalog.text AS columns,
       NULL AS to_schema,
       NULL AS to_relation
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
UNION ALL
SELECT 'foreign',
       n.nspname::pg_catalog.text,
       c.relname::pg_catalog.text,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
          FROM pg_catalog.unnest(x.conkey) WITH ORDINALITY k(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number)::pg_catalog.text,
       tn.nspname::pg_catalog.text,
       tc.relname::pg_catalog.text
  FROM pg_catalog.pg_constraint x
  JOIN pg_catalog.pg_class c ON c.oid = x.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class tc ON tc.oid = x.confrelid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
 WHERE x.contype = 'f' AND x.conparentid = 0
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY 2, 3, 1, 4
