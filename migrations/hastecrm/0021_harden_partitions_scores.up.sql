-- Mends two ways around the policies: a partition that is named itself, and the materialized view.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- Only the policies of the table that is named apply, so each month has its own. Rows are written through the whole.
DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass ORDER BY inhrelid::regclass::text LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', month);
        EXECUTE format('CREATE POLICY activity_read ON %s FOR SELECT USING (workspace_id = (SELECT acting_workspace_id()))', month);
    END LOOP;
END
$$;

-- A month that is made later gets the same.
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

    IF to_regclass(format('public.%I', partition_name)) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.activities FOR VALUES FROM (%L) TO (%L)',
            partition_name, start_date, end_date);
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition_name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition_name);
        EXECUTE format('CREATE POLICY activity_read ON public.%I FOR SELECT
            USING (workspace_id = (SELECT public.acting_workspace_id()))', partition_name);
    END IF;
END;
$$ LANGUAGE plpgsql;

-- A materialized view has no row level security: it is read through this view, which adds the workspace, by those who could
-- read it before. To grant on all relations again would open it again.
CREATE VIEW workspace_engagement_scores WITH (security_barrier) AS
SELECT s.*
FROM contact_engagement_scores s
WHERE s.workspace_id = (SELECT acting_workspace_id());
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'contact_engagement_scores', 'SELECT') THEN
        REVOKE SELECT, INSERT, UPDATE, DELETE ON contact_engagement_scores FROM hastecrm_app;
        REVOKE ALL ON workspace_engagement_scores FROM hastecrm_app;
        GRANT SELECT ON workspace_engagement_scores TO hastecrm_app;
    END IF;
END
$$;

RESET ROLE;
