-- Gives the columns back to an application that has the others.
DROP FUNCTION own_google_refresh_token();
DO $body$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app')
       AND has_column_privilege('hastecrm_app', 'users', 'id', 'SELECT') THEN
        REVOKE SELECT ON users FROM hastecrm_app;
        GRANT SELECT ON users TO hastecrm_app;
    END IF;
END
$body$;
