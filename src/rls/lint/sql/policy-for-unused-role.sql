-- Policies for a role that nobody can be: no login is in it.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
       pg_catalog.format('policy %I is for %s, which no login can be', p.polname, o::regrole) AS detail,
       pg_catalog.format('SELECT rolname FROM pg_roles WHERE rolcanlogin AND pg_has_role(oid, %L, ''MEMBER'')', o::regrole) AS evidence,
       pg_catalog.format('DROP POLICY %I ON %I.%I -- or GRANT %s TO a login', p.polname, n.nspname, c.relname, o::regrole) AS cure
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN pg_catalog.unnest(p.polroles) o
 WHERE o <> 0
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, o, 'MEMBER'))
 ORDER BY 1, 2
