-- The lists of `purview get` on jenifer, written against its tables and not through its mapping.
-- Each statement gives one JSON object per row; run as a superuser.

-- organizations
SELECT json_build_object('id', o.id, 'name', o.name,
         'departments', (SELECT count(*) FROM public.executive_profiles e WHERE e.org_id = o.id),
         'users', (SELECT count(*) FROM public.users u WHERE u.org_id = o.id),
         'admins', (SELECT count(*) FROM public.users u WHERE u.org_id = o.id AND u.role = 'admin'),
         'created_at', o.created_at, 'deleted_at', o.deleted_at)
  FROM public.organizations o;

-- departments
SELECT json_build_object('id', e.id, 'organization_id', e.org_id, 'organization', o.name, 'name', e.full_name,
         'users', (SELECT count(DISTINCT a.user_id) FROM public.user_executive_assignments a WHERE a.executive_id = e.id))
  FROM public.executive_profiles e JOIN public.organizations o ON o.id = e.org_id;

-- users
SELECT json_build_object('id', u.id, 'organization_id', u.org_id, 'organization', o.name, 'email', u.email, 'name', u.full_name,
         'roles', CASE WHEN u.role IS NULL THEN '[]' ELSE json_build_array(json_build_object('role', u.role, 'scope', o.name)) END,
         'departments', coalesce((SELECT json_agg(DISTINCT e.full_name)
                                    FROM public.user_executive_assignments a JOIN public.executive_profiles e ON e.id = a.executive_id
                                   WHERE a.user_id = u.id), '[]'),
         'last_login_at', u.last_seen_at,
         'state', CASE WHEN u.deleted_at IS NOT NULL THEN 'deleted' WHEN NOT u.is_active THEN 'locked' ELSE 'active' END)
  FROM public.users u JOIN public.organizations o ON o.id = u.org_id;

-- roles
SELECT json_build_object('name', r.name, 'description', r.description,
         'users', (SELECT count(*) FROM public.users u WHERE u.role = r.name))
  FROM (VALUES ('admin', 'reads the audit log and changes the organization'), ('user', 'everything else in the organization')) r(name, description);

-- memberships
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', o.id, 'organization', o.name, 'role', u.role, 'joined_at', u.created_at)
  FROM public.users u JOIN public.organizations o ON o.id = u.org_id;

-- grants
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', u.role, 'scope_type', 'organization', 'scope_id', o.id, 'scope', o.name)
  FROM public.users u JOIN public.organizations o ON o.id = u.org_id
 WHERE u.role IS NOT NULL;
