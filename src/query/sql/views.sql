-- Which views and materialized views read a relation, themselves or through others. That one is read whole leaves no trace of its columns, so that
-- relations are told and not columns.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH RECURSIVE reads AS (
  SELECT DISTINCT r.ev_class AS view, d.refobjid AS relation
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
   WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class AND r.ev_class >= 16384
), above AS (
  SELECT relation, view FROM reads
  UNION
  SELECT a.relation, r.view FROM above a JOIN reads r ON r.relation = a.view
)
SELECT a.relation::pg_catalog.text AS relation, c.oid::pg_catalog.text AS oid, c.relname::pg_catalog.text AS name
  FROM above a
  JOIN pg_catalog.pg_class c ON c.oid = a.view
