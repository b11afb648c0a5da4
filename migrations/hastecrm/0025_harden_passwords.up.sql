-- Mends the password hashes and the tokens for Google, which everybody read of everybody whom they saw. Only signing in needs a
-- hash, and find_sign_in gives it; a token is for its owner alone. Both are still set, not read. Whoever adds a column to users
-- has to grant it; where a row lies is granted too, for lists go on by it.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

CREATE FUNCTION own_google_refresh_token() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT u.google_refresh_token FROM public.users u WHERE u.id = public.acting_user_id()
$$;
REVOKE EXECUTE ON FUNCTION own_google_refresh_token() FROM PUBLIC;

DO $body$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        GRANT EXECUTE ON FUNCTION own_google_refresh_token() TO hastecrm_app;
    ELSE
        RAISE NOTICE 'there is no role hastecrm_app: grant EXECUTE on the functions made here to the role of the application';
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_table_privilege('hastecrm_app', 'users', 'SELECT') THEN
        REVOKE SELECT ON users FROM hastecrm_app;
        GRANT SELECT (
                tableoid, ctid, id, email, email_verified, first_name, last_name, avatar_url, phone, timezone, locale, google_id,
                microsoft_id, last_login_at, login_count, created_at, updated_at, deleted_at,
                preferences
        ) ON users TO hastecrm_app;
    END IF;
END
$body$;

RESET ROLE;
