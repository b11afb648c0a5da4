-- Gives the rights back to an application that has the others.
DO $$
DECLARE
  app text;
  closed text;
BEGIN
  FOREACH app IN ARRAY ARRAY['anon', 'authenticated'] LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = app);
    CONTINUE WHEN NOT has_table_privilege(app, 'users', 'SELECT');
    EXECUTE format('GRANT INSERT, DELETE ON ai_insights, organizations TO %I', app);
    EXECUTE format('GRANT INSERT ON ai_patterns TO %I', app);
    EXECUTE format('GRANT UPDATE, DELETE ON audit_log TO %I', app);
    EXECUTE format('GRANT INSERT, UPDATE, DELETE ON feature_flags, org_feature_overrides TO %I', app);
    FOREACH closed IN ARRAY ARRAY[
      'organizations', 'users', 'executive_profiles', 'user_executive_assignments', 'direct_reports', 'family_members',
      'memberships', 'meetings', 'contacts', 'tasks', 'approvals', 'delegations', 'key_dates', 'concierge_services',
      'ai_insights', 'ai_patterns', 'ai_conversations', 'ai_messages', 'ai_embeddings', 'integrations',
      'calendar_sync_tokens', 'audit_log', 'notifications', 'invitations', 'feature_flags', 'org_feature_overrides'
    ] LOOP
      EXECUTE format('GRANT TRUNCATE, REFERENCES, TRIGGER ON %I TO %I', closed, app);
    END LOOP;
  END LOOP;
END;
$$;
