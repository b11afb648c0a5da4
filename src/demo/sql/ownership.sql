-- Gives everything in the application's schemas, and the database, to the role named in the setting `purview.owner`; nobody else makes anything there.
-- PostgreSQL 13 to 18. Needs a superuser. What belongs to an extension stays the extension's.
DO $$
DECLARE
    new_owner CONSTANT text := current_setting('purview.owner');
    statement text;
BEGIN
    FOR statement IN
        WITH app AS (
            SELECT oid, nspname FROM pg_namespace
             WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%'
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = pg_namespace.oid AND d.deptype = 'e')
        ),
        extension_owned AS (
            SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
        )
        SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), new_owner)
        UNION ALL
        SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, new_owner) FROM app
        UNION ALL
        SELECT format('ALTER %s %I.%I OWNER TO %I',
                      CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
                      app.nspname, c.relname, new_owner)
          FROM pg_class c JOIN app ON app.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
           AND NOT EXISTS (SELECT FROM extension_owned e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
           -- A column's own sequence follows its table.
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND c.relkind = 'S' AND d.deptype IN ('a', 'i'))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, new_owner)
          FROM pg_proc p JOIN app ON app.oid = p.pronamespace
         WHERE NOT EXISTS (SELECT FROM extension_owned e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, new_owner)
          FROM pg_type t JOIN app ON app.oid = t.typnamespace
         WHERE t.typtype IN ('b', 'd', 'e', 'c', 'r')
           AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
           -- An array's type follows that of its elements.
           AND NOT (t.typelem <> 0 AND t.typlen = -1 AND EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid))
           AND NOT EXISTS (SELECT FROM extension_owned e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
    LOOP
        EXECUTE statement;
    END LOOP;
END
$$;

-- As it is from version 15 on: before, everybody could.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
