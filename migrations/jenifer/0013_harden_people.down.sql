-- Brings back the policies on people as the document has them.
DROP POLICY "Admins can remove org invitations" ON invitations;
DROP POLICY "Admins can update org invitations" ON invitations;
DROP POLICY "Admins can add org invitations" ON invitations;
DROP POLICY "Admins can view org invitations" ON invitations;
ALTER TABLE invitations DISABLE ROW LEVEL SECURITY;
DROP POLICY "Admins can remove org assignments" ON user_executive_assignments;
DROP POLICY "Admins can update org assignments" ON user_executive_assignments;
DROP POLICY "Admins can add org assignments" ON user_executive_assignments;
DROP POLICY "Users can view org assignments" ON user_executive_assignments;
DROP POLICY "Admins can remove org executives" ON executive_profiles;
DROP POLICY "Users can update executives whose settings they may write" ON executive_profiles;
DROP POLICY "Admins can add org executives" ON executive_profiles;
DROP POLICY "Admins can remove org members" ON users;
DROP POLICY "Admins can update org members" ON users;
DROP POLICY "Admins can add org members" ON users;
DROP POLICY "Users can update own profile" ON users;
DROP POLICY "Admins can update own organization" ON organizations;

ALTER POLICY "Users can view own organization" ON organizations
  USING (id = auth.user_org_id());
ALTER POLICY "Users can view org members" ON users
  USING (org_id = auth.user_org_id());
ALTER POLICY "Users can view org executives" ON executive_profiles
  USING (org_id = auth.user_org_id());

CREATE POLICY "Admins can update own organization"
  ON organizations FOR UPDATE
  USING (id = auth.user_org_id() AND EXISTS (
    SELECT 1 FROM users WHERE id = auth.uid() AND role = 'admin'
  ));

CREATE POLICY "Users can update own profile"
  ON users FOR UPDATE
  USING (id = auth.uid());

CREATE POLICY "Users can manage org executives"
  ON executive_profiles FOR ALL
  USING (org_id = auth.user_org_id());
