-- The types that did not come with the server and of which a value of a relation, or a part of one, is.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH RECURSIVE part (relation, type) AS (
  SELECT c.oid, c.reltype
    FROM pg_catalog.pg_class c
   WHERE c.reltype <> 0 AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
   UNION
  SELECT part.relation, inner_part.type
    FROM part
    JOIN pg_catalog.pg_type t ON t.oid = part.type
   CROSS JOIN LATERAL (
         SELECT t.typelem UNION ALL SELECT t.typbasetype
          UNION ALL
         SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
         SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid) inner_part(type)
   WHERE inner_part.type <> 0
)
SELECT DISTINCT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name, part.type
  FROM part
  JOIN pg_catalog.pg_class c ON c.oid = part.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE part.type >= 16384
