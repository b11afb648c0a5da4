-- Brings back the two policies as the document has them.
DROP FUNCTION hand_over_deal(uuid, uuid);
DROP POLICY email_delete ON emails;
DROP POLICY email_update ON emails;
DROP POLICY email_insert ON emails;
DROP POLICY email_read ON emails;
DROP POLICY deal_delete ON deals;
DROP POLICY deal_update ON deals;
DROP POLICY deal_insert ON deals;
DROP POLICY deal_read ON deals;
DROP POLICY contact_delete ON contacts;
DROP POLICY contact_update ON contacts;
DROP POLICY contact_insert ON contacts;
DROP POLICY contact_read ON contacts;

CREATE POLICY workspace_isolation ON contacts
    FOR ALL
    USING (workspace_id = current_setting('app.workspace_id')::uuid);

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
