-- Lets the owner pass by the policies again.
ALTER TABLE reports NO FORCE ROW LEVEL SECURITY;
ALTER TABLE saved_views NO FORCE ROW LEVEL SECURITY;
ALTER TABLE custom_field_definitions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_tasks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE automation_executions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE automations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_models NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE activities NO FORCE ROW LEVEL SECURITY;
ALTER TABLE email_tracking_events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE email_attachments NO FORCE ROW LEVEL SECURITY;
ALTER TABLE emails NO FORCE ROW LEVEL SECURITY;
ALTER TABLE email_accounts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comments NO FORCE ROW LEVEL SECURITY;
ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE deal_history NO FORCE ROW LEVEL SECURITY;
ALTER TABLE deals NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pipeline_stages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pipelines NO FORCE ROW LEVEL SECURITY;
ALTER TABLE company_contacts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE companies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_tags NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tags NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workspace_members NO FORCE ROW LEVEL SECURITY;
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;
DROP POLICY owner_hand_over ON deal_history;
DROP POLICY owner_hand_over_update ON deals;
DROP POLICY owner_hand_over ON deals;
DROP POLICY owner_track ON email_tracking_events;
DROP POLICY owner_found ON workspace_members;
DROP POLICY owner_found ON workspaces;
DROP POLICY owner_register ON users;
DROP POLICY owner_refresh ON activities;
DROP POLICY owner_refresh ON email_tracking_events;
DROP POLICY owner_refresh ON emails;
DROP POLICY owner_refresh ON contacts;
DROP POLICY owner_look_up ON email_accounts;
DROP POLICY owner_look_up ON workspace_members;
DROP POLICY owner_look_up ON workspaces;
DROP POLICY owner_look_up ON users;
DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', month);
    END LOOP;
END
$$;
