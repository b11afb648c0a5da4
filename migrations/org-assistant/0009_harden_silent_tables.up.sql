-- Mends the four tables with row level security and no policy, which were empty for everybody, the admin too.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.messages'::regclass;

-- A message is seen where its conversation is, and written by the one whose conversation it is.
CREATE POLICY message_access_policy ON messages
  FOR SELECT
  USING (EXISTS (SELECT FROM conversations c WHERE c.id = messages.conversation_id));

CREATE POLICY message_insert_policy ON messages
  FOR INSERT
  WITH CHECK (EXISTS (
    SELECT FROM conversations c WHERE c.id = messages.conversation_id AND c.user_id = (SELECT acting_user_id())
  ));

CREATE POLICY message_update_policy ON messages
  FOR UPDATE
  USING (EXISTS (
    SELECT FROM conversations c WHERE c.id = messages.conversation_id AND c.user_id = (SELECT acting_user_id())
  ));

CREATE POLICY message_delete_policy ON messages
  FOR DELETE
  USING (EXISTS (
    SELECT FROM conversations c WHERE c.id = messages.conversation_id AND c.user_id = (SELECT acting_user_id())
  ));

-- Mail accounts hold tokens: one's own, the shared ones of one's departments, for an admin the organization's.
CREATE POLICY email_account_access_policy ON email_accounts
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR (user_id IS NULL AND department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    OR organization_id = (SELECT administered_organization_id())
  );

CREATE POLICY email_account_insert_policy ON email_accounts
  FOR INSERT
  WITH CHECK (
    organization_id = (SELECT acting_organization_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    AND (
      user_id = (SELECT acting_user_id())
      OR (user_id IS NULL AND department_id = ANY ((SELECT managed_department_ids())::uuid[]))
      OR organization_id = (SELECT administered_organization_id())
    )
  );

CREATE POLICY email_account_update_policy ON email_accounts
  FOR UPDATE
  USING (
    user_id = (SELECT acting_user_id())
    OR (user_id IS NULL AND department_id = ANY ((SELECT managed_department_ids())::uuid[]))
    OR organization_id = (SELECT administered_organization_id())
  )
  WITH CHECK (
    organization_id = (SELECT acting_organization_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    AND (
      user_id = (SELECT acting_user_id())
      OR (user_id IS NULL AND department_id = ANY ((SELECT managed_department_ids())::uuid[]))
      OR organization_id = (SELECT administered_organization_id())
    )
  );

CREATE POLICY email_account_delete_policy ON email_accounts
  FOR DELETE
  USING (
    user_id = (SELECT acting_user_id())
    OR (user_id IS NULL AND department_id = ANY ((SELECT managed_department_ids())::uuid[]))
    OR organization_id = (SELECT administered_organization_id())
  );

-- Calendar accounts are personal; who manages the department sees them too.
CREATE POLICY calendar_account_access_policy ON calendar_accounts
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
  );

CREATE POLICY calendar_account_insert_policy ON calendar_accounts
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
  );

CREATE POLICY calendar_account_update_policy ON calendar_accounts
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()))
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
  );

CREATE POLICY calendar_account_delete_policy ON calendar_accounts
  FOR DELETE
  USING (
    user_id = (SELECT acting_user_id())
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
  );

-- Events: live in one's departments; changed by whoever made them, whose calendar they are in, or who manages the department.
CREATE POLICY calendar_event_access_policy ON calendar_events
  FOR SELECT
  USING (
    (department_id = ANY ((SELECT readable_department_ids())::uuid[]) AND deleted_at IS NULL)
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR calendar_account_id = ANY ((SELECT own_calendar_account_ids())::uuid[])
    OR created_by_user_id = (SELECT acting_user_id())
  );

CREATE POLICY calendar_event_insert_policy ON calendar_events
  FOR INSERT
  WITH CHECK (
    department_id = ANY ((SELECT readable_department_ids())::uuid[])
    OR (department_id IS NULL AND calendar_account_id = ANY ((SELECT own_calendar_account_ids())::uuid[]))
  );

CREATE POLICY calendar_event_update_policy ON calendar_events
  FOR UPDATE
  USING (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR calendar_account_id = ANY ((SELECT own_calendar_account_ids())::uuid[])
    OR created_by_user_id = (SELECT acting_user_id())
  )
  WITH CHECK (
    department_id = ANY ((SELECT readable_department_ids())::uuid[])
    OR (department_id IS NULL AND calendar_account_id = ANY ((SELECT own_calendar_account_ids())::uuid[]))
  );

CREATE POLICY calendar_event_delete_policy ON calendar_events
  FOR DELETE
  USING (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR calendar_account_id = ANY ((SELECT own_calendar_account_ids())::uuid[])
    OR created_by_user_id = (SELECT acting_user_id())
  );

-- The one column that these policies compare and no index led with.
CREATE INDEX idx_calendar_events_created_by ON calendar_events(created_by_user_id);

RESET ROLE;
