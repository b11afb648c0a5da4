-- Brings row level security: on for 18 of the 26 tables, with 20 policies on 11 of them.

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE executive_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_executive_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_dates ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE concierge_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE integrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE ai_insights ENABLE ROW LEVEL SECURITY;
ALTER TABLE ai_patterns ENABLE ROW LEVEL SECURITY;
ALTER TABLE ai_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE ai_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;

-- the document: counts this among the helper functions of the next step; it comes before the policies here, because
-- they call it.
CREATE OR REPLACE FUNCTION auth.user_org_id()
RETURNS UUID AS $$
  SELECT org_id FROM users WHERE id = auth.uid()
$$ LANGUAGE sql SECURITY DEFINER;

CREATE POLICY "Users can view own organization"
  ON organizations FOR SELECT
  USING (id = auth.user_org_id());

CREATE POLICY "Admins can update own organization"
  ON organizations FOR UPDATE
  USING (id = auth.user_org_id() AND EXISTS (
    SELECT 1 FROM users WHERE id = auth.uid() AND role = 'admin'
  ));

CREATE POLICY "Users can view org members"
  ON users FOR SELECT
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can update own profile"
  ON users FOR UPDATE
  USING (id = auth.uid());

CREATE POLICY "Users can view org executives"
  ON executive_profiles FOR SELECT
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org executives"
  ON executive_profiles FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can view org meetings"
  ON meetings FOR SELECT
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org meetings"
  ON meetings FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can view org tasks"
  ON tasks FOR SELECT
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org tasks"
  ON tasks FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can view org approvals"
  ON approvals FOR SELECT
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can manage org approvals"
  ON approvals FOR ALL
  USING (org_id = auth.user_org_id());

CREATE POLICY "Users can view own notifications"
  ON notifications FOR SELECT
  USING (user_id = auth.uid());

CREATE POLICY "Users can update own notifications"
  ON notifications FOR UPDATE
  USING (user_id = auth.uid());

CREATE POLICY "Users can view own conversations"
  ON ai_conversations FOR SELECT
  USING (user_id = auth.uid());

CREATE POLICY "Users can manage own conversations"
  ON ai_conversations FOR ALL
  USING (user_id = auth.uid());

CREATE POLICY "Users can view messages in own conversations"
  ON ai_messages FOR SELECT
  USING (conversation_id IN (
    SELECT id FROM ai_conversations WHERE user_id = auth.uid()
  ));

CREATE POLICY "Users can view own integrations"
  ON integrations FOR SELECT
  USING (user_id = auth.uid());

CREATE POLICY "Users can manage own integrations"
  ON integrations FOR ALL
  USING (user_id = auth.uid());

CREATE POLICY "Admins can view org audit log"
  ON audit_log FOR SELECT
  USING (org_id = auth.user_org_id() AND EXISTS (
    SELECT 1 FROM users WHERE id = auth.uid() AND role = 'admin'
  ));
