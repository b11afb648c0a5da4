-- Brings who is asking: the application says it in the setting app.user_id, for each transaction, and nothing here told the
-- database before. All helpers run as the owner of the tables, with a search path of their own and once per statement; what is
-- made here belongs to that owner, whoever runs this.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Deleted users are nobody, and so is a setting that is missing or empty.
CREATE FUNCTION acting_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.id
  FROM public.users u
  WHERE u.id = nullif(current_setting('app.user_id', true), '')::uuid
  AND u.deleted_at IS NULL
$$;

-- There is no table of memberships: one belongs to what one owns and to where one is on the active staff.
CREATE FUNCTION owned_organization_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM public.organizations o
  WHERE o.owner_id = public.acting_user_id() AND o.deleted_at IS NULL
$$;

CREATE FUNCTION acting_organization_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(o.id), '{}')
  FROM public.organizations o
  WHERE o.deleted_at IS NULL
  AND (o.owner_id = public.acting_user_id() OR EXISTS (
    SELECT FROM public.staff s
    WHERE s.organization_id = o.id AND s.user_id = public.acting_user_id() AND s.is_active AND s.deleted_at IS NULL
  ))
$$;

-- The platform's administrators mind users, subscriptions and usage of all organizations, not their calls and clients.
CREATE FUNCTION is_platform_admin() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.users u WHERE u.id = public.acting_user_id() AND u.role = 'admin')
$$;

-- What a policy cannot compare by itself, the row as it was: whether a user keeps role and subscription.
CREATE FUNCTION keeps_standing(
  user_id uuid, role text, status text, tier text, customer_id text, trial_ends_at timestamp, deleted_at timestamp
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.users u
    WHERE u.id = $1
    AND (u.role::text, u.subscription_status::text, u.subscription_tier::text, u.stripe_customer_id::text, u.trial_ends_at)
      IS NOT DISTINCT FROM ($2, $3, $4, $5, $6)
    AND (u.deleted_at IS NULL OR $7 IS NOT NULL)
  )
$$;

-- Whether an entry of the staff keeps its title; the same way around the policies of staff.
CREATE FUNCTION keeps_title(staff_id uuid, role text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.staff s WHERE s.id = $1 AND s.role::text IS NOT DISTINCT FROM $2)
$$;

-- Everybody may execute a new function unless told otherwise; these tell things, so only the application may.
REVOKE EXECUTE ON FUNCTION acting_user_id(), acting_organization_ids(), owned_organization_ids(), is_platform_admin(),
    keeps_standing(uuid, text, text, text, text, timestamp, timestamp), keeps_title(uuid, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sekretarka_app') THEN
    GRANT EXECUTE ON FUNCTION acting_user_id(), acting_organization_ids(), owned_organization_ids(), is_platform_admin(),
    keeps_standing(uuid, text, text, text, text, timestamp, timestamp), keeps_title(uuid, text) TO sekretarka_app;
  ELSE
    RAISE NOTICE 'there is no role sekretarka_app: grant EXECUTE on the functions made here to the role of the application';
  END IF;
END
$$;

RESET ROLE;
