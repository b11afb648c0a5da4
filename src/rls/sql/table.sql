-- Every table and view with what its row security depends on, its columns, its triggers and, where it is a view, how it runs.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT c.oid,
       n.oid AS schema_oid,
       n.nspname::text AS schema,
       c.relname::text AS relation,
       c.relkind::text AS kind,
       c.relowner AS owner_oid,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS forced,
       coalesce((SELECT bool_or(o.option_value::boolean)
                   FROM pg_catalog.pg_options_to_table(c.reloptions) o
                  WHERE o.option_name = 'security_invoker'), false) AS invoker,
       (SELECT concat_ws('.', pg_catalog.quote_ident(pn.nspname), pg_catalog.quote_ident(p.relname))
          FROM pg_catalog.pg_inherits i
          JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
         WHERE i.inhrelid = c.oid AND c.relispartition) AS partition_of,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', a.attname,
                 'number', a.attnum,
                 'type_schema', tn.nspname,
                 'type_name', ty.typname,
                 'base_schema', bn.nspname,
                 'base_name', bt.typname,
                 'generated', a.attgenerated <> '',
                 'expression', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                 'identity', a.attidentity = 'a',
                 'domain', ty.typtype = 'd',
                 -- Whether values that are equal look the same.
                 'exact', (ty.typtype = 'e' OR tn.nspname = 'pg_catalog' AND ty.typname IN ('bool', 'int2', 'int4', 'int8', 'oid', 'uuid', 'date', 'time', 'timestamp', 'timestamptz', 'text', 'varchar', 'name', 'bytea'))
                          AND coalesce((SELECT co.collisdeterministic FROM pg_catalog.pg_collation co WHERE co.oid = a.attcollation), true)) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
          JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace
          -- The type under a domain, which may be over another one; for all others the type itself.
          JOIN pg_catalog.pg_type bt ON bt.oid = (
               WITH RECURSIVE under (type, base) AS (
                 SELECT ty.oid, ty.typbasetype
                  UNION ALL
                 SELECT u.oid, u.typbasetype FROM under JOIN pg_catalog.pg_type u ON u.oid = under.base)
               SELECT under.type FROM under WHERE under.base = 0)
          JOIN pg_catalog.pg_namespace bn ON bn.oid = bt.typnamespace
          LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       -- Row triggers that run before a write and may change the row: bit 1 row, 2 before, 4 insert, 16 update.
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', g.tgname, 'insert', g.tgtype & 4 > 0, 'update', g.tgtype & 16 > 0) ORDER BY g.tgname)
          FROM pg_catalog.pg_trigger g
         WHERE g.tgrelid = c.oid AND g.tgtype & 3 = 3 AND g.tgenabled <> 'D') AS triggers,
       -- What a view reads: its rule depends on it.
       (SELECT pg_catalog.json_agg(DISTINCT r.id)
          FROM (SELECT concat_ws('.', pg_catalog.quote_ident(rn.nspname), pg_catalog.quote_ident(rc.relname)) AS id
                  FROM pg_catalog.pg_rewrite w
                  JOIN pg_catalog.pg_depend dep ON dep.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND dep.objid = w.oid
                   AND dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.refobjid <> c.oid
                  JOIN pg_catalog.pg_class rc ON rc.oid = dep.refobjid AND rc.relkind IN ('r', 'p', 'v', 'm', 'f')
                  JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
                 WHERE w.ev_class = c.oid AND c.relkind = 'v') r) AS reads
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
