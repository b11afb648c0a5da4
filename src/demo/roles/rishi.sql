-- The roles of rishi's application, neither of which can log in. Roles belong to the whole cluster, so each is made only
-- where it is missing; the grants belong to this database.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rishi_owner') THEN
    CREATE ROLE rishi_owner NOLOGIN; -- owns the objects
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rishi_app') THEN
    CREATE ROLE rishi_app NOLOGIN; -- what the application runs as: not the owner, so that row security would bind it
  END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO rishi_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rishi_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO rishi_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO rishi_app;

-- The list of migrations is none of the application's business.
DO $$
BEGIN
  IF to_regclass('public._sqlx_migrations') IS NOT NULL THEN
    REVOKE ALL ON public._sqlx_migrations FROM rishi_app;
  END IF;
END
$$;
