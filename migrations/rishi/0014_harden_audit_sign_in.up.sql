-- Mends the record of changes, and brings what the application does before it knows who is asking.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Password hashes were copied into the events, nobody was named in them, and whoever could not write events could not write at
-- all: the function runs as the owner now. Hashes that are in old events stay there until somebody removes them.
CREATE OR REPLACE FUNCTION audit_trigger_function()
RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  changed jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO public.system_events (event_type, source, entity_type, entity_id, user_id, organization_id, event_data, timestamp)
  VALUES (
    TG_OP,
    'database_trigger',
    TG_TABLE_NAME,
    (changed ->> 'id')::uuid,
    (SELECT u.id FROM public.users u WHERE u.id = public.acting_user_id()),
    (SELECT o.id FROM public.organizations o WHERE o.id = (changed ->> 'organization_id')::uuid),
    (changed - 'password_hash')::text,
    now()
  );

  RETURN COALESCE(NEW, OLD);
END;
$$;

-- The table of users will be closed until there is an identity.
CREATE FUNCTION find_sign_in(p_email text) RETURNS TABLE (id uuid, email varchar, password_hash varchar)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id, u.email, u.password_hash FROM public.users u WHERE u.email = p_email AND u.is_active
$$;

-- A new user belongs nowhere and so is seen by nobody until the membership is there: a manager makes both at once.
CREATE FUNCTION invite_user(
  p_organization_id uuid, p_role public.user_role, p_email text, p_first_name text, p_last_name text, p_password_hash text
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  invited uuid;
BEGIN
  IF p_organization_id <> ALL (public.managed_organization_ids())
     OR (p_role IN ('super_admin', 'internal_admin', 'internal_field_manager') AND NOT public.manages_platform()) THEN
    RAISE EXCEPTION 'not yours to invite' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO public.users (email, password_hash, first_name, last_name, role)
  VALUES (p_email, p_password_hash, p_first_name, p_last_name, p_role)
  RETURNING id INTO invited;
  INSERT INTO public.user_organizations (user_id, organization_id, role, is_default)
  VALUES (invited, p_organization_id, p_role, true);
  RETURN invited;
END
$$;

REVOKE EXECUTE ON FUNCTION find_sign_in(text), invite_user(uuid, user_role, text, text, text, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app') THEN
    GRANT EXECUTE ON FUNCTION find_sign_in(text), invite_user(uuid, user_role, text, text, text, text) TO rishi_app;
  ELSE
    RAISE NOTICE 'there is no role rishi_app: grant EXECUTE on the functions made here to the role of the application';
  END IF;
END
$$;

RESET ROLE;
