-- Mends the password hashes, which everybody read of everybody whom they saw. Only signing in needs them, and sign_in_candidates
-- gives them to it; a password is still set, not read. Whoever adds a column to users has to grant it;
-- where a row lies is granted too, for lists go on by it.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app')
     AND has_table_privilege('org_assistant_app', 'users', 'SELECT') THEN
    REVOKE SELECT ON users FROM org_assistant_app;
    GRANT SELECT (
        tableoid, ctid, id, organization_id, email, username, name, avatar_url, preferences, last_login_at, created_at,
        updated_at, deleted_at
    ) ON users TO org_assistant_app;
  END IF;
END
$body$;

RESET ROLE;
