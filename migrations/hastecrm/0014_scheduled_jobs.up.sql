-- The seven jobs of pg_cron: partitions, scores, vacuum and statistics.
-- the document: creates pg_cron unasked; only where it is preloaded for this database, because it refuses elsewhere.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') THEN
            RAISE NOTICE 'pg_cron is not offered here: no jobs are scheduled';
            RETURN;
        END IF;
        IF current_setting('shared_preload_libraries') !~ '\mpg_cron\M'
           OR current_setting('cron.database_name', true) IS DISTINCT FROM current_database()::text THEN
            RAISE NOTICE 'pg_cron is not preloaded for this database: no jobs are scheduled';
            RETURN;
        END IF;
        CREATE EXTENSION pg_cron;
        -- The mark by which the down migration knows what it may drop.
        COMMENT ON EXTENSION pg_cron IS 'created by hastecrm migration 14';
    END IF;

    PERFORM cron.schedule('create-partitions', '0 0 1 * *', 'SELECT create_monthly_partition()');
    PERFORM cron.schedule('refresh-engagement-scores', '0 * * * *',
        'REFRESH MATERIALIZED VIEW CONCURRENTLY contact_engagement_scores');

    PERFORM cron.schedule('vacuum-emails', '0 2 * * *', 'VACUUM ANALYZE emails');
    PERFORM cron.schedule('vacuum-activities', '0 2 * * *', 'VACUUM ANALYZE activities');
    PERFORM cron.schedule('vacuum-tracking', '0 2 * * *', 'VACUUM ANALYZE email_tracking_events');

    PERFORM cron.schedule('vacuum-full', '0 3 * * 0', 'VACUUM FULL ANALYZE');
    PERFORM cron.schedule('analyze-tables', '0 * * * *', 'ANALYZE');
END
$$;
