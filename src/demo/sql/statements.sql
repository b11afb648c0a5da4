-- Makes the statistics of statements readable in this database, where the server collects them, and forgets those of building it.
-- PostgreSQL 13 to 18. Needs a superuser.
DO $$
BEGIN
    IF 'pg_stat_statements' = ANY (string_to_array(current_setting('shared_preload_libraries'), ',')) THEN
        CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;
        PERFORM pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0);
    END IF;
END
$$
