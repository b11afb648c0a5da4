-- Partitions and children that a role may read directly, around the policies of the table they belong to.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', kn.nspname, k.relname) AS object,
       pg_catalog.format('%s may read it without the policies of %I.%I', pg_catalog.string_agg(r.rolname, ', ' ORDER BY r.rolname), n.nspname, c.relname) AS detail,
       pg_catalog.format('SELECT relrowsecurity FROM pg_class WHERE oid = %L::regclass', pg_catalog.format('%I.%I', kn.nspname, k.relname)) AS evidence,
       pg_catalog.format('REVOKE ALL ON %I.%I FROM %s', kn.nspname, k.relname, pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname)) AS cure
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhparent AND c.relrowsecurity
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class k ON k.oid = i.inhrelid AND NOT k.relrowsecurity AND k.relkind IN ('r', 'p')
  JOIN pg_catalog.pg_namespace kn ON kn.oid = k.relnamespace
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
   AND NOT pg_catalog.pg_has_role(r.oid, k.relowner, 'USAGE')
   AND pg_catalog.has_table_privilege(r.oid, k.oid, 'SELECT')
 GROUP BY kn.nspname, k.relname, n.nspname, c.relname
 ORDER BY 1
