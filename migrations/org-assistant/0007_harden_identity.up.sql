-- Mends who is asking: helpers that know the organization, pass over the deleted, and answer without rights of the caller's.
-- They run as the owner of the tables with a search path of their own, so that neither a temporary table nor a policy on
-- what they read can change the answer. What is made here belongs to that owner, whoever runs this.
-- What they call of each other stands in sub-selects, so that it is called once and not for every row.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Deleted users kept their access, and an empty setting (22P02) broke every query: both are nobody now.
CREATE FUNCTION acting_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id
  FROM public.users u
  WHERE u.id = nullif(current_setting('app.current_user_id', true), '')::uuid
  AND u.deleted_at IS NULL
$$;

-- The admin role had no organization: it is that of the user who holds it.
CREATE FUNCTION acting_organization_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.organization_id FROM public.users u WHERE u.id = (SELECT public.acting_user_id())
$$;

CREATE FUNCTION administered_organization_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.organization_id
  FROM public.users u
  WHERE u.id = (SELECT public.acting_user_id())
  AND EXISTS (
    SELECT FROM public.user_roles g
    JOIN public.roles r ON r.id = g.role_id
    WHERE g.user_id = u.id AND r.name = 'admin' AND g.department_id IS NULL
  )
$$;

-- A link to a department of another organization, which no constraint forbids, opened that department: it counts for nothing.
CREATE FUNCTION acting_department_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(d.id), '{}')
  FROM public.user_departments m
  JOIN public.departments d ON d.id = m.department_id
  WHERE m.user_id = (SELECT public.acting_user_id())
  AND d.organization_id = (SELECT public.acting_organization_id())
$$;

-- The role super_user ("Department administrator") occurred in no policy: it manages the departments it is granted for,
-- an admin all of the organization.
CREATE FUNCTION managed_department_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(d.id), '{}')
  FROM public.departments d
  WHERE d.organization_id = (SELECT public.administered_organization_id())
  OR (d.organization_id = (SELECT public.acting_organization_id()) AND EXISTS (
    SELECT FROM public.user_roles g
    JOIN public.roles r ON r.id = g.role_id
    WHERE g.user_id = (SELECT public.acting_user_id()) AND g.department_id = d.id AND r.name IN ('super_user', 'admin')
  ))
$$;

CREATE FUNCTION readable_department_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(DISTINCT d.id), '{}')
  FROM unnest(public.acting_department_ids() || public.managed_department_ids()) AS d(id)
$$;

-- The only thing that tells whose a mail is: the account it came by. An admin also minds the accounts of no department.
CREATE FUNCTION managed_email_account_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(a.id), '{}')
  FROM public.email_accounts a
  WHERE a.user_id = (SELECT public.acting_user_id())
  OR (a.department_id IS NULL AND a.organization_id = (SELECT public.administered_organization_id()))
$$;

-- Those and the shared accounts of one's departments.
CREATE FUNCTION usable_email_account_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT public.managed_email_account_ids() || coalesce(array_agg(a.id), '{}')
  FROM public.email_accounts a
  WHERE a.user_id IS NULL AND a.department_id = ANY (public.acting_department_ids())
$$;

CREATE FUNCTION own_calendar_account_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(a.id), '{}') FROM public.calendar_accounts a WHERE a.user_id = (SELECT public.acting_user_id())
$$;

-- Signing in comes before there is an identity, and the table of users will be closed until there is one.
CREATE FUNCTION sign_in_candidates(p_email text) RETURNS TABLE (id uuid, organization_id uuid, password_hash varchar)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id, u.organization_id, u.password_hash FROM public.users u WHERE u.email = p_email AND u.deleted_at IS NULL
$$;

-- Everybody may execute a new function unless told otherwise; these tell things, so only the application may.
REVOKE EXECUTE ON FUNCTION acting_user_id(), acting_organization_id(), administered_organization_id(),
  acting_department_ids(), managed_department_ids(), readable_department_ids(), managed_email_account_ids(),
  usable_email_account_ids(), own_calendar_account_ids(), sign_in_candidates(text) FROM PUBLIC;
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app') THEN
    GRANT EXECUTE ON FUNCTION acting_user_id(), acting_organization_id(), administered_organization_id(),
      acting_department_ids(), managed_department_ids(), readable_department_ids(), managed_email_account_ids(),
      usable_email_account_ids(), own_calendar_account_ids(), sign_in_candidates(text) TO org_assistant_app;
  ELSE
    RAISE NOTICE 'there is no role org_assistant_app: grant EXECUTE on the functions made here to the role of the application';
  END IF;
END
$body$;

RESET ROLE;
