-- Every column of every table, under the name of the table that it was declared in: a partition has the columns of what it is a part of.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH RECURSIVE below AS (
  SELECT c.oid AS root, c.oid AS relation
    FROM pg_catalog.pg_class c
   WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v')
  UNION
  SELECT b.root, i.inhrelid
    FROM below b
    JOIN pg_catalog.pg_inherits i ON i.inhparent = b.relation
)
SELECT n.nspname::pg_catalog.text AS schema, t.relname::pg_catalog.text AS relation, a.attname::pg_catalog.text AS column_name,
       c.relname::pg_catalog.text AS called, c.oid::pg_catalog.text AS oid, a.attnum::pg_catalog.text AS number
  FROM below b
  JOIN pg_catalog.pg_class t ON t.oid = b.root
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_class c ON c.oid = b.relation
  JOIN pg_catalog.pg_attribute x ON x.attrelid = b.root AND x.attnum > 0
  JOIN pg_catalog.pg_attribute a ON a.attrelid = b.relation AND a.attname = x.attname
