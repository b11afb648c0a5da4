-- Gives the rights back to an application that has the others.
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app')
     AND has_table_privilege('org_assistant_app', 'users', 'SELECT') THEN
    GRANT DELETE ON ai_tool_calls TO org_assistant_app;
    GRANT UPDATE, DELETE ON api_usage, audit_logs TO org_assistant_app;
    GRANT INSERT, DELETE ON organizations TO org_assistant_app;
    GRANT INSERT, UPDATE, DELETE ON roles TO org_assistant_app;
  END IF;
END
$body$;
