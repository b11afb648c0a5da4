-- Mends the owner's way around: who works as the owner of the tables is bound by the policies too. Moving rows in bulk is for
-- a role that has BYPASSRLS, as service_role.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- The helpers run as the owner, and would ask the policies that ask them: what they read stays readable, and only that.
CREATE POLICY "Owner can look up" ON organizations FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY "Owner can look up" ON users FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY "Owner can look up" ON executive_profiles FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY "Owner can look up" ON user_executive_assignments FOR SELECT TO CURRENT_USER USING (true);

-- What the trigger functions and the functions of signing up do as the owner.
CREATE POLICY "Owner can record changes" ON audit_log FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY "Owner can look up" ON invitations FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY "Owner can accept" ON invitations FOR UPDATE TO CURRENT_USER USING (status = 'pending') WITH CHECK (status = 'accepted');
CREATE POLICY "Owner can found" ON organizations FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY "Owner can add a profile" ON users FOR INSERT TO CURRENT_USER WITH CHECK (true);

ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE executive_profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE user_executive_assignments FORCE ROW LEVEL SECURITY;
ALTER TABLE direct_reports FORCE ROW LEVEL SECURITY;
ALTER TABLE family_members FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE meetings FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
ALTER TABLE approvals FORCE ROW LEVEL SECURITY;
ALTER TABLE delegations FORCE ROW LEVEL SECURITY;
ALTER TABLE key_dates FORCE ROW LEVEL SECURITY;
ALTER TABLE concierge_services FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_insights FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_patterns FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_messages FORCE ROW LEVEL SECURITY;
ALTER TABLE ai_embeddings FORCE ROW LEVEL SECURITY;
ALTER TABLE integrations FORCE ROW LEVEL SECURITY;
ALTER TABLE calendar_sync_tokens FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
ALTER TABLE feature_flags FORCE ROW LEVEL SECURITY;
ALTER TABLE org_feature_overrides FORCE ROW LEVEL SECURITY;

RESET ROLE;
