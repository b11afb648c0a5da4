-- Mends what the application does before it knows who is asking, or for somebody who has no identity: with the tables closed it
-- needs a door for each, and no more than that.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- Signing in by address or by the id that Google gave.
CREATE FUNCTION find_sign_in(p_email text, p_google_id text)
RETURNS TABLE (id uuid, email varchar, password_hash varchar, google_id varchar)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT u.id, u.email, u.password_hash, u.google_id
    FROM public.users u
    WHERE (u.email = p_email OR u.google_id = p_google_id) AND u.deleted_at IS NULL
$$;

-- Signing up, and the account of somebody who is invited.
CREATE FUNCTION register_user(p_email text, p_first_name text, p_last_name text, p_password_hash text) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO public.users (email, first_name, last_name, password_hash)
    VALUES (p_email, p_first_name, p_last_name, p_password_hash)
    RETURNING id
$$;

-- A workspace has an owner from its first moment.
CREATE FUNCTION found_workspace(p_name text, p_slug text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    founder uuid := public.acting_user_id();
    founded uuid;
BEGIN
    IF founder IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.workspaces (name, slug) VALUES (p_name, p_slug) RETURNING id INTO founded;
    INSERT INTO public.workspace_members (workspace_id, user_id, role, status, joined_at)
    VALUES (founded, founder, 'owner', 'active', now());
    RETURN founded;
END
$$;

-- Opens and clicks are reported by readers of the mail, who are nobody here and know its tracking id.
CREATE FUNCTION record_tracking_event(p_tracking_id uuid, p_event_type text, p_address inet, p_agent text, p_link text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO public.email_tracking_events (email_id, event_type, ip_address, user_agent, link_url)
    SELECT e.id, p_event_type, p_address, p_agent, p_link
    FROM public.emails e
    WHERE e.tracking_id = p_tracking_id
$$;

-- For the application only.
REVOKE EXECUTE ON FUNCTION find_sign_in(text, text), register_user(text, text, text, text), found_workspace(text, text),
    record_tracking_event(uuid, text, inet, text, text) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        GRANT EXECUTE ON FUNCTION find_sign_in(text, text), register_user(text, text, text, text), found_workspace(text, text),
        record_tracking_event(uuid, text, inet, text, text) TO hastecrm_app;
    ELSE
        RAISE NOTICE 'there is no role hastecrm_app: grant EXECUTE on the functions made here to the role of the application';
    END IF;
END
$$;

RESET ROLE;
