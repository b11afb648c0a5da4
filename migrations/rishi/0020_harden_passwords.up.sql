-- Mends the password hashes, which everybody read of everybody whom they saw. Only signing in needs them, and find_sign_in
-- gives them to it; a password is still set, not read. Whoever adds a column to users has to grant it;
-- where a row lies is granted too, for lists go on by it.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app')
     AND has_table_privilege('rishi_app', 'users', 'SELECT') THEN
    REVOKE SELECT ON users FROM rishi_app;
    GRANT SELECT (
        tableoid, ctid, id, email, first_name, last_name, role, phone, avatar_url, is_active, email_verified,
        last_login_at, created_at, updated_at
    ) ON users TO rishi_app;
  END IF;
END
$body$;

RESET ROLE;
