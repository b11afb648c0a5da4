-- Opens the materialized view and the partitions again. Who may read the view could read what is behind it.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'workspace_engagement_scores', 'SELECT') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON contact_engagement_scores TO hastecrm_app;
    END IF;
END
$$;
DROP VIEW workspace_engagement_scores;

CREATE OR REPLACE FUNCTION create_monthly_partition()
RETURNS void AS $$
DECLARE
    start_date date;
    end_date date;
    partition_name text;
BEGIN
    start_date := date_trunc('month', CURRENT_DATE);
    end_date := start_date + interval '1 month';
    partition_name := 'activities_' || to_char(start_date, 'YYYY_MM');

    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF activities FOR VALUES FROM (%L) TO (%L)',
        partition_name, start_date, end_date);
END;
$$ LANGUAGE plpgsql;

DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass LOOP
        EXECUTE format('DROP POLICY IF EXISTS activity_read ON %s', month);
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', month);
    END LOOP;
END
$$;
