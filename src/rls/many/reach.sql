-- What code can run behind the name of a function or of a relation: the functions that somebody made, the server's own that are volatile, policies, views.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT 'function' AS kind, n.nspname::text AS schema, p.proname::text AS name, p.provolatile::text AS volatility,
       CASE WHEN p.prokind IN ('a', 'w') THEN 'aggregate' ELSE l.lanname::text END AS language,
       CASE WHEN l.lanname NOT IN ('sql', 'plpgsql') THEN NULL WHEN p.prosrc = '' THEN pg_catalog.pg_get_functiondef(p.oid) ELSE p.prosrc END AS text
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE p.oid >= 16384 AND p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype
UNION ALL
SELECT DISTINCT 'volatile', NULL, p.proname::text, NULL, NULL, NULL
  FROM pg_catalog.pg_proc p
 WHERE p.oid < 16384 AND p.provolatile = 'v'
UNION ALL
-- A table with row security asks its policies, whoever reads it; a view runs what it stands for; what is foreign runs elsewhere.
SELECT 'relation', n.nspname::text, c.relname::text, NULL, NULL,
       CASE c.relkind WHEN 'v' THEN pg_catalog.pg_get_viewdef(c.oid) WHEN 'f' THEN 'EXECUTE'
            ELSE (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ; ', pg_catalog.pg_get_expr(pol.polqual, pol.polrelid), pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid)), ' ; ')
                    FROM pg_catalog.pg_policy pol
                   WHERE pol.polrelid = c.oid) END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND (c.relkind IN ('v', 'f') OR c.relrowsecurity)
UNION ALL
-- No name stands for these: what an operator or a cast calls, and what a domain checks.
SELECT 'implied', NULL, NULL, NULL, NULL, quote_ident(p.proname) || ' ()'
  FROM pg_catalog.pg_proc p
 WHERE p.oid >= 16384 AND (p.oid IN (SELECT o.oprcode FROM pg_catalog.pg_operator o) OR p.oid IN (SELECT t.castfunc FROM pg_catalog.pg_cast t))
UNION ALL
SELECT 'implied', NULL, NULL, NULL, NULL, pg_catalog.pg_get_constraintdef(k.oid)
  FROM pg_catalog.pg_constraint k
 WHERE k.contypid <> 0 AND k.oid >= 16384
