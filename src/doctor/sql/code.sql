-- Code of somebody else than a superuser or this login that runs with the rights of whoever reads, and nobody calls it: casts that print or take a value
-- (`cast`), and what is worked out when a statement over a table is only planned (`plan`). One row for each, with the function and its owner.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH code AS (
  SELECT p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) AS function, o.rolname::pg_catalog.text AS owner
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
   WHERE l.lanname NOT IN ('c', 'internal') AND NOT o.rolsuper AND o.rolname <> session_user
), called AS (
  -- By itself, or by an operator.
  SELECT d.classid, d.objid, code.function, code.owner
    FROM pg_catalog.pg_depend d
    JOIN code ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = code.oid
   UNION
  SELECT d.classid, d.objid, code.function, code.owner
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_operator op ON d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.refobjid = op.oid
    JOIN code ON code.oid = op.oprcode
)
SELECT 'cast' AS what, code.owner, code.function,
       pg_catalog.concat(pg_catalog.format_type(c.castsource, NULL), ' to ', pg_catalog.format_type(c.casttarget, NULL)) AS object,
       NULL::pg_catalog.text AS relation
  FROM pg_catalog.pg_cast c
  JOIN code ON code.oid = c.castfunc
 UNION
SELECT 'plan', called.owner, called.function,
       pg_catalog.concat(CASE c.relkind WHEN 'p' THEN 'partition key' ELSE 'index' END, ' ', c.relname),
       pg_catalog.format('%I.%I', n.nspname, t.relname)
  FROM called
  JOIN pg_catalog.pg_class c ON called.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = called.objid AND c.relkind IN ('i', 'I', 'p')
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  JOIN pg_catalog.pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 UNION
SELECT 'plan', called.owner, called.function, pg_catalog.concat('statistics ', s.stxname), pg_catalog.format('%I.%I', n.nspname, t.relname)
  FROM called
  JOIN pg_catalog.pg_statistic_ext s ON called.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND s.oid = called.objid
  JOIN pg_catalog.pg_class t ON t.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 UNION
-- Checks are looked at where rows may be known not to be there: in partitions, and in tables that inherit.
SELECT 'plan', called.owner, called.function, pg_catalog.concat('check ', k.conname), pg_catalog.format('%I.%I', n.nspname, t.relname)
  FROM called
  JOIN pg_catalog.pg_constraint k ON called.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = called.objid AND k.contype = 'c'
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE t.relkind = 'p' OR EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = t.oid)
 ORDER BY 1, 2, 3, 4, 5
