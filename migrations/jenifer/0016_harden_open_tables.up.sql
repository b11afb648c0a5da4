-- Mends the rest of "all tables": seven that had no row level security, so that every visitor read the families of executives
-- and the sync tokens of all tenants.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What is private to an executive: for those who look after them.
ALTER TABLE direct_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view direct reports of their executives"
  ON direct_reports FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.assigned_executive_ids())::uuid[]));
CREATE POLICY "Users can add direct reports"
  ON direct_reports FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can update direct reports"
  ON direct_reports FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can remove direct reports"
  ON direct_reports FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
ALTER TABLE family_members ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view family members of their executives"
  ON family_members FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.assigned_executive_ids())::uuid[]));
CREATE POLICY "Users can add family members"
  ON family_members FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can update family members"
  ON family_members FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can remove family members"
  ON family_members FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view memberships of their executives"
  ON memberships FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.assigned_executive_ids())::uuid[]));
CREATE POLICY "Users can add memberships"
  ON memberships FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can update memberships"
  ON memberships FOR UPDATE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );
CREATE POLICY "Users can remove memberships"
  ON memberships FOR DELETE
  USING (
    org_id = (SELECT auth.user_org_id()) AND executive_id = ANY ((SELECT auth.writable_executive_ids('contacts'))::uuid[])
  );

-- Sync tokens: with the integration they belong to.
ALTER TABLE calendar_sync_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage calendars of own integrations"
  ON calendar_sync_tokens FOR ALL
  USING (EXISTS (SELECT FROM integrations i WHERE i.id = calendar_sync_tokens.integration_id));

-- Embeddings: within the organization.
ALTER TABLE ai_embeddings ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage org embeddings"
  ON ai_embeddings FOR ALL
  USING (org_id = (SELECT auth.user_org_id()));

-- Features follow from what is paid: read by users, set by the service alone.
ALTER TABLE feature_flags ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view feature flags"
  ON feature_flags FOR SELECT
  USING ((SELECT auth.active_uid()) IS NOT NULL);
ALTER TABLE org_feature_overrides ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view org feature overrides"
  ON org_feature_overrides FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()));

-- The policies compare the organization, and no index led with it.
CREATE INDEX idx_direct_reports_org ON direct_reports(org_id);
CREATE INDEX idx_family_members_org ON family_members(org_id);
CREATE INDEX idx_memberships_org ON memberships(org_id);
CREATE INDEX idx_ai_conversations_org ON ai_conversations(org_id);

RESET ROLE;
