-- Mends the owner's way around: who works as the owner of the tables is bound by the policies too. Moving rows in bulk is for
-- a role that has BYPASSRLS.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- The helpers run as the owner, and would ask the policies that ask them: what they read stays readable, and only that.
CREATE POLICY owner_look_up ON users FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON workspaces FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON workspace_members FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up ON email_accounts FOR SELECT TO CURRENT_USER USING (true);

-- So does what the scores are computed from, which the owner refreshes.
CREATE POLICY owner_refresh ON contacts FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_refresh ON emails FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_refresh ON email_tracking_events FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_refresh ON activities FOR SELECT TO CURRENT_USER USING (true);

-- What the functions of signing up, of tracking and of handing over do as the owner.
CREATE POLICY owner_register ON users FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY owner_found ON workspaces FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY owner_found ON workspace_members FOR INSERT TO CURRENT_USER WITH CHECK (role = 'owner');
CREATE POLICY owner_track ON email_tracking_events FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY owner_hand_over ON deals FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_hand_over_update ON deals FOR UPDATE TO CURRENT_USER USING (true);
CREATE POLICY owner_hand_over ON deal_history FOR INSERT TO CURRENT_USER WITH CHECK (field_name = 'owner_id');

ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE workspace_members FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE tags FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_tags FORCE ROW LEVEL SECURITY;
ALTER TABLE companies FORCE ROW LEVEL SECURITY;
ALTER TABLE company_contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE pipelines FORCE ROW LEVEL SECURITY;
ALTER TABLE pipeline_stages FORCE ROW LEVEL SECURITY;
ALTER TABLE deals FORCE ROW LEVEL SECURITY;
ALTER TABLE deal_history FORCE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
ALTER TABLE comments FORCE ROW LEVEL SECURITY;
ALTER TABLE email_accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE emails FORCE ROW LEVEL SECURITY;
ALTER TABLE email_attachments FORCE ROW LEVEL SECURITY;
ALTER TABLE email_tracking_events FORCE ROW LEVEL SECURITY;
ALTER TABLE activities FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_models FORCE ROW LEVEL SECURITY;
ALTER TABLE automations FORCE ROW LEVEL SECURITY;
ALTER TABLE automation_executions FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_tasks FORCE ROW LEVEL SECURITY;
ALTER TABLE custom_field_definitions FORCE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
ALTER TABLE reports FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activities'::regclass LOOP
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', month);
    END LOOP;
END
$$;

RESET ROLE;
