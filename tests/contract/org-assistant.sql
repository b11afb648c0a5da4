-- The lists of `purview get` on org-assistant, written against its tables and not through its mapping.
-- Each statement gives one JSON object per row; run as a superuser.

-- organizations
SELECT json_build_object('id', o.id, 'name', o.name,
         'departments', (SELECT count(*) FROM public.departments d WHERE d.organization_id = o.id),
         'users', (SELECT count(*) FROM public.users u WHERE u.organization_id = o.id),
         'admins', (SELECT count(DISTINCT u.id)
                      FROM public.users u
                      JOIN public.user_roles g ON g.user_id = u.id AND g.department_id IS NULL
                      JOIN public.roles r ON r.id = g.role_id AND r.name = 'admin'
                     WHERE u.organization_id = o.id),
         'created_at', o.created_at AT TIME ZONE 'UTC', 'deleted_at', NULL)
  FROM public.organizations o;

-- departments
SELECT json_build_object('id', d.id, 'organization_id', d.organization_id, 'organization', o.name, 'name', d.name,
         'users', (SELECT count(*) FROM public.user_departments m WHERE m.department_id = d.id))
  FROM public.departments d JOIN public.organizations o ON o.id = d.organization_id;

-- users
SELECT json_build_object('id', u.id, 'organization_id', u.organization_id, 'organization', o.name, 'email', u.email, 'name', u.name,
         'roles', coalesce((SELECT json_agg(json_build_object('role', r.name, 'scope', coalesce(d.name, o.name)))
                              FROM public.user_roles g
                              JOIN public.roles r ON r.id = g.role_id
                              LEFT JOIN public.departments d ON d.id = g.department_id
                             WHERE g.user_id = u.id), '[]'),
         'departments', coalesce((SELECT json_agg(DISTINCT d.name)
                                    FROM public.user_departments m JOIN public.departments d ON d.id = m.department_id
                                   WHERE m.user_id = u.id), '[]'),
         'last_login_at', u.last_login_at AT TIME ZONE 'UTC',
         'state', CASE WHEN u.deleted_at IS NULL THEN 'active' ELSE 'deleted' END)
  FROM public.users u LEFT JOIN public.organizations o ON o.id = u.organization_id;

-- roles
SELECT json_build_object('name', r.name, 'description', r.description,
         'users', (SELECT count(DISTINCT g.user_id) FROM public.user_roles g WHERE g.role_id = r.id))
  FROM public.roles r;

-- memberships
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', o.id, 'organization', o.name, 'role', NULL,
         'joined_at', u.created_at AT TIME ZONE 'UTC')
  FROM public.users u JOIN public.organizations o ON o.id = u.organization_id;

-- grants
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', r.name,
         'scope_type', CASE WHEN d.id IS NULL THEN 'organization' ELSE 'department' END,
         'scope_id', d.id, 'scope', coalesce(d.name, o.name))
  FROM public.user_roles g
  JOIN public.users u ON u.id = g.user_id
  JOIN public.roles r ON r.id = g.role_id
  LEFT JOIN public.organizations o ON o.id = u.organization_id
  LEFT JOIN public.departments d ON d.id = g.department_id;
