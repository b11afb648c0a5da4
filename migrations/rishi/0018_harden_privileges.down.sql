-- Gives the rights back to an application that has the others.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app')
     AND has_table_privilege('rishi_app', 'users', 'SELECT') THEN
    GRANT UPDATE, DELETE ON system_events TO rishi_app;
    GRANT DELETE ON users TO rishi_app;
  END IF;
END
$$;
