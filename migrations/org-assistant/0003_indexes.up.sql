-- Brings the indexes: those given with each table, then full-text search, then those added for speed.

CREATE INDEX idx_users_email ON users(email);
CREATE INDEX idx_users_organization ON users(organization_id);

CREATE INDEX idx_user_departments_user ON user_departments(user_id);
CREATE INDEX idx_user_departments_department ON user_departments(department_id);

CREATE INDEX idx_user_roles_user ON user_roles(user_id);
CREATE INDEX idx_user_roles_department ON user_roles(department_id);

CREATE INDEX idx_conversations_user ON conversations(user_id);
CREATE INDEX idx_conversations_department ON conversations(department_id);
CREATE INDEX idx_conversations_last_message ON conversations(last_message_at DESC);

CREATE INDEX idx_messages_conversation ON messages(conversation_id, created_at);

CREATE INDEX idx_email_accounts_user ON email_accounts(user_id);
CREATE INDEX idx_email_accounts_department ON email_accounts(department_id);

CREATE INDEX idx_emails_account ON emails(email_account_id);
CREATE INDEX idx_emails_department ON emails(department_id);
CREATE INDEX idx_emails_received ON emails(received_at DESC);
CREATE INDEX idx_emails_unread ON emails(unread) WHERE unread = true;
CREATE INDEX idx_emails_thread ON emails(thread_id);
CREATE INDEX idx_emails_from ON emails(from_email);

CREATE INDEX idx_email_attachments_email ON email_attachments(email_id);
CREATE INDEX idx_email_attachments_file ON email_attachments(file_id);

CREATE INDEX idx_files_user ON files(user_id);
CREATE INDEX idx_files_department ON files(department_id);
CREATE INDEX idx_files_conversation ON files(conversation_id);
CREATE INDEX idx_files_indexed ON files(indexed) WHERE indexed = false;

CREATE INDEX idx_file_chunks_file ON file_content_chunks(file_id);

CREATE INDEX idx_embeddings_department ON embeddings(department_id);
CREATE INDEX idx_embeddings_source ON embeddings(source_type, source_id);

-- Only pgvector has ivfflat; over the stand-in type there is no such index.
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_am WHERE amname = 'ivfflat') THEN
    CREATE INDEX idx_embeddings_vector ON embeddings USING ivfflat (embedding vector_cosine_ops);
  ELSE
    RAISE NOTICE 'without pgvector there is no index idx_embeddings_vector';
  END IF;
END
$body$;

CREATE INDEX idx_tool_calls_message ON ai_tool_calls(message_id);
CREATE INDEX idx_tool_calls_status ON ai_tool_calls(status) WHERE status = 'pending';

CREATE INDEX idx_calendar_accounts_user ON calendar_accounts(user_id);
CREATE INDEX idx_calendar_accounts_department ON calendar_accounts(department_id);

CREATE INDEX idx_calendar_events_account ON calendar_events(calendar_account_id);
CREATE INDEX idx_calendar_events_department ON calendar_events(department_id);
CREATE INDEX idx_calendar_events_time ON calendar_events(start_time, end_time);

CREATE INDEX idx_api_usage_user ON api_usage(user_id, created_at DESC);
CREATE INDEX idx_api_usage_department ON api_usage(department_id, created_at DESC);
CREATE INDEX idx_api_usage_organization ON api_usage(organization_id, created_at DESC);
CREATE INDEX idx_api_usage_date ON api_usage(created_at DESC);

CREATE INDEX idx_usage_limits_scope ON usage_limits(scope_type, scope_id);
CREATE INDEX idx_usage_limits_period ON usage_limits(period_start DESC);

CREATE INDEX idx_cost_settings_org ON cost_settings(organization_id);
CREATE INDEX idx_cost_settings_dept ON cost_settings(department_id) WHERE department_id IS NOT NULL;
CREATE INDEX idx_cost_settings_user ON cost_settings(user_id) WHERE user_id IS NOT NULL;

CREATE INDEX idx_audit_logs_user ON audit_logs(user_id);
CREATE INDEX idx_audit_logs_organization ON audit_logs(organization_id);
CREATE INDEX idx_audit_logs_department ON audit_logs(department_id);
CREATE INDEX idx_audit_logs_action ON audit_logs(action_type);
CREATE INDEX idx_audit_logs_created ON audit_logs(created_at DESC);

CREATE INDEX idx_notifications_user ON notifications(user_id);
CREATE INDEX idx_notifications_unread ON notifications(user_id, read) WHERE read = false;
CREATE INDEX idx_notifications_created ON notifications(created_at DESC);

CREATE INDEX idx_emails_fulltext ON emails USING GIN (
  to_tsvector('english', COALESCE(subject, '') || ' ' || COALESCE(body_text, '') || ' ' || COALESCE(preview, ''))
);
CREATE INDEX idx_files_fulltext ON files USING GIN (
  to_tsvector('english', COALESCE(filename, '') || ' ' || COALESCE(extracted_content, ''))
);

CREATE INDEX idx_messages_conversation_created ON messages(conversation_id, created_at DESC);
CREATE INDEX idx_emails_from_lower ON emails(LOWER(from_email));
CREATE INDEX idx_files_created ON files(created_at DESC);
-- the document has tstzrange(start_time, end_time): tsrange instead because the columns have no zone, and a cast that depends on the session's zone cannot be indexed (42P17).
CREATE INDEX idx_calendar_events_time_range ON calendar_events USING GIST (tsrange(start_time, end_time));
