-- Which functions of some names there are, and which run as an owner whom policies could hold: name in small letters, whether policies hold what it reads, whether it runs as its owner.
-- One that runs as an owner whom no policy holds looks past them, until a table holds its owner to its policies.
-- PostgreSQL 13 to 18. Needs no rights. The names are the rows of an array; here there are none.
SELECT pg_catalog.lower(f.proname::pg_catalog.text),
       (NOT (f.prosecdef
             AND (o.rolsuper OR o.rolbypassrls
                  OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c
                                  WHERE c.relrowsecurity
                                    AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(f.proowner, c.relowner, 'USAGE'))))))::pg_catalog.text,
       (f.prosecdef AND NOT o.rolsuper AND NOT o.rolbypassrls)::pg_catalog.text
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
 WHERE f.oid >= 16384
   AND (pg_catalog.lower(f.proname::pg_catalog.text) = ANY ('{}'::pg_catalog.text[])
        OR f.prosecdef AND NOT o.rolsuper AND NOT o.rolbypassrls)
 ORDER BY 1
