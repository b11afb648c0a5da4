-- Mends what belongs to a single user, and what the assistant keeps: locked and deleted users kept their own rows, commands
-- were missing, and two tables had row level security and no policy.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Conversations and integrations: while one is active, and within one's organization.
ALTER POLICY "Users can view own conversations" ON ai_conversations
  USING (user_id = (SELECT auth.active_uid()));
DROP POLICY "Users can manage own conversations" ON ai_conversations;
CREATE POLICY "Users can add own conversations"
  ON ai_conversations FOR INSERT
  WITH CHECK (user_id = (SELECT auth.active_uid()) AND org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can update own conversations"
  ON ai_conversations FOR UPDATE
  USING (user_id = (SELECT auth.active_uid()))
  WITH CHECK (user_id = (SELECT auth.active_uid()) AND org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can remove own conversations"
  ON ai_conversations FOR DELETE
  USING (user_id = (SELECT auth.active_uid()));
ALTER POLICY "Users can view own integrations" ON integrations
  USING (user_id = (SELECT auth.active_uid()));
DROP POLICY "Users can manage own integrations" ON integrations;
CREATE POLICY "Users can add own integrations"
  ON integrations FOR INSERT
  WITH CHECK (user_id = (SELECT auth.active_uid()) AND org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can update own integrations"
  ON integrations FOR UPDATE
  USING (user_id = (SELECT auth.active_uid()))
  WITH CHECK (user_id = (SELECT auth.active_uid()) AND org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can remove own integrations"
  ON integrations FOR DELETE
  USING (user_id = (SELECT auth.active_uid()));

-- Nobody could add a message to their own conversation.
DROP POLICY "Users can view messages in own conversations" ON ai_messages;
CREATE POLICY "Users can view messages in own conversations"
  ON ai_messages FOR SELECT
  USING (EXISTS (SELECT FROM ai_conversations c WHERE c.id = ai_messages.conversation_id));
CREATE POLICY "Users can add messages to own conversations"
  ON ai_messages FOR INSERT
  WITH CHECK (EXISTS (SELECT FROM ai_conversations c WHERE c.id = ai_messages.conversation_id));
CREATE POLICY "Users can update messages in own conversations"
  ON ai_messages FOR UPDATE
  USING (EXISTS (SELECT FROM ai_conversations c WHERE c.id = ai_messages.conversation_id));
CREATE POLICY "Users can remove messages from own conversations"
  ON ai_messages FOR DELETE
  USING (EXISTS (SELECT FROM ai_conversations c WHERE c.id = ai_messages.conversation_id));

-- Notifications: cleared by whom they are for, sent to colleagues.
ALTER POLICY "Users can view own notifications" ON notifications
  USING (user_id = (SELECT auth.active_uid()));
DROP POLICY "Users can update own notifications" ON notifications;
CREATE POLICY "Users can update own notifications"
  ON notifications FOR UPDATE
  USING (user_id = (SELECT auth.active_uid()))
  WITH CHECK (user_id = (SELECT auth.active_uid()) AND org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can notify org members"
  ON notifications FOR INSERT
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND EXISTS (SELECT FROM users u WHERE u.id = notifications.user_id));
CREATE POLICY "Users can remove own notifications"
  ON notifications FOR DELETE
  USING (user_id = (SELECT auth.active_uid()));

-- Insights and patterns had row level security and no policy: the service writes them, users see and answer them.
CREATE POLICY "Users can view org insights"
  ON ai_insights FOR SELECT
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (user_id IS NULL OR user_id = (SELECT auth.active_uid()) OR (SELECT auth.is_org_admin()))
  );
CREATE POLICY "Users can answer org insights"
  ON ai_insights FOR UPDATE
  USING (org_id = (SELECT auth.user_org_id()) AND (user_id IS NULL OR user_id = (SELECT auth.active_uid())));
CREATE POLICY "Users can view org patterns"
  ON ai_patterns FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can update org patterns"
  ON ai_patterns FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND ((SELECT auth.is_org_admin()) OR executive_id = ANY ((SELECT auth.writable_executive_ids('settings'))::uuid[]))
  );
CREATE POLICY "Users can remove org patterns"
  ON ai_patterns FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND ((SELECT auth.is_org_admin()) OR executive_id = ANY ((SELECT auth.writable_executive_ids('settings'))::uuid[]))
  );

-- Admins read the audit log; everybody may record what they did themselves, such as a login or an export.
ALTER POLICY "Admins can view org audit log" ON audit_log
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Users can record own actions"
  ON audit_log FOR INSERT
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND user_id = (SELECT auth.active_uid()));

RESET ROLE;
