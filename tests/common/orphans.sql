-- Foreign keys with a row that refers to nothing, and how many such rows.
-- PostgreSQL 13 to 18. Needs SELECT on all tables.
SELECT k.conrelid::regclass || ' ' || k.conname,
       (xpath('/row/c/text()', query_to_xml(format(
           'SELECT count(*) AS c FROM %s f WHERE (%s) AND NOT EXISTS (SELECT FROM %s p WHERE (%s))',
           k.conrelid::regclass,
           (SELECT string_agg(format('f.%I IS NOT NULL', a.attname), ' AND ') FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)),
           k.confrelid::regclass,
           (SELECT string_agg(format('f.%I = p.%I', f.attname, p.attname), ' AND ')
              FROM unnest(k.conkey, k.confkey) AS pair(f, p)
              JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.f
              JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = pair.p)
       ), false, true, '')))[1]::text
  FROM pg_constraint k
 WHERE k.contype = 'f' AND k.conparentid = 0
