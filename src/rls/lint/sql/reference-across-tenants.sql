-- Foreign keys between two tables that both know their tenant, without the tenant in the key: a row can point into another tenant's.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. The column of the tenant is known by its name.
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
 ORDER BY 1, 2
