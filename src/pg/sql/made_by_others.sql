-- Functions that could be called under a name and that were made by somebody else: neither by a superuser nor by this login.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT p.proname::text AS name,
       pg_catalog.format('%I.%I', n.nspname, p.proname) AS function,
       o.rolname::text AS owner
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
 WHERE n.nspname <> 'pg_catalog'
   AND NOT o.rolsuper
   AND o.rolname <> session_user
