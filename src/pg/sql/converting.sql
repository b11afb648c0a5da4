-- Casts that run code which neither a superuser nor this login made, where a value is printed, filtered or compared with what somebody gave.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT c.castsource AS source, c.casttarget AS target,
       pg_catalog.format_type(c.castsource, NULL) AS source_name,
       pg_catalog.format_type(c.casttarget, NULL) AS target_name,
       pg_catalog.format('%I.%I', n.nspname, p.proname) AS function,
       o.rolname::pg_catalog.text AS owner
  FROM pg_catalog.pg_cast c
  JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
 WHERE l.lanname NOT IN ('c', 'internal') AND NOT o.rolsuper AND o.rolname <> session_user
   AND (c.castcontext = 'i'
        OR c.casttarget IN ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype, 'pg_catalog.json'::pg_catalog.regtype,
                            'pg_catalog.jsonb'::pg_catalog.regtype, 'pg_catalog.numeric'::pg_catalog.regtype, 'pg_catalog.bool'::pg_catalog.regtype,
                            'pg_catalog.timestamptz'::pg_catalog.regtype)
        OR c.castsource IN ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype))
