-- Takes the jobs off the schedule, and pg_cron where the up migration created it.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        RETURN;
    END IF;
    PERFORM cron.unschedule(jobid) FROM cron.job
    WHERE database = current_database()
      AND jobname IN (
          'create-partitions', 'refresh-engagement-scores', 'vacuum-emails', 'vacuum-activities',
          'vacuum-tracking', 'vacuum-full', 'analyze-tables'
      );
    IF EXISTS (
        SELECT FROM pg_extension
        WHERE extname = 'pg_cron' AND obj_description(oid, 'pg_extension') = 'created by hastecrm migration 14'
    ) THEN
        DROP EXTENSION pg_cron;
    END IF;
END
$$;
