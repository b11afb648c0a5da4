-- The roles of the application, as Supabase has them. PostgREST sets one of the three for each request, together with
-- the claims of its JWT; jenifer_owner owns the schema. None can log in. Roles belong to the cluster, so each is made
-- only where it is missing.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jenifer_owner') THEN
    CREATE ROLE jenifer_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
    CREATE ROLE anon NOLOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
    CREATE ROLE authenticated NOLOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service_role') THEN
    CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
  END IF;
END;
$$;

-- Everything in public is open to all three, anon too: only row level security stands between them and the rows, and
-- where it is off nothing does.
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated, service_role;
GRANT ALL ON ALL ROUTINES IN SCHEMA public TO anon, authenticated, service_role;

-- The policies call auth.uid() and auth.user_org_id(); the accounts with their password hashes stay closed.
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA auth TO anon, authenticated, service_role;

-- The security definer functions run as the owner, who needs the schema even where it belongs to somebody else.
GRANT USAGE ON SCHEMA public, auth TO jenifer_owner;

-- The list of migrations is none of the application's business.
DO $$
BEGIN
  IF to_regclass('public._sqlx_migrations') IS NOT NULL THEN
    REVOKE ALL ON public._sqlx_migrations FROM anon, authenticated, service_role;
  END IF;
END
$$;
