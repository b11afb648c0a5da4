-- Mends rights that no policy goes with: events are added to, users and one-time tokens are made by the functions of sign-in.
-- Such a statement is refused now, where it found nothing and said nothing.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sekretarka_app')
     AND has_table_privilege('sekretarka_app', 'users', 'SELECT') THEN
    REVOKE UPDATE, DELETE ON analytics_events FROM sekretarka_app;
    REVOKE DELETE ON organizations FROM sekretarka_app;
    REVOKE INSERT, DELETE ON users FROM sekretarka_app;
    REVOKE INSERT, UPDATE, DELETE ON verification_tokens FROM sekretarka_app;
  END IF;
END
$$;

RESET ROLE;
