-- What a statement can run of what somebody else made, who is neither a superuser nor this login: functions by their names, operators by their signs,
-- casts, and types whose values are checked as soon as they are read, by themselves (`type`) or in a row of a table (`row`). One row for each function
-- and name.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH RECURSIVE code AS (
  SELECT p.oid, p.proname, pg_catalog.format('%I.%I', n.nspname, p.proname) AS function, o.rolname AS owner
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
   WHERE n.nspname <> 'pg_catalog'
     AND NOT o.rolsuper
     AND o.rolname <> session_user
), signs AS (
  SELECT op.oid, op.oprname, code.function, code.owner
    FROM pg_catalog.pg_operator op
    JOIN code ON code.oid = op.oprcode
), checked (type, function, owner) AS (
  -- Domains, and whatever has a value of one in it.
  SELECT k.contypid, called.function, called.owner
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = k.oid
    JOIN (SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass AS class, code.oid, code.function, code.owner FROM code
           UNION ALL
          SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, signs.oid, signs.function, signs.owner FROM signs) called
      ON called.class = d.refclassid AND called.oid = d.refobjid
   WHERE k.contypid <> 0
   UNION
  SELECT t.oid, checked.function, checked.owner
    FROM checked
    JOIN pg_catalog.pg_type t
      ON t.typelem = checked.type OR t.typbasetype = checked.type
      OR EXISTS (SELECT FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid AND r.rngsubtype = checked.type)
      OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = t.typrelid AND a.atttypid = checked.type AND a.attnum > 0 AND NOT a.attisdropped)
)
SELECT 'function' AS sort, code.proname::pg_catalog.text AS name, code.function, code.owner::pg_catalog.text AS owner
  FROM code
UNION ALL
SELECT 'operator', signs.oprname::pg_catalog.text, signs.function, signs.owner::pg_catalog.text
  FROM signs
UNION ALL
-- One that is made by itself has no name.
SELECT 'cast', '', code.function, code.owner::pg_catalog.text
  FROM pg_catalog.pg_cast c
  JOIN code ON code.oid = c.castfunc
UNION ALL
SELECT CASE WHEN rel.relkind IS NULL OR rel.relkind = 'c' THEN 'type' ELSE 'row' END, t.typname::pg_catalog.text, checked.function, checked.owner::pg_catalog.text
  FROM checked
  JOIN pg_catalog.pg_type t ON t.oid = checked.type
  LEFT JOIN pg_catalog.pg_class rel ON rel.oid = t.typrelid
