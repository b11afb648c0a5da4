-- Views over tables with row security that run as an owner whom the policies do not concern.
-- PostgreSQL 13 to 18; before 15 every view runs as its owner. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', vn.nspname, v.relname) AS object,
       pg_catalog.format('%s reads %s as %s, around the policies', pg_catalog.string_agg(DISTINCT r.rolname, ', '), pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname), ', '), o.rolname) AS detail,
       pg_catalog.format('SELECT reloptions FROM pg_class WHERE oid = %L::regclass', pg_catalog.format('%I.%I', vn.nspname, v.relname)) AS evidence,
       CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 150000
            THEN pg_catalog.format('ALTER VIEW %I.%I SET (security_invoker = true)', vn.nspname, v.relname)
            ELSE pg_catalog.format('REVOKE ALL ON %I.%I FROM %s', vn.nspname, v.relname, pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(r.rolname), ', ')) END AS cure
  FROM pg_catalog.pg_class v
  JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
  JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relrowsecurity
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles o
    ON o.oid = v.relowner
   AND (o.rolsuper OR o.rolbypassrls OR (NOT c.relforcerowsecurity AND pg_catalog.pg_has_role(o.oid, c.relowner, 'USAGE')))
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_catalog.pg_has_role(r.oid, v.relowner, 'USAGE')
   AND pg_catalog.has_table_privilege(r.oid, v.oid, 'SELECT')
 WHERE v.relkind = 'v' AND v.oid >= 16384
   AND NOT coalesce(pg_catalog.lower(v.reloptions::text) ~ 'security_invoker=(true|on|1|yes)', false)
 GROUP BY vn.nspname, v.relname, o.rolname
 ORDER BY 1
