-- Mends the owner's way around: who works as the owner of the tables is bound by the policies too. Moving rows in bulk is for
-- a role that has BYPASSRLS.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- The helpers run as the owner, and would ask the policies that ask them: what they read stays readable, and only that.
CREATE POLICY owner_look_up_policy ON users FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON departments FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON user_departments FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON roles FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON user_roles FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON email_accounts FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_look_up_policy ON calendar_accounts FOR SELECT TO CURRENT_USER USING (true);

ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE departments FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE user_departments FORCE ROW LEVEL SECURITY;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
ALTER TABLE user_roles FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
ALTER TABLE email_accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE emails FORCE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
ALTER TABLE email_attachments FORCE ROW LEVEL SECURITY;
ALTER TABLE file_content_chunks FORCE ROW LEVEL SECURITY;
ALTER TABLE embeddings FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_tool_calls FORCE ROW LEVEL SECURITY;
ALTER TABLE calendar_accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE calendar_events FORCE ROW LEVEL SECURITY;
ALTER TABLE api_usage FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_limits FORCE ROW LEVEL SECURITY;
ALTER TABLE cost_settings FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_logs FORCE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;

RESET ROLE;
