-- The lists of `purview get` on rishi, written against its tables and not through its mapping.
-- Each statement gives one JSON object per row; run as a superuser.

-- organizations
SELECT json_build_object('id', o.id, 'name', o.name,
         'departments', (SELECT count(*) FROM public.locations l WHERE l.organization_id = o.id),
         'users', (SELECT count(DISTINCT m.user_id) FROM public.user_organizations m WHERE m.organization_id = o.id),
         'admins', (SELECT count(DISTINCT m.user_id) FROM public.user_organizations m
                     WHERE m.organization_id = o.id AND m.role IN ('super_admin', 'internal_admin', 'client_manager')),
         'created_at', o.created_at, 'deleted_at', NULL)
  FROM public.organizations o;

-- departments
SELECT json_build_object('id', l.id, 'organization_id', o.id, 'organization', o.name, 'name', l.name, 'users', NULL)
  FROM public.locations l JOIN public.organizations o ON o.id = l.organization_id;

-- users: the organization is their default one, else the one that they joined first; all of them are named
SELECT json_build_object('id', u.id,
         'organization_id', (SELECT m.organization_id FROM public.user_organizations m WHERE m.user_id = u.id
                              ORDER BY m.is_default DESC NULLS LAST, m.joined_at, m.organization_id LIMIT 1),
         'organization', (SELECT string_agg(o.name, ', ' ORDER BY m.is_default DESC NULLS LAST, m.joined_at, o.name)
                            FROM public.user_organizations m JOIN public.organizations o ON o.id = m.organization_id
                           WHERE m.user_id = u.id),
         'email', u.email, 'name', u.first_name || ' ' || u.last_name,
         'roles', (SELECT json_agg(json_build_object('role', r.role, 'scope', r.scope))
                     FROM (SELECT u.role::text, NULL::text AS scope
                           UNION ALL
                           SELECT m.role::text, o.name
                             FROM public.user_organizations m JOIN public.organizations o ON o.id = m.organization_id
                            WHERE m.user_id = u.id) r),
         'departments', NULL, 'last_login_at', u.last_login_at,
         'state', CASE WHEN u.is_active THEN 'active' ELSE 'deleted' END)
  FROM public.users u;

-- roles
SELECT json_build_object('name', r.name, 'description', r.description,
         'users', (SELECT count(*) FROM public.users u
                    WHERE u.role::text = r.name
                       OR EXISTS (SELECT FROM public.user_organizations m WHERE m.user_id = u.id AND m.role::text = r.name)))
  FROM (VALUES ('super_admin', 'everything, in every organization'),
               ('internal_admin', 'administers the platform for the internal organization'),
               ('internal_field_manager', 'plans staff, kits and bookings in the field'),
               ('brand_agent', 'works at bookings for a brand'),
               ('client_manager', 'administers a client organization'),
               ('client_user', 'uses a client organization')) r(name, description);

-- memberships
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', o.id, 'organization', o.name, 'role', m.role, 'joined_at', m.joined_at)
  FROM public.user_organizations m JOIN public.users u ON u.id = m.user_id JOIN public.organizations o ON o.id = m.organization_id;

-- grants
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', u.role, 'scope_type', 'platform', 'scope_id', NULL, 'scope', NULL)
  FROM public.users u
UNION ALL
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', m.role, 'scope_type', 'organization', 'scope_id', o.id, 'scope', o.name)
  FROM public.user_organizations m JOIN public.users u ON u.id = m.user_id JOIN public.organizations o ON o.id = m.organization_id;
