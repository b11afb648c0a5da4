-- Mends rights that no policy goes with, and those that row level security does not restrict: whoever may TRUNCATE empties a
-- table whatever its policies say, and a trigger of one's own sees every row. The service keeps all of them.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $$
DECLARE
  app text;
  closed text;
BEGIN
  FOREACH app IN ARRAY ARRAY['anon', 'authenticated'] LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = app);
    CONTINUE WHEN NOT has_table_privilege(app, 'users', 'SELECT');
    EXECUTE format('REVOKE INSERT, DELETE ON ai_insights, organizations FROM %I', app);
    EXECUTE format('REVOKE INSERT ON ai_patterns FROM %I', app);
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_log FROM %I', app);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON feature_flags, org_feature_overrides FROM %I', app);
    FOREACH closed IN ARRAY ARRAY[
      'organizations', 'users', 'executive_profiles', 'user_executive_assignments', 'direct_reports', 'family_members',
      'memberships', 'meetings', 'contacts', 'tasks', 'approvals', 'delegations', 'key_dates', 'concierge_services',
      'ai_insights', 'ai_patterns', 'ai_conversations', 'ai_messages', 'ai_embeddings', 'integrations',
      'calendar_sync_tokens', 'audit_log', 'notifications', 'invitations', 'feature_flags', 'org_feature_overrides'
    ] LOOP
      EXECUTE format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON %I FROM %I', closed, app);
    END LOOP;
  END LOOP;
END;
$$;

RESET ROLE;
