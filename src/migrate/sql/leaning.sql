-- Which tables are seen otherwise when the rows of others are: their policies look at one of those, in a sub-select, through a view, a function or the policies of a table that does: schema, table.
-- A function's text is searched for names; one that builds its statements may look anywhere; one that runs as an owner whom no policy holds looks past them.
-- PostgreSQL 13 to 18. Needs no rights. The names are the rows of an array; here there are none.
WITH RECURSIVE named AS (
    SELECT pg_catalog.to_regclass(t.name)::pg_catalog.oid AS oid
      FROM pg_catalog.unnest('{}'::pg_catalog.text[]) AS t(name)
     WHERE pg_catalog.to_regclass(t.name) IS NOT NULL
), guarded AS (
    SELECT c.oid, c.relowner, c.relforcerowsecurity FROM pg_catalog.pg_class c WHERE c.relrowsecurity
), bound AS (
    SELECT f.oid, pg_catalog.lower(f.prosrc) AS body,
           l.lanname NOT IN ('sql', 'plpgsql', 'c', 'internal') OR f.prosrc OPERATOR(pg_catalog.~*) '\mexecute\M' AS anywhere
      FROM pg_catalog.pg_proc f
      JOIN pg_catalog.pg_language l ON l.oid = f.prolang
      JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
     WHERE f.oid >= 16384
       AND NOT (f.prosecdef
                AND (o.rolsuper OR o.rolbypassrls
                     OR NOT EXISTS (SELECT FROM guarded g WHERE g.relforcerowsecurity OR NOT pg_catalog.pg_has_role(f.proowner, g.relowner, 'USAGE'))))
), reach AS (
    SELECT p.polrelid AS reader, d.refclassid AS class, d.refobjid AS oid
      FROM pg_catalog.pg_policy p
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
     WHERE EXISTS (SELECT FROM named)
    UNION
    SELECT r.reader, e.class, e.oid
      FROM reach r
     CROSS JOIN LATERAL (
        SELECT d.refclassid, d.refobjid
          FROM pg_catalog.pg_policy p
          JOIN guarded g ON g.oid = p.polrelid
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
         WHERE r.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.polrelid = r.oid
        UNION ALL
        SELECT d.refclassid, d.refobjid
          FROM pg_catalog.pg_rewrite w
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
         WHERE r.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND w.ev_class = r.oid
        UNION ALL
        SELECT d.refclassid, d.refobjid
          FROM bound b
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = b.oid
         WHERE r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND b.oid = r.oid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid
          FROM bound b
          JOIN pg_catalog.pg_class c ON pg_catalog.strpos(b.body, pg_catalog.lower(c.relname::pg_catalog.text)) > 0
         WHERE r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND b.oid = r.oid AND c.relkind IN ('r', 'p', 'v', 'm')
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, g.oid
          FROM bound b
          JOIN bound g ON pg_catalog.strpos(b.body, (SELECT pg_catalog.lower(f.proname::pg_catalog.text) FROM pg_catalog.pg_proc f WHERE f.oid = g.oid)) > 0
         WHERE r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND b.oid = r.oid
     ) AS e(class, oid)
     WHERE e.oid >= 16384 AND e.class IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)
)
SELECT DISTINCT n.nspname, c.relname
  FROM reach r
  JOIN guarded g ON g.oid = r.reader
  JOIN pg_catalog.pg_class c ON c.oid = r.reader
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND c.oid NOT IN (SELECT named.oid FROM named)
   AND ((r.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.oid IN (SELECT named.oid FROM named))
        OR (r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND r.oid IN (SELECT b.oid FROM bound b WHERE b.anywhere)))
 ORDER BY 1, 2
