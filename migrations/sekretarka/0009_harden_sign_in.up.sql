-- Brings what NextAuth does before it knows who is asking: with its tables closed it needs a door for each question, which only
-- opens to who knows an address, an account or a token already.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

CREATE FUNCTION find_sign_in(p_email text) RETURNS TABLE (id uuid, email varchar, password_hash varchar)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id, u.email, u.password_hash FROM public.users u WHERE lower(u.email) = lower(p_email) AND u.deleted_at IS NULL
$$;

CREATE FUNCTION find_account(p_provider text, p_provider_account_id text) RETURNS TABLE (id uuid, email varchar)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id, u.email
  FROM public.accounts a
  JOIN public.users u ON u.id = a.user_id
  WHERE a.provider = p_provider AND a.provider_account_id = p_provider_account_id AND u.deleted_at IS NULL
$$;

-- A session of a deleted user went on.
CREATE FUNCTION find_session(p_token text) RETURNS TABLE (user_id uuid, expires timestamp)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT s.user_id, s.expires
  FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  WHERE s.session_token = p_token AND s.expires > localtimestamp AND u.deleted_at IS NULL
$$;

CREATE FUNCTION sign_up(p_email text, p_name text, p_password_hash text) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO public.users (email, name, password_hash) VALUES (p_email, p_name, p_password_hash) RETURNING id
$$;

CREATE FUNCTION add_verification_token(p_identifier text, p_token text, p_expires timestamp) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO public.verification_tokens (identifier, token, expires) VALUES (p_identifier, p_token, p_expires)
$$;

CREATE FUNCTION take_verification_token(p_identifier text, p_token text) RETURNS TABLE (identifier varchar, expires timestamp)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM public.verification_tokens t
  WHERE t.identifier = p_identifier AND t.token = p_token
  RETURNING t.identifier, t.expires
$$;

-- For the application only.
REVOKE EXECUTE ON FUNCTION find_sign_in(text), find_account(text, text), find_session(text), sign_up(text, text, text),
    add_verification_token(text, text, timestamp), take_verification_token(text, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sekretarka_app') THEN
    GRANT EXECUTE ON FUNCTION find_sign_in(text), find_account(text, text), find_session(text), sign_up(text, text, text),
    add_verification_token(text, text, timestamp), take_verification_token(text, text) TO sekretarka_app;
  ELSE
    RAISE NOTICE 'there is no role sekretarka_app: grant EXECUTE on the functions made here to the role of the application';
  END IF;
END
$$;

RESET ROLE;
