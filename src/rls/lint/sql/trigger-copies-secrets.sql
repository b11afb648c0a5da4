-- Triggers that write a whole row elsewhere as JSON, of a table with a column that nobody should read: whoever may read the copy reads the secret.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names; bodies of functions are read as text.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('trigger %I copies %s, by %s', g.tgname, pg_catalog.string_agg(DISTINCT a.attname, ', '), f.oid::regprocedure) AS detail,
       pg_catalog.format('SELECT prosrc FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.format('-- in %s: to_jsonb(NEW)%s; and take out of the copies what is there already', f.oid::regprocedure,
                         pg_catalog.string_agg(DISTINCT pg_catalog.format(' - %L', a.attname), '')) AS cure
  FROM pg_catalog.pg_trigger g
  JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
  JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname ~* '(passw|secret|api_?key|private_?key|(access|refresh|session|auth)_token|_hash$|^token$)'
 WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND c.oid >= 16384
   AND f.prosrc ~* '\m(to_jsonb?|row_to_json|jsonb?_agg|hstore)\s*\(\s*(NEW|OLD)\s*[,)]'
   -- Whoever names the column takes it out, or means it.
   AND f.prosrc !~* ('\m' || a.attname || '\M')
 GROUP BY n.nspname, c.relname, g.tgname, f.oid
 ORDER BY 1, 2
