-- Mends rights that no policy goes with: usage and audit are added to, organizations and roles are the platform's.
-- Such a statement is refused now, where it found nothing and said nothing.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app')
     AND has_table_privilege('org_assistant_app', 'users', 'SELECT') THEN
    REVOKE DELETE ON ai_tool_calls FROM org_assistant_app;
    REVOKE UPDATE, DELETE ON api_usage, audit_logs FROM org_assistant_app;
    REVOKE INSERT, DELETE ON organizations FROM org_assistant_app;
    REVOKE INSERT, UPDATE, DELETE ON roles FROM org_assistant_app;
  END IF;
END
$body$;

RESET ROLE;
