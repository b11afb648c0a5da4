-- Mends the three tables that had row level security: a claimed workspace was believed, suspended admins and viewers wrote,
-- deleted contacts showed, and mail had no policy. Helpers stand in sub-selects, so that each is called once per statement.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- Contacts: read by members, written by all but viewers; a deleted one is seen where it can be brought back.
DROP POLICY workspace_isolation ON contacts;
CREATE POLICY contact_read ON contacts
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            deleted_at IS NULL
            OR owner_id = (SELECT acting_user_id())
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY contact_insert ON contacts
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY contact_update ON contacts
    FOR UPDATE
    USING (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY contact_delete ON contacts
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            owner_id = (SELECT acting_user_id())
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );

-- Deals: one's own or, for owners and admins, all; USING doubled as the check, so that nobody could hand a deal over.
DROP POLICY deal_access ON deals;
CREATE POLICY deal_read ON deals
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (owner_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY deal_insert ON deals
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND (owner_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY deal_update ON deals
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (owner_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    )
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND EXISTS (
            SELECT FROM workspace_members m
            WHERE m.workspace_id = deals.workspace_id AND m.user_id = deals.owner_id AND m.status = 'active'
        )
    );
CREATE POLICY deal_delete ON deals
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (owner_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );

-- An UPDATE with a WHERE must leave the row visible, which a deal that was handed over is not: this is the way to do it.
CREATE FUNCTION hand_over_deal(p_deal_id uuid, p_to uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    giver uuid;
BEGIN
    SELECT d.owner_id INTO giver
    FROM public.deals d
    WHERE d.id = p_deal_id
    AND d.workspace_id = public.writable_workspace_id()
    AND (d.owner_id = public.acting_user_id() OR d.workspace_id = public.administered_workspace_id());
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM public.workspace_members m
        WHERE m.workspace_id = public.acting_workspace_id() AND m.user_id = p_to AND m.status = 'active'
    ) THEN
        RAISE EXCEPTION 'this deal cannot be handed to this user' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.deals SET owner_id = p_to, updated_at = now() WHERE id = p_deal_id;
    INSERT INTO public.deal_history (deal_id, field_name, old_value, new_value, changed_by)
    VALUES (p_deal_id, 'owner_id', giver, p_to, public.acting_user_id());
END
$$;
REVOKE EXECUTE ON FUNCTION hand_over_deal(uuid, uuid) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hastecrm_app') THEN
        GRANT EXECUTE ON FUNCTION hand_over_deal(uuid, uuid) TO hastecrm_app;
    ELSE
        RAISE NOTICE 'there is no role hastecrm_app: grant EXECUTE on the functions made here to the role of the application';
    END IF;
END
$$;

-- Mail had row level security and no policy, so that contact details came without it: read in the workspace, changed by whose
-- account it came by.
CREATE POLICY email_read ON emails
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            deleted_at IS NULL
            OR email_account_id = ANY ((SELECT own_email_account_ids())::uuid[])
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY email_insert ON emails
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            email_account_id IS NULL
            OR email_account_id = ANY ((SELECT own_email_account_ids())::uuid[])
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY email_update ON emails
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            email_account_id = ANY ((SELECT own_email_account_ids())::uuid[])
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY email_delete ON emails
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            email_account_id = ANY ((SELECT own_email_account_ids())::uuid[])
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );

RESET ROLE;
