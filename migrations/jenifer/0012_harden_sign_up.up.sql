-- Mends the two trigger functions that run as the owner, and how people get in.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Without a search path a temporary table could take the audit log's place. An organization or a user that is just being
-- deleted is left out, where the audit log's foreign keys forbade the deletion.
CREATE OR REPLACE FUNCTION log_audit_event()
RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  old_data JSONB;
  new_data JSONB;
  action_type VARCHAR(50);
BEGIN
  IF TG_OP = 'INSERT' THEN
    action_type := 'create';
    new_data := to_jsonb(NEW);
    old_data := NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    action_type := 'update';
    old_data := to_jsonb(OLD);
    new_data := to_jsonb(NEW);
  ELSIF TG_OP = 'DELETE' THEN
    action_type := 'delete';
    old_data := to_jsonb(OLD);
    new_data := NULL;
  END IF;

  INSERT INTO public.audit_log (org_id, user_id, action, entity_type, entity_id, old_values, new_values)
  VALUES (
    (SELECT o.id FROM public.organizations o WHERE o.id = COALESCE(NEW.org_id, OLD.org_id)),
    (SELECT u.id FROM public.users u WHERE u.id = auth.uid()),
    action_type,
    TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id),
    old_data,
    new_data
  );

  RETURN COALESCE(NEW, OLD);
END;
$$;

-- An expired invitation let people in, the invited role was lost, and one invitation could be used again. Who has none got an
-- organization that does not exist, so could not sign up at all: they get no profile until they found an organization.
CREATE OR REPLACE FUNCTION handle_new_user()
RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  invitation public.invitations;
BEGIN
  SELECT i.* INTO invitation
  FROM public.invitations i
  WHERE i.email = NEW.email AND i.status = 'pending' AND i.expires_at > now()
  ORDER BY i.created_at DESC
  LIMIT 1;

  IF FOUND THEN
    INSERT INTO public.users (id, email, org_id, role)
    VALUES (NEW.id, NEW.email, invitation.org_id, invitation.role)
    ON CONFLICT (id) DO NOTHING;
    UPDATE public.invitations SET status = 'accepted', accepted_at = now() WHERE id = invitation.id;
  END IF;

  RETURN NEW;
END;
$$;

-- There was no way to make an organization: whoever has signed up and belongs to none becomes the admin of a new one.
CREATE FUNCTION found_organization(p_name TEXT, p_slug TEXT)
RETURNS UUID LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  founded UUID := gen_random_uuid();
BEGIN
  INSERT INTO public.organizations (id, name, slug, trial_ends_at) VALUES (founded, p_name, p_slug, now() + INTERVAL '14 days');
  INSERT INTO public.users (id, email, phone, org_id, role)
  SELECT a.id, COALESCE(a.email, ''), a.phone, founded, 'admin' FROM auth.users a WHERE a.id = auth.uid() AND a.deleted_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN founded;
END;
$$;

-- Every visitor could read every invitation with its token: the page that accepts one knows the token already.
CREATE FUNCTION find_invitation(p_token TEXT)
RETURNS TABLE (organization VARCHAR, email VARCHAR, role VARCHAR, expires_at TIMESTAMPTZ)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT o.name, i.email, i.role, i.expires_at
  FROM public.invitations i
  JOIN public.organizations o ON o.id = i.org_id
  WHERE i.token = p_token AND i.status = 'pending' AND i.expires_at > now()
$$;

-- Only for those who need them: founding for users, looking an invitation up for visitors too.
REVOKE EXECUTE ON FUNCTION found_organization(TEXT, TEXT), find_invitation(TEXT) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
    GRANT EXECUTE ON FUNCTION found_organization(TEXT, TEXT), find_invitation(TEXT) TO authenticated;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
    GRANT EXECUTE ON FUNCTION find_invitation(TEXT) TO anon;
  END IF;
END;
$$;

RESET ROLE;
