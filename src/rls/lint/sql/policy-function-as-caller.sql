-- Functions that policies call and that read tables with the rights of whoever asks: who lacks SELECT on what they read is refused, row security on it hides
-- the answer from them, and a policy on it that calls them recurses.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only. Bodies of functions are read as text.
WITH called AS (
    SELECT DISTINCT f.oid, f.prosrc, pg_catalog.format('%I.%I', n.nspname, c.relname) AS by
      FROM pg_catalog.pg_policy p
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
      JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid AND NOT f.prosecdef AND f.oid >= 16384
      JOIN pg_catalog.pg_language l ON l.oid = f.prolang AND l.lanname IN ('sql', 'plpgsql')
      JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
), reads AS (
    SELECT called.oid, n.nspname, c.relname
      FROM called
      JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p') AND c.oid >= 16384
       AND called.prosrc ~* ('\m(from|join)\s+("?\w+"?\.)?"?' || pg_catalog.regexp_replace(c.relname, '(\W)', '\\\1', 'g') || '"?(\W|$)')
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    UNION
    -- A body that is no text has what it reads in the catalog.
    SELECT called.oid, n.nspname, c.relname
      FROM called
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = called.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
      JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p') AND c.oid >= 16384
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
)
SELECT called.oid::regprocedure::text AS object,
       pg_catalog.format('policies of %s call it, and it reads %s with the rights of whoever asks', pg_catalog.string_agg(DISTINCT called.by, ', '), what.tables) AS detail,
       pg_catalog.format('SELECT prosecdef, prosrc FROM pg_proc WHERE oid = %L::regprocedure', called.oid::regprocedure::text) AS evidence,
       pg_catalog.format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s, pg_temp', called.oid::regprocedure, what.schemas) AS cure
  FROM called
  JOIN (SELECT oid, pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', nspname, relname), ', ') AS tables,
               pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(nspname), ', ') AS schemas
          FROM reads GROUP BY oid) what USING (oid)
 GROUP BY called.oid, what.tables, what.schemas
 ORDER BY 1, 2
