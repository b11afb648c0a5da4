-- Triggers that record elsewhere what is done, with the rights of whoever does it: who may not write the record cannot do the work, and who may makes records up.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Bodies of functions are read as text.
SELECT f.oid::regprocedure::text AS object,
       pg_catalog.format('writes %s as whoever changes %s', pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', tn.nspname, t.relname), ', '),
                         pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname), ', ')) AS detail,
       pg_catalog.format('SELECT prosecdef, prosrc FROM pg_proc WHERE oid = %L::regprocedure', f.oid::regprocedure::text) AS evidence,
       pg_catalog.format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s, pg_temp', f.oid::regprocedure,
                         pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(tn.nspname), ', ')) AS cure
  FROM pg_catalog.pg_trigger g
  JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid AND NOT f.prosecdef AND f.oid >= 16384
  JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class t ON t.relkind IN ('r', 'p') AND t.oid <> c.oid AND t.oid >= 16384
   AND f.prosrc ~* ('\minsert\s+into\s+("?\w+"?\.)?"?' || pg_catalog.regexp_replace(t.relname, '(\W)', '\\\1', 'g') || '"?(\W|$)')
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'
 GROUP BY f.oid
 ORDER BY 1, 2
