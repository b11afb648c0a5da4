-- The roles that hasteCRM would run under: one owns the objects, the other is what the application becomes.

DO $$
DECLARE
    relation regclass;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_owner') THEN
        CREATE ROLE hastecrm_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        CREATE ROLE hastecrm_app NOLOGIN;
    END IF;

    -- Not ALL TABLES: what an extension brought and the history of migrations are no business of the application.
    FOR relation IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
          AND c.relkind IN ('r', 'p', 'm', 'v')
          AND c.relname <> '_sqlx_migrations'
          AND NOT EXISTS (
              SELECT FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
          )
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO hastecrm_app', relation);
    END LOOP;
END
$$;

-- The owner makes the month's partition, for which it creates in the schema.
GRANT USAGE, CREATE ON SCHEMA public TO hastecrm_owner;
GRANT USAGE ON SCHEMA public TO hastecrm_app;
GRANT EXECUTE ON FUNCTION create_monthly_partition(), get_contact_details(uuid) TO hastecrm_app;

-- Partitions that the owner makes later.
ALTER DEFAULT PRIVILEGES FOR ROLE hastecrm_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hastecrm_app;
