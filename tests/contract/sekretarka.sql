-- The lists of `purview get` on sekretarka, written against its tables and not through its mapping.
-- Each statement gives one JSON object per row; run as a superuser.

-- organizations
SELECT json_build_object('id', o.id, 'name', o.name,
         'departments', (SELECT count(*) FROM public.ai_agents a WHERE a.organization_id = o.id),
         'users', (SELECT count(*)
                     FROM public.users u
                    WHERE u.id = o.owner_id OR EXISTS (SELECT FROM public.staff s WHERE s.user_id = u.id AND s.organization_id = o.id)),
         'admins', 1,
         'created_at', o.created_at AT TIME ZONE 'UTC', 'deleted_at', o.deleted_at AT TIME ZONE 'UTC')
  FROM public.organizations o;

-- departments
SELECT json_build_object('id', a.id, 'organization_id', o.id, 'organization', o.name, 'name', a.name, 'users', NULL)
  FROM public.ai_agents a JOIN public.organizations o ON o.id = a.organization_id;

-- users
WITH belongs AS (
    SELECT o.owner_id AS user_id, o.id, o.name, o.created_at AS since, NULL::boolean AS works FROM public.organizations o
    UNION ALL
    SELECT s.user_id, o.id, o.name, s.created_at, s.deleted_at IS NULL AND coalesce(s.is_active, true)
      FROM public.staff s JOIN public.organizations o ON o.id = s.organization_id
     WHERE s.user_id IS NOT NULL
)
SELECT json_build_object('id', u.id,
         'organization_id', (SELECT b.id FROM belongs b WHERE b.user_id = u.id ORDER BY b.works DESC NULLS LAST, b.since, b.id LIMIT 1),
         'organization', (SELECT string_agg(b.name, ', ' ORDER BY b.works DESC NULLS LAST, b.since, b.name) FROM belongs b WHERE b.user_id = u.id),
         'email', u.email, 'name', u.name,
         'roles', coalesce((SELECT json_agg(json_build_object('role', r.role, 'scope', r.scope))
                              FROM (SELECT u.role, NULL::text AS scope WHERE u.role IS NOT NULL
                                    UNION ALL
                                    SELECT 'owner', o.name FROM public.organizations o WHERE o.owner_id = u.id) r), '[]'),
         'departments', NULL, 'last_login_at', NULL,
         'state', CASE WHEN u.deleted_at IS NULL THEN 'active' ELSE 'deleted' END)
  FROM public.users u;

-- roles
SELECT json_build_object('name', r.name, 'description', r.description,
         'users', CASE r.name WHEN 'owner' THEN (SELECT count(DISTINCT o.owner_id) FROM public.organizations o)
                              ELSE (SELECT count(*) FROM public.users u WHERE u.role = r.name) END)
  FROM (VALUES ('owner', 'owns an organization (organizations.owner_id)'), ('admin', 'administers the platform (users.role)'),
               ('agent', 'answers for the platform (users.role)'), ('user', 'uses the dashboard (users.role)')) r(name, description);

-- memberships
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', o.id, 'organization', o.name, 'role', 'owner',
         'joined_at', o.created_at AT TIME ZONE 'UTC')
  FROM public.organizations o JOIN public.users u ON u.id = o.owner_id
UNION ALL
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', o.id, 'organization', o.name, 'role', NULL,
         'joined_at', s.created_at AT TIME ZONE 'UTC')
  FROM public.staff s JOIN public.users u ON u.id = s.user_id JOIN public.organizations o ON o.id = s.organization_id;

-- grants
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', u.role, 'scope_type', 'platform', 'scope_id', NULL, 'scope', NULL)
  FROM public.users u WHERE u.role IS NOT NULL
UNION ALL
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', 'owner', 'scope_type', 'organization', 'scope_id', o.id, 'scope', o.name)
  FROM public.organizations o JOIN public.users u ON u.id = o.owner_id;
