-- Materialized views filled from tables with row security: they hold what their owner sees and have no policies.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', vn.nspname, v.relname) AS object,
       pg_catalog.format('%s may read what it keeps of %s', pg_catalog.string_agg(DISTINCT r.rolname, ', '), pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname), ', ')) AS detail,
       pg_catalog.format('SELECT pg_get_viewdef(%L::regclass)', pg_catalog.format('%I.%I', vn.nspname, v.relname)) AS evidence,
       pg_catalog.format('REVOKE ALL ON %I.%I FROM %s', vn.nspname, v.relname, pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(r.rolname), ', ')) AS cure
  FROM pg_catalog.pg_class v
  JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
  JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relrowsecurity
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_catalog.pg_has_role(r.oid, v.relowner, 'USAGE')
   AND pg_catalog.has_table_privilege(r.oid, v.oid, 'SELECT')
 WHERE v.relkind = 'm' AND v.oid >= 16384
 GROUP BY vn.nspname, v.relname
 ORDER BY 1
