-- Brings who is asking: the application says it in the setting app.user_id, for each transaction, and nothing here told the
-- database before. All helpers run as the owner of the tables, with a search path of their own and once per statement; what is
-- made here belongs to that owner, whoever runs this.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Deactivated users are nobody, and so is a setting that is missing or empty.
CREATE FUNCTION acting_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id
  FROM public.users u
  WHERE u.id = nullif(current_setting('app.user_id', true), '')::uuid
  AND u.is_active
$$;

-- Of the two role columns the membership's counts, whatever users.role says. Internal organizations are unrestricted, as
-- documented, for those of them whose role is an internal one.
CREATE FUNCTION acting_organization_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM public.organizations o
  WHERE o.is_active
  AND EXISTS (
    SELECT FROM public.user_organizations m
    JOIN public.organizations home ON home.id = m.organization_id AND home.is_active
    WHERE m.user_id = public.acting_user_id()
    AND (
      (m.organization_id = o.id)
      OR (home.type = 'internal' AND m.role IN ('super_admin', 'internal_admin', 'internal_field_manager'))
    )
  )
$$;

-- Those where one does more than look: everybody but a client's users.
CREATE FUNCTION working_organization_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM public.organizations o
  WHERE o.is_active
  AND EXISTS (
    SELECT FROM public.user_organizations m
    JOIN public.organizations home ON home.id = m.organization_id AND home.is_active
    WHERE m.user_id = public.acting_user_id()
    AND (
      (m.organization_id = o.id AND m.role <> 'client_user')
      OR (home.type = 'internal' AND m.role IN ('super_admin', 'internal_admin', 'internal_field_manager'))
    )
  )
$$;

-- Those whose places, brands and members one looks after.
CREATE FUNCTION managed_organization_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM public.organizations o
  WHERE o.is_active
  AND EXISTS (
    SELECT FROM public.user_organizations m
    JOIN public.organizations home ON home.id = m.organization_id AND home.is_active
    WHERE m.user_id = public.acting_user_id()
    AND (
      (m.organization_id = o.id AND m.role IN ('super_admin', 'internal_admin', 'client_manager'))
      OR (home.type = 'internal' AND m.role IN ('super_admin', 'internal_admin'))
    )
  )
$$;

CREATE FUNCTION manages_platform() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.user_organizations m
    JOIN public.organizations home ON home.id = m.organization_id AND home.is_active
    WHERE m.user_id = public.acting_user_id() AND home.type = 'internal' AND m.role IN ('super_admin', 'internal_admin')
  )
$$;

-- What a policy cannot compare by itself, the row as it was: whether a user keeps role and standing.
CREATE FUNCTION keeps_standing(user_id uuid, role public.user_role, is_active boolean, email_verified boolean) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.users u
    WHERE u.id = $1 AND (u.role, u.is_active, u.email_verified) IS NOT DISTINCT FROM ($2, $3, $4)
  )
$$;

-- Everybody may execute a new function unless told otherwise; these tell things, so only the application may.
REVOKE EXECUTE ON FUNCTION acting_user_id(), acting_organization_ids(), working_organization_ids(), managed_organization_ids(),
    manages_platform(), keeps_standing(uuid, user_role, boolean, boolean) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rishi_app') THEN
    GRANT EXECUTE ON FUNCTION acting_user_id(), acting_organization_ids(), working_organization_ids(), managed_organization_ids(),
    manages_platform(), keeps_standing(uuid, user_role, boolean, boolean) TO rishi_app;
  ELSE
    RAISE NOTICE 'there is no role rishi_app: grant EXECUTE on the functions made here to the role of the application';
  END IF;
END
$$;

RESET ROLE;
