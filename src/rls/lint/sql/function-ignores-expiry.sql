-- Functions with their owner's rights that read something which expires and do not look at when: it opens for ever.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Columns are known by their names; bodies of functions are read as text.
SELECT f.oid::regprocedure::text AS object,
       pg_catalog.format('reads %I.%I without a look at %s', n.nspname, c.relname, a.attname) AS detail,
       pg_catalog.format('SELECT prosrc FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.format('-- in %s: AND %I > now()', f.oid::regprocedure, a.attname) AS cure
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_language l ON l.oid = f.prolang AND l.lanname IN ('sql', 'plpgsql')
  JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p') AND c.oid >= 16384
   AND f.prosrc ~* ('\m(from|join)\s+("?\w+"?\.)?"?' || pg_catalog.regexp_replace(c.relname, '(\W)', '\\\1', 'g') || '"?(\W|$)')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname ~* '^(expires|expires_at|expires_on|expiry|expiration|valid_until|valid_to)$'
   AND a.atttypid IN ('pg_catalog.timestamptz'::regtype, 'pg_catalog.timestamp'::regtype, 'pg_catalog.date'::regtype)
 WHERE f.prosecdef AND f.oid >= 16384 AND f.prosrc !~* ('\m' || a.attname || '\M')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = f.oid AND e.deptype = 'e')
 ORDER BY 1, 2
