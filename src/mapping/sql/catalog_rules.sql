-- The text of every policy, and of every function that somebody wrote in SQL or PL/pgSQL: where identity settings are read.
-- PostgreSQL 13 to 18. Needs no right: the catalog is for everybody.
SELECT 'policy' AS kind,
       n.nspname::pg_catalog.text AS schema,
       c.relname::pg_catalog.text AS relation,
       p.polname::pg_catalog.text AS name,
       pg_catalog.concat_ws(' ; ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) AS text
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT 'function',
       n.nspname::pg_catalog.text,
       NULL,
       f.proname::pg_catalog.text,
       pg_catalog.pg_get_functiondef(f.oid)
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = f.prolang
 WHERE l.lanname IN ('sql', 'plpgsql')
   AND f.prokind IN ('f', 'p')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = f.oid AND d.deptype = 'e')
 ORDER BY 1, 2, 3, 4
