-- Mends rights that no policy goes with: events are added to, users are deactivated.
-- Such a statement is refused now, where it found nothing and said nothing.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app')
     AND has_table_privilege('rishi_app', 'users', 'SELECT') THEN
    REVOKE UPDATE, DELETE ON system_events FROM rishi_app;
    REVOKE DELETE ON users FROM rishi_app;
  END IF;
END
$$;

RESET ROLE;
