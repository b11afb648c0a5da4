-- Gives the column back to an application that has the others.
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app')
     AND has_column_privilege('org_assistant_app', 'users', 'id', 'SELECT') THEN
    REVOKE SELECT ON users FROM org_assistant_app;
    GRANT SELECT ON users TO org_assistant_app;
  END IF;
END
$body$;
