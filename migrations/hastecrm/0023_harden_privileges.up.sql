-- Mends rights that no policy goes with: history is added to, users, workspaces and tracking events are made by functions.
-- Such a statement is refused now, where it found nothing and said nothing.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $$
DECLARE
    month regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'users', 'SELECT') THEN
        REVOKE UPDATE, DELETE ON activities, deal_history FROM hastecrm_app;
        REVOKE DELETE ON ai_tasks, automation_executions FROM hastecrm_app;
        REVOKE INSERT, UPDATE, DELETE ON email_tracking_events FROM hastecrm_app;
        REVOKE INSERT, DELETE ON users, workspaces FROM hastecrm_app;
        -- Rows of a month are written through the whole.
        FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass ORDER BY inhrelid::regclass::text LOOP
            EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM hastecrm_app', month);
        END LOOP;
    END IF;
END
$$;

RESET ROLE;
