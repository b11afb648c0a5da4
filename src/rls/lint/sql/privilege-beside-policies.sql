-- Privileges that policies do not restrict, held by roles that policies do: TRUNCATE empties the table, REFERENCES tells which keys there are, TRIGGER sees every row that is written.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%s has %s', r.rolname, pg_catalog.string_agg(p.privilege, ', ' ORDER BY p.privilege)) AS detail,
       pg_catalog.format('SELECT has_table_privilege(%L, %L::regclass, %L)', r.rolname, pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.min(p.privilege)) AS evidence,
       pg_catalog.format('REVOKE %s ON %I.%I FROM %I', pg_catalog.string_agg(p.privilege, ', ' ORDER BY p.privilege), n.nspname, c.relname, r.rolname) AS cure
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles r
    ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
   AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
 CROSS JOIN (VALUES ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (privilege)
 WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND c.oid >= 16384
   AND pg_catalog.has_table_privilege(r.oid, c.oid, p.privilege)
   -- Who has it only from another role is not named beside that role.
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_roles g
    WHERE g.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') AND pg_catalog.has_table_privilege(g.oid, c.oid, p.privilege))
 GROUP BY n.nspname, c.relname, r.rolname
 ORDER BY 1, 2
