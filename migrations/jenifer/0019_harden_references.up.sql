-- Mends references into another tenant. A meeting of one organization could be with an executive of another, a task be given to a user of another.
-- The tenant is part of the reference now. What crosses already is left as it is (NOT VALID) until somebody looks at it; what
-- is deleted together is looked at once all of it is (DEFERRED).
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What such a reference needs on the other side.
ALTER TABLE approvals ADD CONSTRAINT approvals_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE contacts ADD CONSTRAINT contacts_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE executive_profiles ADD CONSTRAINT executive_profiles_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE family_members ADD CONSTRAINT family_members_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE meetings ADD CONSTRAINT meetings_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE tasks ADD CONSTRAINT tasks_org_id_id_key UNIQUE (org_id, id);
ALTER TABLE users ADD CONSTRAINT users_org_id_id_key UNIQUE (org_id, id);

ALTER TABLE direct_reports ADD CONSTRAINT direct_reports_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE family_members ADD CONSTRAINT family_members_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE memberships ADD CONSTRAINT memberships_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE meetings ADD CONSTRAINT meetings_created_by_same_org
  FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE meetings ADD CONSTRAINT meetings_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE meetings ADD CONSTRAINT meetings_recurrence_parent_same_org
  FOREIGN KEY (org_id, recurrence_parent_id) REFERENCES meetings (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE contacts ADD CONSTRAINT contacts_created_by_same_org
  FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE contacts ADD CONSTRAINT contacts_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE tasks ADD CONSTRAINT tasks_assigned_to_same_org
  FOREIGN KEY (org_id, assigned_to) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_created_by_same_org
  FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_recurrence_parent_same_org
  FOREIGN KEY (org_id, recurrence_parent_id) REFERENCES tasks (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_related_approval_same_org
  FOREIGN KEY (org_id, related_approval_id) REFERENCES approvals (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_related_contact_same_org
  FOREIGN KEY (org_id, related_contact_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tasks ADD CONSTRAINT tasks_related_meeting_same_org
  FOREIGN KEY (org_id, related_meeting_id) REFERENCES meetings (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE approvals ADD CONSTRAINT approvals_decided_by_same_org
  FOREIGN KEY (org_id, decided_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE approvals ADD CONSTRAINT approvals_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE approvals ADD CONSTRAINT approvals_related_task_same_org
  FOREIGN KEY (org_id, related_task_id) REFERENCES tasks (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE approvals ADD CONSTRAINT approvals_submitted_by_same_org
  FOREIGN KEY (org_id, submitted_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE delegations ADD CONSTRAINT delegations_delegated_by_same_org
  FOREIGN KEY (org_id, delegated_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE delegations ADD CONSTRAINT delegations_delegated_to_same_org
  FOREIGN KEY (org_id, delegated_to) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE delegations ADD CONSTRAINT delegations_task_same_org
  FOREIGN KEY (org_id, task_id) REFERENCES tasks (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE key_dates ADD CONSTRAINT key_dates_created_by_same_org
  FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE key_dates ADD CONSTRAINT key_dates_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE key_dates ADD CONSTRAINT key_dates_related_contact_same_org
  FOREIGN KEY (org_id, related_contact_id) REFERENCES contacts (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE key_dates ADD CONSTRAINT key_dates_related_family_member_same_org
  FOREIGN KEY (org_id, related_family_member_id) REFERENCES family_members (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE concierge_services ADD CONSTRAINT concierge_services_created_by_same_org
  FOREIGN KEY (org_id, created_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE ai_insights ADD CONSTRAINT ai_insights_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE ai_insights ADD CONSTRAINT ai_insights_user_same_org
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE ai_patterns ADD CONSTRAINT ai_patterns_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE ai_conversations ADD CONSTRAINT ai_conversations_executive_same_org
  FOREIGN KEY (org_id, executive_id) REFERENCES executive_profiles (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE ai_conversations ADD CONSTRAINT ai_conversations_user_same_org
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE integrations ADD CONSTRAINT integrations_user_same_org
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE audit_log ADD CONSTRAINT audit_log_user_same_org
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE notifications ADD CONSTRAINT notifications_user_same_org
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE invitations ADD CONSTRAINT invitations_invited_by_same_org
  FOREIGN KEY (org_id, invited_by) REFERENCES users (org_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

RESET ROLE;
