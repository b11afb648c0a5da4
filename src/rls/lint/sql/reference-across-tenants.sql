-- Foreign keys between two tables that both know their tenant, without the tenant in the key: a row can point into another tenant's. And tables that link two
-- such tables and know no tenant themselves, where a new link may be made without a look at both.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. The column of the tenant is known by its name; a check that names both columns of a link is taken to keep them
-- together.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('%I points to %I.%I without %s', k.conname, tn.nspname, t.relname, a.attname) AS detail,
       pg_catalog.format('SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %L::regclass AND conname = %L', pg_catalog.format('%I.%I', n.nspname, c.relname), k.conname) AS evidence,
       pg_catalog.format('ALTER TABLE %I.%I ADD UNIQUE (%I, %s); ALTER TABLE %I.%I ADD FOREIGN KEY (%I, %s) REFERENCES %I.%I (%I, %s) NOT VALID', tn.nspname, t.relname, ta.attname,
                         (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(m.attname), ', ' ORDER BY o.place) FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY o(num, place) JOIN pg_catalog.pg_attribute m ON m.attrelid = t.oid AND m.attnum = o.num),
                         n.nspname, c.relname, a.attname,
                         (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(m.attname), ', ' ORDER BY o.place) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY o(num, place) JOIN pg_catalog.pg_attribute m ON m.attrelid = c.oid AND m.attnum = o.num),
                         tn.nspname, t.relname, ta.attname,
                         (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(m.attname), ', ' ORDER BY o.place) FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY o(num, place) JOIN pg_catalog.pg_attribute m ON m.attrelid = t.oid AND m.attnum = o.num)) AS cure
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('org_id', 'organization_id', 'tenant_id', 'workspace_id')
  JOIN pg_catalog.pg_attribute ta ON ta.attrelid = t.oid AND NOT ta.attisdropped AND ta.attname = a.attname
 WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT a.attnum = ANY (k.conkey) AND NOT ta.attnum = ANY (k.confkey)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint other WHERE other.contype = 'f' AND other.conrelid = k.conrelid AND other.confrelid = k.confrelid AND a.attnum = ANY (other.conkey) AND other.conkey @> k.conkey)
UNION ALL
SELECT link.object,
       pg_catalog.format('links %s, each of one %s, and nothing keeps the two in the same', pg_catalog.string_agg(pg_catalog.format('%I.%I by %s', link.nspname, link.target, link.attname), ' and ' ORDER BY link.attname), link.tenant),
       pg_catalog.format('SELECT policyname, with_check, qual FROM pg_policies WHERE schemaname = %L AND tablename = %L AND cmd IN (''ALL'', ''INSERT'')', link.nspname, link.relname),
       pg_catalog.format('-- in the policies for INSERT and UPDATE of %s: WITH CHECK (… AND both are of one %s); row security has to be on', link.object, link.tenant)
  FROM (
        SELECT c.oid, n.nspname, c.relname, c.relrowsecurity, pg_catalog.format('%I.%I', n.nspname, c.relname) AS object, t.relname AS target, own.attname, own.attnum, ta.attname AS tenant
          FROM pg_catalog.pg_constraint k
          JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
          JOIN pg_catalog.pg_attribute own ON own.attrelid = c.oid AND own.attnum = k.conkey[1]
          JOIN pg_catalog.pg_attribute ta ON ta.attrelid = t.oid AND NOT ta.attisdropped AND ta.attname IN ('org_id', 'organization_id', 'tenant_id', 'workspace_id')
         WHERE k.contype = 'f' AND k.conparentid = 0 AND pg_catalog.cardinality(k.conkey) = 1
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = ta.attname)
           -- A link is what its columns make it: one key holds them.
           AND EXISTS (SELECT FROM pg_catalog.pg_constraint u WHERE u.conrelid = c.oid AND u.contype IN ('p', 'u') AND pg_catalog.cardinality(u.conkey) > 1 AND own.attnum = ANY (u.conkey))) link
 GROUP BY link.oid, link.nspname, link.relname, link.relrowsecurity, link.object, link.tenant
HAVING pg_catalog.count(DISTINCT link.target) > 1
   AND (NOT link.relrowsecurity
        OR EXISTS (
            SELECT FROM pg_catalog.pg_policies p
             WHERE p.schemaname = link.nspname AND p.tablename = link.relname AND p.permissive = 'PERMISSIVE' AND p.cmd IN ('ALL', 'INSERT', 'UPDATE')
               AND coalesce(p.with_check, p.qual) IS NOT NULL
               AND EXISTS (SELECT FROM pg_catalog.unnest(pg_catalog.array_agg(link.attname)) part WHERE coalesce(p.with_check, p.qual) !~ ('\m' || part || '\M')))
           -- A restrictive policy for everybody keeps what the others let pass.
           AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_policies p
             WHERE p.schemaname = link.nspname AND p.tablename = link.relname AND p.permissive = 'RESTRICTIVE' AND p.cmd = 'ALL' AND 'public' = ANY (p.roles)
               AND coalesce(p.with_check, p.qual) IS NOT NULL
               AND NOT EXISTS (SELECT FROM pg_catalog.unnest(pg_catalog.array_agg(link.attname)) part WHERE coalesce(p.with_check, p.qual) !~ ('\m' || part || '\M'))))
 ORDER BY 1, 2
