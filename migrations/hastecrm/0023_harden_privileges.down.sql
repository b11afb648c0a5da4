-- Gives the rights back to an application that has the others.
DO $$
DECLARE
    month regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'users', 'SELECT') THEN
        GRANT UPDATE, DELETE ON activities, deal_history TO hastecrm_app;
        GRANT DELETE ON ai_tasks, automation_executions TO hastecrm_app;
        GRANT INSERT, UPDATE, DELETE ON email_tracking_events TO hastecrm_app;
        GRANT INSERT, DELETE ON users, workspaces TO hastecrm_app;
        -- Rows of a month are written through the whole.
        FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass ORDER BY inhrelid::regclass::text LOOP
            IF has_table_privilege('hastecrm_app', month, 'SELECT') THEN
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO hastecrm_app', month);
            END IF;
        END LOOP;
    END IF;
END
$$;
