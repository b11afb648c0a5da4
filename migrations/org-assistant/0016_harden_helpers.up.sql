-- Mends the two old helpers, which no policy here calls any more and a new one may: they read with the rights of whoever asked,
-- so that a role without SELECT on what they read was refused, row level security on it made them blind, and a policy on
-- user_roles that called one ran for ever. Both answer for the user who asks, and for nobody else.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

CREATE OR REPLACE FUNCTION get_user_department_ids(p_user_id UUID)
RETURNS UUID[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT array_agg(m.department_id)
  FROM public.user_departments m
  WHERE m.user_id = p_user_id
  AND p_user_id = public.acting_user_id()
$$;

CREATE OR REPLACE FUNCTION is_user_admin(p_user_id UUID)
RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.user_roles g
    JOIN public.roles r ON r.id = g.role_id
    WHERE g.user_id = p_user_id
    AND p_user_id = public.acting_user_id()
    AND r.name = 'admin'
    AND g.department_id IS NULL
  )
$$;

REVOKE EXECUTE ON FUNCTION get_user_department_ids(UUID), is_user_admin(UUID) FROM PUBLIC;
DO $body$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'org_assistant_app') THEN
    GRANT EXECUTE ON FUNCTION get_user_department_ids(UUID), is_user_admin(UUID) TO org_assistant_app;
  END IF;
END
$body$;

RESET ROLE;
