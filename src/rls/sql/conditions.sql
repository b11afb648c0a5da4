-- The conditions of every policy that row security asks, with the columns of its table that are never NULL.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Names are qualified where the search path is empty.
SELECT n.nspname AS schema, c.relname AS relation, p.policyname AS policy, p.permissive = 'PERMISSIVE' AS permissive, p.cmd AS command,
       pg_catalog.to_json(p.roles) AS roles, p.qual AS using, p.with_check,
       coalesce((SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname))
                   FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull), '[]') AS filled
  FROM pg_catalog.pg_policies p
  JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
 WHERE c.relrowsecurity AND c.oid >= 16384
