-- The application's roles and their rights. Neither can log in: the owner holds the objects, the application's role is what people act through.
-- Roles belong to the whole cluster, so each is made only where it is missing; two runs at once do not trip over each other.
DO $body$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['org_assistant_owner', 'org_assistant_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another session was quicker
      END;
    END IF;
  END LOOP;
END
$body$;

GRANT USAGE ON SCHEMA public TO org_assistant_owner, org_assistant_app;
-- The policies' functions run with the caller's rights, so the role must read user_departments, user_roles and roles too.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO org_assistant_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO org_assistant_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO org_assistant_app;

-- The list of migrations is none of the application's business.
DO $body$
BEGIN
  IF to_regclass('public._sqlx_migrations') IS NOT NULL THEN
    REVOKE ALL ON public._sqlx_migrations FROM org_assistant_app;
  END IF;
END
$body$;
