-- Mends meetings, tasks, approvals and what goes with them: any user deleted all meetings of the organization whatever the
-- assignment said, and five tables had row level security and no policy. Helpers are called once per statement.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Meetings: seen by the organization, written with the permission "calendar" for the executive, who must be of the organization.
ALTER POLICY "Users can view org meetings" ON meetings
  USING (org_id = (SELECT auth.user_org_id()));
DROP POLICY "Users can manage org meetings" ON meetings;
CREATE POLICY "Users can add org meetings"
  ON meetings FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
  );
CREATE POLICY "Users can update org meetings"
  ON meetings FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
  );
CREATE POLICY "Users can remove org meetings"
  ON meetings FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
  );

-- Tasks: likewise with "tasks"; who was given a task, or gave it, may work on it too.
ALTER POLICY "Users can view org tasks" ON tasks
  USING (org_id = (SELECT auth.user_org_id()));
DROP POLICY "Users can manage org tasks" ON tasks;
CREATE POLICY "Users can add org tasks"
  ON tasks FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND created_by = (SELECT auth.active_uid())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('tasks'))::uuid[]))
  );
CREATE POLICY "Users can update org tasks"
  ON tasks FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (
      executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('tasks'))::uuid[])
      OR assigned_to = (SELECT auth.active_uid()) OR created_by = (SELECT auth.active_uid())
    )
  )
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR EXISTS (SELECT FROM executive_profiles e WHERE e.id = tasks.executive_id))
  );
CREATE POLICY "Users can remove org tasks"
  ON tasks FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (
      executive_id IS NULL
      OR executive_id = ANY ((SELECT auth.writable_executive_ids('tasks'))::uuid[])
      OR created_by = (SELECT auth.active_uid())
    )
  );

-- Approvals: anybody of the organization submits, in their own name; deciding needs "approvals", or one could approve oneself.
ALTER POLICY "Users can view org approvals" ON approvals
  USING (org_id = (SELECT auth.user_org_id()));
DROP POLICY "Users can manage org approvals" ON approvals;
CREATE POLICY "Users can add org approvals"
  ON approvals FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND submitted_by = (SELECT auth.active_uid())
    AND EXISTS (SELECT FROM executive_profiles e WHERE e.id = approvals.executive_id)
    AND (status = 'pending' OR executive_id = ANY ((SELECT auth.writable_executive_ids('approvals'))::uuid[]))
  );
CREATE POLICY "Users can update org approvals"
  ON approvals FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('approvals'))::uuid[])
  );
CREATE POLICY "Users can remove org approvals"
  ON approvals FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (
      executive_id = ANY ((SELECT auth.writable_executive_ids('approvals'))::uuid[])
      OR (submitted_by = (SELECT auth.active_uid()) AND status = 'pending')
    )
  );

-- Row level security without a policy. Delegations: between two users, by the one who delegates.
CREATE POLICY "Users can view org delegations"
  ON delegations FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can add org delegations"
  ON delegations FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND delegated_by = (SELECT auth.active_uid())
    AND EXISTS (SELECT FROM users u WHERE u.id = delegations.delegated_to)
    AND EXISTS (SELECT FROM tasks t WHERE t.id = delegations.task_id)
  );
CREATE POLICY "Users can update own delegations"
  ON delegations FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (
      delegated_by = (SELECT auth.active_uid()) OR delegated_to = (SELECT auth.active_uid()) OR (SELECT auth.is_org_admin())
    )
  );
CREATE POLICY "Users can remove own delegations"
  ON delegations FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id()) AND (delegated_by = (SELECT auth.active_uid()) OR (SELECT auth.is_org_admin()))
  );

-- Key dates and contacts: as meetings.
CREATE POLICY "Users can view org key dates"
  ON key_dates FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can add org key dates"
  ON key_dates FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
    AND created_by = (SELECT auth.active_uid())
  );
CREATE POLICY "Users can update org key dates"
  ON key_dates FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
  );
CREATE POLICY "Users can remove org key dates"
  ON key_dates FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('calendar'))::uuid[]))
  );
CREATE POLICY "Users can view org contacts"
  ON contacts FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can add org contacts"
  ON contacts FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[]))
    AND created_by = (SELECT auth.active_uid())
  );
CREATE POLICY "Users can update org contacts"
  ON contacts FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[]))
  );
CREATE POLICY "Users can remove org contacts"
  ON contacts FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id())
    AND (executive_id IS NULL OR executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[]))
  );

-- The concierge's directory: shared by the organization, an entry is removed by who made it or an admin.
CREATE POLICY "Users can view org concierge services"
  ON concierge_services FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can add org concierge services"
  ON concierge_services FOR INSERT
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND created_by = (SELECT auth.active_uid()));
CREATE POLICY "Users can update org concierge services"
  ON concierge_services FOR UPDATE
  USING (org_id = (SELECT auth.user_org_id()));
CREATE POLICY "Users can remove org concierge services"
  ON concierge_services FOR DELETE
  USING (org_id = (SELECT auth.user_org_id()) AND (created_by = (SELECT auth.active_uid()) OR (SELECT auth.is_org_admin())));

RESET ROLE;
