-- The four logins, without passwords: until `\password` gave it one, none can be used with a password.
-- PostgreSQL 13 to 18. Needs CREATEROLE, and a superuser for all of it.

DO $purview$
DECLARE
    login text;
BEGIN
    FOREACH login IN ARRAY ARRAY['purview_jail', 'purview_support', 'purview_dba', 'purview_admin'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = login) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN CONNECTION LIMIT 40', login);
        END IF;
        -- Mentioned only where it is needed: to name these attributes at all takes a superuser before version 16.
        IF EXISTS (
            SELECT FROM pg_catalog.pg_roles
             WHERE rolname = login AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication)
        ) THEN
            EXECUTE pg_catalog.format('ALTER ROLE %I NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION', login);
        END IF;
    END LOOP;
END
$purview$;

-- purview_jail: everything that purview runs as somebody else. It has no right of its own and inherits none; all it may do is SET ROLE to a role of
-- the application, for one transaction. Code that breaks out of that role lands here, with nothing.
ALTER ROLE purview_jail NOINHERIT;
ALTER ROLE purview_jail SET default_transaction_read_only = on;

-- purview_support: looks at every row, changes none.
ALTER ROLE purview_support INHERIT;
ALTER ROLE purview_support SET default_transaction_read_only = on;

-- purview_dba: watches the server, cancels and ends sessions. It reads no rows of the application; where a DBA should, GRANT purview_support TO purview_dba.
ALTER ROLE purview_dba INHERIT;
GRANT pg_monitor, pg_signal_backend TO purview_dba;

-- purview_admin: both of these, and changes rows and the schema.
ALTER ROLE purview_admin INHERIT;
GRANT purview_support, purview_dba TO purview_admin;

DO $purview$
DECLARE
    login text;
    is_bypassing boolean;
BEGIN
    SELECT rolbypassrls INTO is_bypassing FROM pg_catalog.pg_roles WHERE rolname = 'purview_jail';
    IF is_bypassing THEN
        ALTER ROLE purview_jail NOBYPASSRLS;
    END IF;

    -- The server's log then holds its own copy of what was run as somebody else; the session cannot turn this off.
    BEGIN
        ALTER ROLE purview_jail SET log_statement = 'all';
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING 'only a superuser can have the server log what purview_jail runs';
    END;

    -- An operator has to see the rows that a policy hides, or could not tell why it does. This is no part of a membership, so each login has its own.
    FOREACH login IN ARRAY ARRAY['purview_support', 'purview_admin'] LOOP
        BEGIN
            SELECT rolbypassrls INTO is_bypassing FROM pg_catalog.pg_roles WHERE rolname = login;
            IF NOT is_bypassing THEN
                EXECUTE pg_catalog.format('ALTER ROLE %I BYPASSRLS', login);
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING '% stays bound by row security: BYPASSRLS is not yours to give', login;
        END;
    END LOOP;
END
$purview$;
