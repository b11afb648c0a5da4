-- Mends "all tables", which was three of twenty-seven: everything that carries a workspace is read by its members, written by all
-- but viewers, and administered by admins.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.workspaces'::regclass;

-- Shared by the whole workspace.
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY tag_read ON tags
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY tag_insert ON tags
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY tag_update ON tags
    FOR UPDATE
    USING (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY tag_delete ON tags
    FOR DELETE
    USING (workspace_id = (SELECT writable_workspace_id()));
ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_read ON companies
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
CREATE POLICY company_insert ON companies
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY company_update ON companies
    FOR UPDATE
    USING (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY company_delete ON companies
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            owner_id = (SELECT acting_user_id())
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_read ON tasks
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            deleted_at IS NULL
            OR assigned_to = (SELECT acting_user_id())
            OR assigned_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY task_insert ON tasks
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY task_update ON tasks
    FOR UPDATE
    USING (workspace_id = (SELECT writable_workspace_id()));
CREATE POLICY task_delete ON tasks
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (
            assigned_to = (SELECT acting_user_id())
            OR assigned_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
CREATE POLICY activity_read ON activities
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY activity_insert ON activities
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND (user_id IS NULL OR user_id = (SELECT acting_user_id()))
    );

-- Pipelines have a visibility that nothing kept to; their stages follow them.
ALTER TABLE pipelines ENABLE ROW LEVEL SECURITY;
CREATE POLICY pipeline_read ON pipelines
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            (visibility = 'everyone' AND deleted_at IS NULL)
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY pipeline_insert ON pipelines
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY pipeline_update ON pipelines
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY pipeline_delete ON pipelines
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
ALTER TABLE pipeline_stages ENABLE ROW LEVEL SECURITY;
CREATE POLICY pipeline_stage_read ON pipeline_stages
    FOR SELECT
    USING (EXISTS (SELECT FROM pipelines p WHERE p.id = pipeline_stages.pipeline_id));
CREATE POLICY pipeline_stage_insert ON pipeline_stages
    FOR INSERT
    WITH CHECK (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM pipelines p WHERE p.id = pipeline_stages.pipeline_id)
    );
CREATE POLICY pipeline_stage_update ON pipeline_stages
    FOR UPDATE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM pipelines p WHERE p.id = pipeline_stages.pipeline_id)
    );
CREATE POLICY pipeline_stage_delete ON pipeline_stages
    FOR DELETE
    USING (
        (SELECT writable_workspace_id()) IS NOT NULL
        AND EXISTS (SELECT FROM pipelines p WHERE p.id = pipeline_stages.pipeline_id)
    );

-- Notes, views and reports: changed by who made them; a private view is seen by nobody else.
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY note_read ON notes
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            deleted_at IS NULL
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY note_insert ON notes
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND created_by = (SELECT acting_user_id())
    );
CREATE POLICY note_update ON notes
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY note_delete ON notes
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY saved_view_read ON saved_views
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (visibility = 'workspace' OR created_by = (SELECT acting_user_id()))
    );
CREATE POLICY saved_view_insert ON saved_views
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND created_by = (SELECT acting_user_id())
    );
CREATE POLICY saved_view_update ON saved_views
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND created_by = (SELECT acting_user_id())
    );
CREATE POLICY saved_view_delete ON saved_views
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
ALTER TABLE reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_read ON reports
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY report_insert ON reports
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND created_by = (SELECT acting_user_id())
    );
CREATE POLICY report_update ON reports
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY report_delete ON reports
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );

-- Set up by admins.
ALTER TABLE custom_field_definitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY custom_field_read ON custom_field_definitions
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY custom_field_insert ON custom_field_definitions
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT administered_workspace_id()));
CREATE POLICY custom_field_update ON custom_field_definitions
    FOR UPDATE
    USING (workspace_id = (SELECT administered_workspace_id()));
CREATE POLICY custom_field_delete ON custom_field_definitions
    FOR DELETE
    USING (workspace_id = (SELECT administered_workspace_id()));
ALTER TABLE ai_models ENABLE ROW LEVEL SECURITY;
CREATE POLICY ai_model_read ON ai_models
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY ai_model_insert ON ai_models
    FOR INSERT
    WITH CHECK (workspace_id = (SELECT administered_workspace_id()));
CREATE POLICY ai_model_update ON ai_models
    FOR UPDATE
    USING (workspace_id = (SELECT administered_workspace_id()));
CREATE POLICY ai_model_delete ON ai_models
    FOR DELETE
    USING (workspace_id = (SELECT administered_workspace_id()));
ALTER TABLE automations ENABLE ROW LEVEL SECURITY;
CREATE POLICY automation_read ON automations
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (
            deleted_at IS NULL
            OR created_by = (SELECT acting_user_id())
            OR workspace_id = (SELECT administered_workspace_id())
        )
    );
CREATE POLICY automation_insert ON automations
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND created_by = (SELECT acting_user_id())
    );
CREATE POLICY automation_update ON automations
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY automation_delete ON automations
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (created_by = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );

-- Calls of models: one's own are recorded, and what they cost is not taken back.
ALTER TABLE ai_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY ai_task_read ON ai_tasks
    FOR SELECT
    USING (workspace_id = (SELECT acting_workspace_id()));
CREATE POLICY ai_task_insert ON ai_tasks
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND user_id = (SELECT acting_user_id())
    );
CREATE POLICY ai_task_update ON ai_tasks
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND user_id = (SELECT acting_user_id())
    );

-- Mail accounts hold tokens in clear: one's own, and for admins those of the workspace.
ALTER TABLE email_accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY email_account_read ON email_accounts
    FOR SELECT
    USING (
        workspace_id = (SELECT acting_workspace_id())
        AND (user_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY email_account_insert ON email_accounts
    FOR INSERT
    WITH CHECK (
        workspace_id = (SELECT writable_workspace_id())
        AND user_id = (SELECT acting_user_id())
    );
CREATE POLICY email_account_update ON email_accounts
    FOR UPDATE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (user_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );
CREATE POLICY email_account_delete ON email_accounts
    FOR DELETE
    USING (
        workspace_id = (SELECT writable_workspace_id())
        AND (user_id = (SELECT acting_user_id()) OR workspace_id = (SELECT administered_workspace_id()))
    );

RESET ROLE;
