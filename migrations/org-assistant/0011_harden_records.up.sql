-- Mends the remaining eight tables without row level security: parts of mail, files and messages, usage, limits, audit and
-- notifications of all organizations were open to every user.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.audit_logs'::regclass;

-- A part is seen where the whole is.
ALTER TABLE email_attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY email_attachment_access_policy ON email_attachments
  FOR SELECT
  USING (EXISTS (SELECT FROM emails e WHERE e.id = email_attachments.email_id));
CREATE POLICY email_attachment_insert_policy ON email_attachments
  FOR INSERT
  WITH CHECK (EXISTS (SELECT FROM emails e WHERE e.id = email_attachments.email_id));
CREATE POLICY email_attachment_update_policy ON email_attachments
  FOR UPDATE
  USING (EXISTS (SELECT FROM emails e WHERE e.id = email_attachments.email_id));
CREATE POLICY email_attachment_delete_policy ON email_attachments
  FOR DELETE
  USING (EXISTS (
    SELECT FROM emails e
    WHERE e.id = email_attachments.email_id
    AND (
      e.department_id = ANY ((SELECT managed_department_ids())::uuid[])
      OR e.email_account_id = ANY ((SELECT managed_email_account_ids())::uuid[])
    )
  ));

ALTER TABLE file_content_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_content_chunk_policy ON file_content_chunks
  FOR ALL
  USING (EXISTS (SELECT FROM files f WHERE f.id = file_content_chunks.file_id));

-- Tool calls: seen with their message, recorded by the one whose conversation it is.
ALTER TABLE ai_tool_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY ai_tool_call_access_policy ON ai_tool_calls
  FOR SELECT
  USING (EXISTS (SELECT FROM messages m WHERE m.id = ai_tool_calls.message_id));
CREATE POLICY ai_tool_call_insert_policy ON ai_tool_calls
  FOR INSERT
  WITH CHECK (EXISTS (
    SELECT FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.id = ai_tool_calls.message_id AND c.user_id = (SELECT acting_user_id())
  ));
CREATE POLICY ai_tool_call_update_policy ON ai_tool_calls
  FOR UPDATE
  USING (EXISTS (
    SELECT FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.id = ai_tool_calls.message_id AND c.user_id = (SELECT acting_user_id())
  ));

-- Usage is added by its user and never changed: what it cost others is for those who manage them.
ALTER TABLE api_usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY api_usage_access_policy ON api_usage
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR organization_id = (SELECT administered_organization_id())
  );
CREATE POLICY api_usage_insert_policy ON api_usage
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND organization_id = (SELECT acting_organization_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
  );

-- Limits are read by those they bind and set by an admin.
ALTER TABLE usage_limits ENABLE ROW LEVEL SECURITY;
CREATE POLICY usage_limit_access_policy ON usage_limits
  FOR SELECT
  USING (
    scope_id = (SELECT acting_user_id())
    OR scope_id = (SELECT acting_organization_id())
    OR scope_id = ANY ((SELECT readable_department_ids())::uuid[])
    OR ((SELECT administered_organization_id()) IS NOT NULL AND scope_id IN (SELECT u.id FROM users u))
  );
CREATE POLICY usage_limit_insert_policy ON usage_limits
  FOR INSERT
  WITH CHECK (
    (SELECT administered_organization_id()) IS NOT NULL
    AND (
      scope_id = (SELECT administered_organization_id())
      OR scope_id = ANY ((SELECT managed_department_ids())::uuid[])
      OR scope_id IN (SELECT u.id FROM users u)
    )
  );
CREATE POLICY usage_limit_update_policy ON usage_limits
  FOR UPDATE
  USING (
    (SELECT administered_organization_id()) IS NOT NULL
    AND (
      scope_id = (SELECT administered_organization_id())
      OR scope_id = ANY ((SELECT managed_department_ids())::uuid[])
      OR scope_id IN (SELECT u.id FROM users u)
    )
  );
CREATE POLICY usage_limit_delete_policy ON usage_limits
  FOR DELETE
  USING (
    (SELECT administered_organization_id()) IS NOT NULL
    AND (
      scope_id = (SELECT administered_organization_id())
      OR scope_id = ANY ((SELECT managed_department_ids())::uuid[])
      OR scope_id IN (SELECT u.id FROM users u)
    )
  );
-- The policies look a limit up by what it is for, and no index led with that.
CREATE INDEX idx_usage_limits_scope_id ON usage_limits(scope_id);

ALTER TABLE cost_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY cost_setting_access_policy ON cost_settings
  FOR SELECT
  USING (organization_id = (SELECT acting_organization_id()));
CREATE POLICY cost_setting_insert_policy ON cost_settings
  FOR INSERT
  WITH CHECK (organization_id = (SELECT administered_organization_id()));
CREATE POLICY cost_setting_update_policy ON cost_settings
  FOR UPDATE
  USING (organization_id = (SELECT administered_organization_id()));
CREATE POLICY cost_setting_delete_policy ON cost_settings
  FOR DELETE
  USING (organization_id = (SELECT administered_organization_id()));

-- Audit: an admin reads the organization's, everybody adds what they did themselves, nobody changes or removes it.
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_log_access_policy ON audit_logs
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR organization_id = (SELECT administered_organization_id())
  );
CREATE POLICY audit_log_insert_policy ON audit_logs
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND organization_id = (SELECT acting_organization_id())
  );

-- Notifications: read and cleared by the one they are for, sent by colleagues' work.
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY notification_access_policy ON notifications
  FOR SELECT
  USING (user_id = (SELECT acting_user_id()));
CREATE POLICY notification_insert_policy ON notifications
  FOR INSERT
  WITH CHECK (EXISTS (SELECT FROM users u WHERE u.id = notifications.user_id));
CREATE POLICY notification_update_policy ON notifications
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()));
CREATE POLICY notification_delete_policy ON notifications
  FOR DELETE
  USING (user_id = (SELECT acting_user_id()));

RESET ROLE;
