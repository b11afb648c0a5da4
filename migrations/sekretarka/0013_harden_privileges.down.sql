-- Gives the rights back to an application that has the others.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sekretarka_app')
     AND has_table_privilege('sekretarka_app', 'users', 'SELECT') THEN
    GRANT UPDATE, DELETE ON analytics_events TO sekretarka_app;
    GRANT DELETE ON organizations TO sekretarka_app;
    GRANT INSERT, DELETE ON users TO sekretarka_app;
    GRANT INSERT, UPDATE, DELETE ON verification_tokens TO sekretarka_app;
  END IF;
END
$$;
