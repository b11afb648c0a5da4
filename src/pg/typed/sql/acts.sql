-- What leads to a function that may act: each volatile function of the server's own or of an extension, and the operators, casts and aggregates that call one.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
WITH acting AS (
  SELECT p.oid, p.proname, n.nspname
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE p.provolatile = 'v'
     AND (n.nspname = 'pg_catalog'
          OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'))
)
SELECT 'function' AS sort, a.nspname::pg_catalog.text AS schema, a.proname::pg_catalog.text AS name, a.proname::pg_catalog.text AS function
  FROM acting a
UNION
SELECT 'operator', '', o.oprname::pg_catalog.text, a.proname::pg_catalog.text
  FROM pg_catalog.pg_operator o
  JOIN acting a ON a.oid = o.oprcode
UNION
SELECT 'cast', '', pg_catalog.concat(pg_catalog.format_type(c.castsource, NULL), ' to ', pg_catalog.format_type(c.casttarget, NULL)), a.proname::pg_catalog.text
  FROM pg_catalog.pg_cast c
  JOIN acting a ON a.oid = c.castfunc
UNION
SELECT 'aggregate', '', p.proname::pg_catalog.text, a.proname::pg_catalog.text
  FROM pg_catalog.pg_aggregate g
  JOIN pg_catalog.pg_proc p ON p.oid = g.aggfnoid
  JOIN acting a ON a.oid IN (g.aggtransfn, g.aggfinalfn, g.aggmtransfn, g.aggmfinalfn, g.aggminvtransfn, g.aggcombinefn)
