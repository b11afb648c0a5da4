-- Gives the column back to an application that has the others.
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app')
     AND has_column_privilege('rishi_app', 'users', 'id', 'SELECT') THEN
    REVOKE SELECT ON users FROM rishi_app;
    GRANT SELECT ON users TO rishi_app;
  END IF;
END
$body$;
