-- Mends the password hashes, which everybody read of everybody whom they saw. Only signing in needs them, and find_sign_in
-- gives them to it; a password is still set, not read. Whoever adds a column to users has to grant it;
-- where a row lies is granted too, for lists go on by it.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

DO $body$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'users', 'SELECT') THEN
        REVOKE SELECT ON users FROM hastecrm_app;
        GRANT SELECT (
                tableoid, ctid, id, email, email_verified, first_name, last_name, avatar_url, phone, timezone, locale, google_id,
                google_refresh_token, microsoft_id, last_login_at, login_count, created_at, updated_at, deleted_at,
                preferences
        ) ON users TO hastecrm_app;
    END IF;
END
$body$;

RESET ROLE;
