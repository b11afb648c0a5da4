-- The lists of `purview get` on hasteCRM, written against its tables and not through its mapping.
-- Each statement gives one JSON object per row; run as a superuser.

-- organizations
SELECT json_build_object('id', w.id, 'name', w.name,
         'departments', (SELECT count(*) FROM public.pipelines p WHERE p.workspace_id = w.id),
         'users', (SELECT count(DISTINCT m.user_id) FROM public.workspace_members m WHERE m.workspace_id = w.id),
         'admins', (SELECT count(DISTINCT m.user_id) FROM public.workspace_members m WHERE m.workspace_id = w.id AND m.role IN ('owner', 'admin')),
         'created_at', w.created_at, 'deleted_at', w.deleted_at)
  FROM public.workspaces w;

-- departments
SELECT json_build_object('id', p.id, 'organization_id', w.id, 'organization', w.name, 'name', p.name,
         'users', (SELECT count(DISTINCT d.owner_id) FROM public.deals d WHERE d.pipeline_id = p.id AND d.status = 'open' AND d.deleted_at IS NULL))
  FROM public.pipelines p JOIN public.workspaces w ON w.id = p.workspace_id;

-- users: the workspace is the one that they became a member of first, among those that take them; all of them are named
SELECT json_build_object('id', u.id,
         'organization_id', (SELECT m.workspace_id FROM public.workspace_members m WHERE m.user_id = u.id
                              ORDER BY m.status = 'active' DESC, m.joined_at, m.workspace_id LIMIT 1),
         'organization', (SELECT string_agg(w.name, ', ' ORDER BY m.status = 'active' DESC, m.joined_at, w.name)
                            FROM public.workspace_members m JOIN public.workspaces w ON w.id = m.workspace_id
                           WHERE m.user_id = u.id),
         'email', u.email, 'name', concat_ws(' ', u.first_name, u.last_name),
         'roles', coalesce((SELECT json_agg(json_build_object('role', m.role, 'scope', w.name))
                              FROM public.workspace_members m JOIN public.workspaces w ON w.id = m.workspace_id
                             WHERE m.user_id = u.id), '[]'),
         'departments', coalesce((SELECT json_agg(DISTINCT p.name)
                                    FROM public.deals d JOIN public.pipelines p ON p.id = d.pipeline_id
                                   WHERE d.owner_id = u.id AND d.status = 'open' AND d.deleted_at IS NULL), '[]'),
         'last_login_at', u.last_login_at,
         'state', CASE WHEN u.deleted_at IS NULL THEN 'active' ELSE 'deleted' END)
  FROM public.users u;

-- roles
SELECT json_build_object('name', r.name, 'description', r.description,
         'users', (SELECT count(DISTINCT m.user_id) FROM public.workspace_members m WHERE m.role = r.name))
  FROM (VALUES ('owner', 'has the workspace, all its deals included'), ('admin', 'sees and changes every deal of the workspace'),
               ('member', 'sees and changes own deals'), ('viewer', 'meant to read only, which the database does not enforce')) r(name, description);

-- memberships
SELECT json_build_object('user_id', u.id, 'user', u.email, 'organization_id', w.id, 'organization', w.name, 'role', m.role, 'joined_at', m.joined_at)
  FROM public.workspace_members m
  JOIN public.users u ON u.id = m.user_id
  JOIN public.workspaces w ON w.id = m.workspace_id;

-- grants
SELECT json_build_object('user_id', u.id, 'user', u.email, 'role', m.role, 'scope_type', 'organization', 'scope_id', w.id, 'scope', w.name)
  FROM public.workspace_members m
  JOIN public.users u ON u.id = m.user_id
  JOIN public.workspaces w ON w.id = m.workspace_id;
