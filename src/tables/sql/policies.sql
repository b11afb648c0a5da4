-- Every policy, as PostgreSQL stores it.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT.
SELECT pol.oid,
       n.nspname::text AS schema,
       c.relname::text AS "table",
       pol.polname::text AS policy,
       CASE pol.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END AS command,
       pol.polpermissive AS permissive,
       (SELECT string_agg(CASE WHEN r.id = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(r.id)::text END, ', ' ORDER BY r.place)
          FROM pg_catalog.unnest(pol.polroles) WITH ORDINALITY AS r(id, place)) AS roles,
       pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) AS "using",
       pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) AS with_check,
       c.relrowsecurity AS in_force
  FROM pg_catalog.pg_policy pol
  JOIN pg_catalog.pg_class c ON c.oid = pol.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
