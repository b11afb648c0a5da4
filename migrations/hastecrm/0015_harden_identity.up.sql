-- Mends who is asking, and where. All helpers run as the owner of the tables, with a search path of their own and once per
-- statement; what is made here belongs to that owner, whoever runs this.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- A setting that was never made raised 42704 and an ended one 22P02, in whichever order the planner chose: both are nobody.
-- Deleted users kept their access.
CREATE FUNCTION acting_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT u.id
    FROM public.users u
    WHERE u.id = nullif(current_setting('app.user_id', true), '')::uuid
    AND u.deleted_at IS NULL
$$;

-- The claimed workspace was believed: it counts only for its members, who are active (suspended ones kept everything), and
-- while it is not deleted.
CREATE FUNCTION acting_workspace_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.workspace_id
    FROM public.workspace_members m
    JOIN public.workspaces w ON w.id = m.workspace_id
    WHERE m.user_id = public.acting_user_id()
    AND m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND m.status = 'active'
    AND w.deleted_at IS NULL
$$;

-- Viewers wrote as members do.
CREATE FUNCTION writable_workspace_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.workspace_id
    FROM public.workspace_members m
    JOIN public.workspaces w ON w.id = m.workspace_id
    WHERE m.user_id = public.acting_user_id()
    AND m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND m.status = 'active'
    AND w.deleted_at IS NULL
    AND m.role IN ('owner', 'admin', 'member')
$$;

CREATE FUNCTION administered_workspace_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.workspace_id
    FROM public.workspace_members m
    JOIN public.workspaces w ON w.id = m.workspace_id
    WHERE m.user_id = public.acting_user_id()
    AND m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND m.status = 'active'
    AND w.deleted_at IS NULL
    AND m.role IN ('owner', 'admin')
$$;

-- Whose mail it is: that of the account it came by.
CREATE FUNCTION own_email_account_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(a.id), '{}')
    FROM public.email_accounts a
    WHERE a.user_id = public.acting_user_id() AND a.workspace_id = public.acting_workspace_id()
$$;

-- What a policy cannot compare by itself, the row as it was: whether a membership keeps its workspace, role and permissions.
CREATE FUNCTION keeps_membership(member_id uuid, workspace_id uuid, role text, permissions jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (
        SELECT FROM public.workspace_members m
        WHERE m.id = $1 AND (m.workspace_id, m.role::text, m.permissions) IS NOT DISTINCT FROM ($2, $3, $4)
    )
$$;

-- Everybody may execute a new function unless told otherwise; these tell things, so only the application may.
REVOKE EXECUTE ON FUNCTION acting_user_id(), acting_workspace_id(), writable_workspace_id(), administered_workspace_id(),
    own_email_account_ids(), keeps_membership(uuid, uuid, text, jsonb) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        GRANT EXECUTE ON FUNCTION acting_user_id(), acting_workspace_id(), writable_workspace_id(), administered_workspace_id(),
            own_email_account_ids(), keeps_membership(uuid, uuid, text, jsonb) TO hastecrm_app;
    ELSE
        RAISE NOTICE 'there is no role hastecrm_app: grant EXECUTE on the functions made here to the role of the application';
    END IF;
END
$$;

RESET ROLE;
