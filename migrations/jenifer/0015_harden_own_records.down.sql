-- Brings back the policies on own records as the document has them.
DROP POLICY "Users can record own actions" ON audit_log;
DROP POLICY "Users can remove org patterns" ON ai_patterns;
DROP POLICY "Users can update org patterns" ON ai_patterns;
DROP POLICY "Users can view org patterns" ON ai_patterns;
DROP POLICY "Users can answer org insights" ON ai_insights;
DROP POLICY "Users can view org insights" ON ai_insights;
DROP POLICY "Users can remove own notifications" ON notifications;
DROP POLICY "Users can notify org members" ON notifications;
DROP POLICY "Users can update own notifications" ON notifications;
DROP POLICY "Users can remove messages from own conversations" ON ai_messages;
DROP POLICY "Users can update messages in own conversations" ON ai_messages;
DROP POLICY "Users can add messages to own conversations" ON ai_messages;
DROP POLICY "Users can view messages in own conversations" ON ai_messages;
DROP POLICY "Users can remove own integrations" ON integrations;
DROP POLICY "Users can update own integrations" ON integrations;
DROP POLICY "Users can add own integrations" ON integrations;
DROP POLICY "Users can remove own conversations" ON ai_conversations;
DROP POLICY "Users can update own conversations" ON ai_conversations;
DROP POLICY "Users can add own conversations" ON ai_conversations;

ALTER POLICY "Users can view own conversations" ON ai_conversations
  USING (user_id = auth.uid());
ALTER POLICY "Users can view own integrations" ON integrations
  USING (user_id = auth.uid());
ALTER POLICY "Users can view own notifications" ON notifications
  USING (user_id = auth.uid());
ALTER POLICY "Admins can view org audit log" ON audit_log
  USING (org_id = auth.user_org_id() AND EXISTS (
    SELECT 1 FROM users WHERE id = auth.uid() AND role = 'admin'
  ));

CREATE POLICY "Users can manage own conversations"
  ON ai_conversations FOR ALL
  USING (user_id = auth.uid());

CREATE POLICY "Users can manage own integrations"
  ON integrations FOR ALL
  USING (user_id = auth.uid());

CREATE POLICY "Users can view messages in own conversations"
  ON ai_messages FOR SELECT
  USING (conversation_id IN (
    SELECT id FROM ai_conversations WHERE user_id = auth.uid()
  ));

CREATE POLICY "Users can update own notifications"
  ON notifications FOR UPDATE
  USING (user_id = auth.uid());
