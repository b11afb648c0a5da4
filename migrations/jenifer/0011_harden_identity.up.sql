-- Mends who is asking. All helpers run as the owner of the tables, with a search path of their own and once per statement;
-- what is made here belongs to that owner, whoever runs this.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Without a search path a temporary table called users took this over; as a volatile function it ran for every row; and
-- locked or deleted users, and those of deleted organizations, kept their access.
CREATE OR REPLACE FUNCTION auth.user_org_id()
RETURNS UUID LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT u.org_id
  FROM public.users u
  JOIN public.organizations o ON o.id = u.org_id
  WHERE u.id = auth.uid() AND u.is_active AND u.deleted_at IS NULL AND o.deleted_at IS NULL
$$;

-- Rows that are one's own were open to locked and deleted users by auth.uid() alone.
CREATE FUNCTION auth.active_uid()
RETURNS UUID LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT auth.uid() WHERE auth.user_org_id() IS NOT NULL
$$;

CREATE FUNCTION auth.is_org_admin()
RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.users u WHERE u.id = auth.active_uid() AND u.role = 'admin')
$$;

-- Whom one looks after; an admin everybody of the organization.
CREATE FUNCTION auth.assigned_executive_ids()
RETURNS UUID[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(e.id), '{}')
  FROM public.executive_profiles e
  WHERE e.org_id = auth.user_org_id()
  AND (auth.is_org_admin() OR EXISTS (
    SELECT FROM public.user_executive_assignments a WHERE a.executive_id = e.id AND a.user_id = auth.active_uid()
  ))
$$;

-- The permissions of an assignment were written down and enforced nowhere.
CREATE FUNCTION auth.writable_executive_ids(area TEXT)
RETURNS UUID[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(e.id), '{}')
  FROM public.executive_profiles e
  WHERE e.org_id = auth.user_org_id()
  AND (auth.is_org_admin() OR EXISTS (
    SELECT FROM public.user_executive_assignments a
    WHERE a.executive_id = e.id AND a.user_id = auth.active_uid() AND a.permissions -> area ? 'write'
  ))
$$;

-- What a policy cannot compare by itself, the row as it was: whether a user keeps organization, role and standing …
CREATE FUNCTION auth.keeps_standing(
  user_id UUID, org_id UUID, role TEXT, permissions JSONB, is_active BOOLEAN, deleted_at TIMESTAMPTZ
)
RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.users u
    WHERE u.id = $1
    AND (u.org_id, u.role::text, u.permissions, u.is_active, u.deleted_at) IS NOT DISTINCT FROM ($2, $3, $4, $5, $6)
  )
$$;

-- … and whether an organization keeps what it pays for.
CREATE FUNCTION auth.keeps_subscription(
  org_id UUID, tier TEXT, status TEXT, trial_ends_at TIMESTAMPTZ, customer_id TEXT, subscription_id TEXT, deleted_at TIMESTAMPTZ
)
RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.organizations o
    WHERE o.id = $1
    AND (o.subscription_tier::text, o.subscription_status::text, o.trial_ends_at, o.stripe_customer_id::text,
      o.stripe_subscription_id::text, o.deleted_at) IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, $7)
  )
$$;

-- Everybody may execute a function unless told otherwise. The visitor's role stays able to, or its queries would fail where
-- they should find nothing.
REVOKE EXECUTE ON FUNCTION auth.user_org_id(), auth.active_uid(), auth.is_org_admin(), auth.assigned_executive_ids(),
  auth.writable_executive_ids(text),
  auth.keeps_standing(UUID, UUID, TEXT, JSONB, BOOLEAN, TIMESTAMPTZ),
  auth.keeps_subscription(UUID, TEXT, TEXT, TIMESTAMPTZ, TEXT, TEXT, TIMESTAMPTZ) FROM PUBLIC;
DO $$
DECLARE
  app text;
BEGIN
  FOREACH app IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = app) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION auth.user_org_id(), auth.active_uid(), auth.is_org_admin(),
        auth.assigned_executive_ids(), auth.writable_executive_ids(text),
        auth.keeps_standing(UUID, UUID, TEXT, JSONB, BOOLEAN, TIMESTAMPTZ),
        auth.keeps_subscription(UUID, TEXT, TEXT, TIMESTAMPTZ, TEXT, TEXT, TIMESTAMPTZ) TO %I', app);
    ELSE
      RAISE NOTICE 'there is no role %: grant it EXECUTE on the functions of schema auth when it is made', app;
    END IF;
  END LOOP;
END;
$$;

RESET ROLE;
