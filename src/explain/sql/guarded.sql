-- For each table that a plan may scan and for each role: the tables through which it can be reached whose row security applies to the role, with the
-- policies that do. A partition is reached through its parents, and then theirs apply.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
WITH RECURSIVE reached AS (
    SELECT c.oid AS scanned, c.oid AS through FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p')
    UNION
    SELECT r.scanned, h.inhparent FROM reached r JOIN pg_catalog.pg_inherits h ON h.inhrelid = r.through
)
SELECT concat('"', replace(sn.nspname, '"', '""'), '"."', replace(s.relname, '"', '""'), '"') AS scanned,
       o.rolname::text AS role,
       n.nspname::text AS schema,
       c.relname::text AS "table",
       -- One to write to itself, to see the plan of an UPDATE.
       (SELECT a.attname::text
          FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
           AND pg_catalog.has_column_privilege(o.oid, c.oid, a.attnum, 'UPDATE')
         ORDER BY a.attnum LIMIT 1) AS writable,
       coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', p.polname, 'command', p.polcmd, 'permissive', p.polpermissive,
                                                             'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid)) ORDER BY NOT p.polpermissive, p.polname)
          FROM pg_catalog.pg_policy p
         WHERE p.polrelid = c.oid
           AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) AS r(id) WHERE r.id = 0 OR pg_catalog.pg_has_role(o.oid, r.id, 'USAGE'))), '[]')::text AS policies
  FROM reached e
  JOIN pg_catalog.pg_class s ON s.oid = e.scanned
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
  JOIN pg_catalog.pg_class c ON c.oid = e.through
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN pg_catalog.pg_roles o
 WHERE c.relrowsecurity
   AND NOT o.rolsuper
   AND NOT o.rolbypassrls
   AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(o.oid, c.relowner, 'USAGE'))
