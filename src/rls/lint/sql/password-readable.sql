-- Roles that may read a column of passwords, or a token that stands beside one: whoever sees somebody's row reads the hash of their password with it, which only
-- signing in needs, or the token by which they are let in elsewhere.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names.
WITH readable AS (
    SELECT c.oid AS table_oid, n.nspname, c.relname, r.oid AS role_oid, r.rolname, a.attname
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attname ~* '(passw|pwd)'
            -- Where a password stands, the rows are people, whom others see; elsewhere a token may be read with the row that it belongs to.
            OR a.attname ~* '(^|_)token$' AND EXISTS (
                SELECT FROM pg_catalog.pg_attribute p WHERE p.attrelid = c.oid AND p.attnum > 0 AND NOT p.attisdropped AND p.attname ~* '(passw|pwd)'))
       AND a.atttypid IN ('pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype, 'pg_catalog.bpchar'::regtype, 'pg_catalog.bytea'::regtype)
      JOIN pg_catalog.pg_roles r
        ON r.rolname !~ '^pg_' AND NOT r.rolsuper AND NOT r.rolbypassrls
       AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
       AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
       AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT')
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384
       -- Who has it only from another role is not named beside that role.
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_roles g
            WHERE g.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') AND pg_catalog.has_column_privilege(g.oid, c.oid, a.attnum, 'SELECT'))
)
SELECT pg_catalog.format('%I.%I', nspname, relname) AS object,
       pg_catalog.format('%s may read %s of every row that it sees', rolname, pg_catalog.string_agg(attname, ', ' ORDER BY attname)) AS detail,
       pg_catalog.format('SELECT has_column_privilege(%L, %L::regclass, %L, ''SELECT'')', rolname, pg_catalog.format('%I.%I', nspname, relname), pg_catalog.min(attname)) AS evidence,
       pg_catalog.format('REVOKE SELECT ON %I.%I FROM %I', nspname, relname, rolname)
           || coalesce('; GRANT SELECT ('
                  || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.attname), ', ' ORDER BY o.attnum)
                        FROM pg_catalog.pg_attribute o
                       WHERE o.attrelid = table_oid AND o.attnum > 0 AND NOT o.attisdropped
                         AND NOT o.attname = ANY (pg_catalog.array_agg(readable.attname))
                         AND pg_catalog.has_column_privilege(role_oid, table_oid, o.attnum, 'SELECT'))
                  || pg_catalog.format(') ON %I.%I TO %I', nspname, relname, rolname), '') AS cure
  FROM readable
 GROUP BY nspname, relname, table_oid, rolname, role_oid
 ORDER BY 1, 2
