-- Row security on contacts, deals and mail, and the two policies there are.

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
ALTER TABLE emails ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_isolation ON contacts
    FOR ALL
    USING (workspace_id = current_setting('app.workspace_id')::uuid);

-- One's own deals; owners and admins of the workspace have all of them.
CREATE POLICY deal_access ON deals
    FOR ALL
    USING (
        workspace_id = current_setting('app.workspace_id')::uuid
        AND (
            owner_id = current_setting('app.user_id')::uuid
            OR EXISTS (
                SELECT 1 FROM workspace_members
                WHERE workspace_id = deals.workspace_id
                AND user_id = current_setting('app.user_id')::uuid
                AND role IN ('owner', 'admin')
            )
        )
    );
