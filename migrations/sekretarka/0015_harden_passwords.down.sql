-- Gives the column back to an application that has the others.
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sekretarka_app')
     AND has_column_privilege('sekretarka_app', 'users', 'id', 'SELECT') THEN
    REVOKE SELECT ON users FROM sekretarka_app;
    GRANT SELECT ON users TO sekretarka_app;
  END IF;
END
$body$;
