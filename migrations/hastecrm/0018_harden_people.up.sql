-- Mends workspaces, users and memberships, which everybody could read and write whole, their own role included.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- A membership is one's own or of the workspace one is in; only admins give, change and take them, and
-- nobody becomes or ceases to be the owner that way.
ALTER TABLE workspace_members ENABLE ROW LEVEL SECURITY;
CREATE POLICY member_read ON workspace_members
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()) OR user_id = (SELECT acting_user_id()));
CREATE POLICY member_insert ON workspace_members
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT administered_workspace_id())
        AND role <> 'owner'
    );
CREATE POLICY member_update ON workspace_members
    FOR UPDATE
    USING (
        workspace_id = (SELECT administered_workspace_id())
        AND role <> 'owner'
    )
    WITH CHECK (
        workspace_id = (SELECT administered_workspace_id())
        AND role <> 'owner'
    );
CREATE POLICY member_accept ON workspace_members
    FOR UPDATE
    USING (user_id = (SELECT acting_user_id()) AND status = 'invited')
    WITH CHECK (
        user_id = (SELECT acting_user_id())
        AND status IN ('active', 'declined')
        AND keeps_membership(id, workspace_id, role, permissions)
    );
CREATE POLICY member_delete ON workspace_members
    FOR DELETE
    USING (
        (workspace_id = (SELECT administered_workspace_id()) OR user_id = (SELECT acting_user_id()))
        AND role <> 'owner'
    );

-- Workspaces: those one is a member of, to choose from; plan and subscription are the platform's, so that only admins change
-- anything, and never those columns.
CREATE FUNCTION keeps_subscription(
    workspace_id uuid, plan text, status text, trial_ends_at timestamptz, customer_id text, subscription_id text
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (
        SELECT FROM public.workspaces w
        WHERE w.id = $1
        AND (w.plan::text, w.subscription_status::text, w.trial_ends_at, w.stripe_customer_id::text, w.stripe_subscription_id::text)
            IS NOT DISTINCT FROM ($2, $3, $4, $5, $6)
    )
$$;
REVOKE EXECUTE ON FUNCTION keeps_subscription(uuid, text, text, timestamptz, text, text) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        GRANT EXECUTE ON FUNCTION keeps_subscription(uuid, text, text, timestamptz, text, text) TO hastecrm_app;
    ELSE
        RAISE NOTICE 'there is no role hastecrm_app: grant EXECUTE on the functions made here to the role of the application';
    END IF;
END
$$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace_read ON workspaces
    FOR SELECT
    USING (
        id = (SELECT acting_workspace_id())
        OR EXISTS (
            SELECT FROM workspace_members m
            WHERE m.workspace_id = workspaces.id
            AND m.user_id = (SELECT acting_user_id())
            AND m.status IN ('active', 'invited')
        )
    );
CREATE POLICY workspace_update ON workspaces
    FOR UPDATE
    USING (id = (SELECT administered_workspace_id()))
    WITH CHECK (
        id = (SELECT administered_workspace_id())
        AND keeps_subscription(id, plan, subscription_status, trial_ends_at, stripe_customer_id, stripe_subscription_id)
    );

-- Users: oneself and those one shares the workspace with; changed by oneself only.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_read ON users
    FOR SELECT
    USING (
        id = (SELECT acting_user_id())
        OR id IN (SELECT m.user_id FROM workspace_members m)
    );
CREATE POLICY user_update ON users
    FOR UPDATE
    USING (id = (SELECT acting_user_id()));

RESET ROLE;
