-- Mends the tables that say who belongs where: without row level security everybody read all organizations' users and could
-- make themselves admin by one INSERT. Colleagues see each other; only an admin changes who may do what.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- The organization itself: made and removed by the platform, not by its users.
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_access_policy ON organizations
  FOR SELECT
  USING (id = (SELECT acting_organization_id()));
CREATE POLICY organization_update_policy ON organizations
  FOR UPDATE
  USING (id = (SELECT administered_organization_id()));

-- Any user could delete a department, and by the foreign keys all its mail with it.
ALTER TABLE departments ENABLE ROW LEVEL SECURITY;
CREATE POLICY department_access_policy ON departments
  FOR SELECT
  USING (organization_id = (SELECT acting_organization_id()));
CREATE POLICY department_insert_policy ON departments
  FOR INSERT
  WITH CHECK (organization_id = (SELECT administered_organization_id()));
CREATE POLICY department_update_policy ON departments
  FOR UPDATE
  USING (organization_id = (SELECT administered_organization_id()));
CREATE POLICY department_delete_policy ON departments
  FOR DELETE
  USING (organization_id = (SELECT administered_organization_id()));

-- Users of all tenants were open with their password hashes. One's own row may be changed, but not moved elsewhere.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_access_policy ON users
  FOR SELECT
  USING (organization_id = (SELECT acting_organization_id()));
CREATE POLICY user_insert_policy ON users
  FOR INSERT
  WITH CHECK (organization_id = (SELECT administered_organization_id()));
CREATE POLICY user_update_policy ON users
  FOR UPDATE
  USING (id = (SELECT acting_user_id()) OR organization_id = (SELECT administered_organization_id()))
  WITH CHECK (
    organization_id = (SELECT acting_organization_id())
    AND (id = (SELECT acting_user_id()) OR organization_id = (SELECT administered_organization_id()))
  );
CREATE POLICY user_delete_policy ON users
  FOR DELETE
  USING (organization_id = (SELECT administered_organization_id()));

-- Anybody could join any department. Who manages it says who is in it, and only colleagues can be.
ALTER TABLE user_departments ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_department_access_policy ON user_departments
  FOR SELECT
  USING (EXISTS (SELECT FROM users u WHERE u.id = user_departments.user_id));
CREATE POLICY user_department_insert_policy ON user_departments
  FOR INSERT
  WITH CHECK (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    AND EXISTS (SELECT FROM users u WHERE u.id = user_departments.user_id)
  );
CREATE POLICY user_department_update_policy ON user_departments
  FOR UPDATE
  USING (department_id = ANY ((SELECT managed_department_ids())::uuid[]))
  WITH CHECK (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    AND EXISTS (SELECT FROM users u WHERE u.id = user_departments.user_id)
  );
CREATE POLICY user_department_delete_policy ON user_departments
  FOR DELETE
  USING (department_id = ANY ((SELECT managed_department_ids())::uuid[]));

-- What the roles are called decides what they may: nobody renames them.
ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY role_access_policy ON roles
  FOR SELECT
  USING ((SELECT acting_user_id()) IS NOT NULL);

-- Self-promotion: grants are an admin's, to colleagues and for departments of the same organization.
ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_role_access_policy ON user_roles
  FOR SELECT
  USING (EXISTS (SELECT FROM users u WHERE u.id = user_roles.user_id));
CREATE POLICY user_role_insert_policy ON user_roles
  FOR INSERT
  WITH CHECK (
    (SELECT administered_organization_id()) IS NOT NULL
    AND EXISTS (SELECT FROM users u WHERE u.id = user_roles.user_id)
    AND (department_id IS NULL OR department_id = ANY ((SELECT managed_department_ids())::uuid[]))
  );
CREATE POLICY user_role_update_policy ON user_roles
  FOR UPDATE
  USING (
    (SELECT administered_organization_id()) IS NOT NULL
    AND EXISTS (SELECT FROM users u WHERE u.id = user_roles.user_id)
  )
  WITH CHECK (
    (SELECT administered_organization_id()) IS NOT NULL
    AND EXISTS (SELECT FROM users u WHERE u.id = user_roles.user_id)
    AND (department_id IS NULL OR department_id = ANY ((SELECT managed_department_ids())::uuid[]))
  );
CREATE POLICY user_role_delete_policy ON user_roles
  FOR DELETE
  USING (
    (SELECT administered_organization_id()) IS NOT NULL
    AND EXISTS (SELECT FROM users u WHERE u.id = user_roles.user_id)
  );

RESET ROLE;
