-- Logins that may become a role which no policy concerns.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT: it reads catalogs only.
SELECT pg_catalog.quote_ident(r.rolname) AS object,
       pg_catalog.format('may become %s', pg_catalog.string_agg(b.rolname, ', ' ORDER BY b.rolname)) AS detail,
       pg_catalog.format('SELECT pg_has_role(%L, %L, ''MEMBER'')', r.rolname, pg_catalog.min(b.rolname)) AS evidence,
       pg_catalog.format('REVOKE %s FROM %I', pg_catalog.string_agg(pg_catalog.quote_ident(b.rolname), ', ' ORDER BY b.rolname), r.rolname) AS cure
  FROM pg_catalog.pg_roles r
  JOIN pg_catalog.pg_roles b ON (b.rolsuper OR b.rolbypassrls) AND b.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, b.oid, 'MEMBER')
 WHERE r.rolcanlogin AND NOT r.rolsuper AND NOT r.rolbypassrls
 GROUP BY r.rolname
 ORDER BY 1
