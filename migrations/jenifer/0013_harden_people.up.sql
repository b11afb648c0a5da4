-- Mends the tables that say who is who: users promoted themselves, admins could neither add nor lock anybody, and invitations
-- with their tokens were open to every visitor.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- Once per statement, and nothing of what an organization pays for may be changed by itself.
ALTER POLICY "Users can view own organization" ON organizations
  USING (id = (SELECT auth.user_org_id()));
DROP POLICY "Admins can update own organization" ON organizations;
CREATE POLICY "Admins can update own organization"
  ON organizations FOR UPDATE
  USING (id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()))
  WITH CHECK (
    id = (SELECT auth.user_org_id())
    AND (SELECT auth.is_org_admin())
    AND auth.keeps_subscription(id, subscription_tier, subscription_status, trial_ends_at, stripe_customer_id,
      stripe_subscription_id, deleted_at)
  );

ALTER POLICY "Users can view org members" ON users
  USING (org_id = (SELECT auth.user_org_id()));

-- Self-promotion: the policy had no limit on columns, and an UPDATE without WHERE moved its user to another organization.
DROP POLICY "Users can update own profile" ON users;
CREATE POLICY "Users can update own profile"
  ON users FOR UPDATE
  USING (id = (SELECT auth.active_uid()))
  WITH CHECK (
    id = (SELECT auth.active_uid())
    AND auth.keeps_standing(id, org_id, role, permissions, is_active, deleted_at)
  );

-- Commands that nobody had: an admin adds, changes, locks and removes the users of the organization.
CREATE POLICY "Admins can add org members"
  ON users FOR INSERT
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Admins can update org members"
  ON users FOR UPDATE
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()))
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Admins can remove org members"
  ON users FOR DELETE
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));

-- One policy for each command instead of one for all beside one for SELECT; changing needs the permission "settings".
ALTER POLICY "Users can view org executives" ON executive_profiles
  USING (org_id = (SELECT auth.user_org_id()));
DROP POLICY "Users can manage org executives" ON executive_profiles;
CREATE POLICY "Admins can add org executives"
  ON executive_profiles FOR INSERT
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Users can update executives whose settings they may write"
  ON executive_profiles FOR UPDATE
  USING (id = ANY ((SELECT auth.writable_executive_ids('settings'))::uuid[]))
  WITH CHECK (org_id = (SELECT auth.user_org_id()) AND id = ANY ((SELECT auth.writable_executive_ids('settings'))::uuid[]));
CREATE POLICY "Admins can remove org executives"
  ON executive_profiles FOR DELETE
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));

-- Row level security without a policy: seen in the organization, made by admins, between people of the organization.
CREATE POLICY "Users can view org assignments"
  ON user_executive_assignments FOR SELECT
  USING (EXISTS (SELECT FROM executive_profiles e WHERE e.id = user_executive_assignments.executive_id));
CREATE POLICY "Admins can add org assignments"
  ON user_executive_assignments FOR INSERT
  WITH CHECK (
    (SELECT auth.is_org_admin())
    AND EXISTS (SELECT FROM executive_profiles e WHERE e.id = user_executive_assignments.executive_id)
    AND EXISTS (SELECT FROM users u WHERE u.id = user_executive_assignments.user_id)
  );
CREATE POLICY "Admins can update org assignments"
  ON user_executive_assignments FOR UPDATE
  USING (
    (SELECT auth.is_org_admin())
    AND EXISTS (SELECT FROM executive_profiles e WHERE e.id = user_executive_assignments.executive_id)
  )
  WITH CHECK (
    (SELECT auth.is_org_admin())
    AND EXISTS (SELECT FROM executive_profiles e WHERE e.id = user_executive_assignments.executive_id)
    AND EXISTS (SELECT FROM users u WHERE u.id = user_executive_assignments.user_id)
  );
CREATE POLICY "Admins can remove org assignments"
  ON user_executive_assignments FOR DELETE
  USING (
    (SELECT auth.is_org_admin())
    AND EXISTS (SELECT FROM executive_profiles e WHERE e.id = user_executive_assignments.executive_id)
  );

-- Left out of "all tables": whoever read a token could join any organization.
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Admins can view org invitations"
  ON invitations FOR SELECT
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Admins can add org invitations"
  ON invitations FOR INSERT
  WITH CHECK (
    org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()) AND invited_by = (SELECT auth.active_uid())
  );
CREATE POLICY "Admins can update org invitations"
  ON invitations FOR UPDATE
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));
CREATE POLICY "Admins can remove org invitations"
  ON invitations FOR DELETE
  USING (org_id = (SELECT auth.user_org_id()) AND (SELECT auth.is_org_admin()));

RESET ROLE;
