-- Mends the tables without a workspace of their own, which were open to everybody: a part is seen where the whole is.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

ALTER TABLE contact_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_tag_read ON contact_tags
    FOR SELECT
    USING (EXISTS (SELECT FROM contacts p WHERE p.id = contact_tags.contact_id));
CREATE POLICY contact_tag_insert ON contact_tags
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM contacts p WHERE p.id = contact_tags.contact_id)
    );
CREATE POLICY contact_tag_update ON contact_tags
    FOR UPDATE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM contacts p WHERE p.id = contact_tags.contact_id)
    );
CREATE POLICY contact_tag_delete ON contact_tags
    FOR DELETE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM contacts p WHERE p.id = contact_tags.contact_id)
    );

ALTER TABLE company_contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_contact_read ON company_contacts
    FOR SELECT
    USING (EXISTS (SELECT FROM companies p WHERE p.id = company_contacts.company_id));
CREATE POLICY company_contact_insert ON company_contacts
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM companies p WHERE p.id = company_contacts.company_id)
    );
CREATE POLICY company_contact_update ON company_contacts
    FOR UPDATE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM companies p WHERE p.id = company_contacts.company_id)
    );
CREATE POLICY company_contact_delete ON company_contacts
    FOR DELETE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM companies p WHERE p.id = company_contacts.company_id)
    );

ALTER TABLE email_attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY email_attachment_read ON email_attachments
    FOR SELECT
    USING (EXISTS (SELECT FROM emails p WHERE p.id = email_attachments.email_id));
CREATE POLICY email_attachment_insert ON email_attachments
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM emails p WHERE p.id = email_attachments.email_id)
    );
CREATE POLICY email_attachment_update ON email_attachments
    FOR UPDATE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM emails p WHERE p.id = email_attachments.email_id)
    );
CREATE POLICY email_attachment_delete ON email_attachments
    FOR DELETE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM emails p WHERE p.id = email_attachments.email_id)
    );

-- History, runs and tracking are added to and never changed.
ALTER TABLE deal_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY deal_history_read ON deal_history
    FOR SELECT
    USING (EXISTS (SELECT FROM deals p WHERE p.id = deal_history.deal_id));
CREATE POLICY deal_history_insert ON deal_history
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND changed_by = (SELECT acting_user_id())
        AND EXISTS (SELECT FROM deals p WHERE p.id = deal_history.deal_id)
    );

ALTER TABLE automation_executions ENABLE ROW LEVEL SECURITY;
CREATE POLICY automation_execution_read ON automation_executions
    FOR SELECT
    USING (EXISTS (SELECT FROM automations p WHERE p.id = automation_executions.automation_id));
CREATE POLICY automation_execution_insert ON automation_executions
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM automations p WHERE p.id = automation_executions.automation_id)
    );
CREATE POLICY automation_execution_update ON automation_executions
    FOR UPDATE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM automations p WHERE p.id = automation_executions.automation_id)
    );

ALTER TABLE email_tracking_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY email_tracking_event_read ON email_tracking_events
    FOR SELECT
    USING (EXISTS (SELECT FROM emails p WHERE p.id = email_tracking_events.email_id));

-- Comments say what they are on without a foreign key.
ALTER TABLE comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY comment_read ON comments
    FOR SELECT
    USING (
        (entity_type = 'note' AND EXISTS (SELECT FROM notes p WHERE p.id = comments.entity_id))
        OR (entity_type = 'task' AND EXISTS (SELECT FROM tasks p WHERE p.id = comments.entity_id))
        OR (entity_type = 'deal' AND EXISTS (SELECT FROM deals p WHERE p.id = comments.entity_id))
        OR (entity_type = 'email' AND EXISTS (SELECT FROM emails p WHERE p.id = comments.entity_id))
    );
CREATE POLICY comment_insert ON comments
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND created_by = (SELECT acting_user_id())
        AND (
            (entity_type = 'note' AND EXISTS (SELECT FROM notes p WHERE p.id = comments.entity_id))
            OR (entity_type = 'task' AND EXISTS (SELECT FROM tasks p WHERE p.id = comments.entity_id))
            OR (entity_type = 'deal' AND EXISTS (SELECT FROM deals p WHERE p.id = comments.entity_id))
            OR (entity_type = 'email' AND EXISTS (SELECT FROM emails p WHERE p.id = comments.entity_id))
        )
    );
CREATE POLICY comment_update ON comments
    FOR UPDATE
    USING (created_by = (SELECT acting_user_id()) AND (SELECT writable_workspace_id()) IS NOT NULL);
CREATE POLICY comment_delete ON comments
    FOR DELETE
    USING (
        (created_by = (SELECT acting_user_id()) AND (SELECT writable_workspace_id()) IS NOT NULL)
        OR (SELECT administered_workspace_id()) IS NOT NULL
    );

RESET ROLE;
