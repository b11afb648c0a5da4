-- What the logins' SQL depends on: the server's version and the database; the roles there are; the schemas with tables; who owns those.
-- PostgreSQL 13 to 18. Needs no right beyond CONNECT. Schemas and tables that an extension brought are left out.
WITH app AS (
    SELECT c.oid, c.relowner, n.nspname
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
       )
)
SELECT * FROM (
    SELECT 'server' AS what, pg_catalog.current_setting('server_version_num') AS name, pg_catalog.current_database()::pg_catalog.text AS detail
    UNION ALL
    SELECT 'role', r.rolname::pg_catalog.text, (r.rolsuper OR r.rolbypassrls)::pg_catalog.text
      FROM pg_catalog.pg_roles r
     WHERE r.rolname !~ '^pg_'
    UNION ALL
    SELECT DISTINCT 'schema', app.nspname::pg_catalog.text, NULL
      FROM app
    UNION ALL
    SELECT DISTINCT 'owner', r.rolname::pg_catalog.text, r.rolsuper::pg_catalog.text
      FROM app
      JOIN pg_catalog.pg_roles r ON r.oid = app.relowner
) found
 ORDER BY what, name
