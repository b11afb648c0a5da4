-- Mends organizations, users and memberships, which everybody could read and write whole, their own role included.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Organizations: seen by their members, tier and type set by the platform.
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_read ON organizations
  FOR SELECT
  USING (id = ANY ((SELECT acting_organization_ids())::uuid[]) OR (SELECT manages_platform()));
CREATE POLICY organization_insert ON organizations
  FOR INSERT
  WITH CHECK ((SELECT manages_platform()));
CREATE POLICY organization_update ON organizations
  FOR UPDATE
  USING ((SELECT manages_platform()));
CREATE POLICY organization_delete ON organizations
  FOR DELETE
  USING ((SELECT manages_platform()));

-- Memberships carry the roles: managers give those of clients, the platform all of them.
ALTER TABLE user_organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_organization_read ON user_organizations
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR organization_id = ANY ((SELECT acting_organization_ids())::uuid[])
    OR (SELECT manages_platform())
  );
CREATE POLICY user_organization_insert ON user_organizations
  FOR INSERT
  WITH CHECK (
    (SELECT manages_platform())
    OR (
      organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
      AND role NOT IN ('super_admin', 'internal_admin', 'internal_field_manager')
    )
  );
CREATE POLICY user_organization_update ON user_organizations
  FOR UPDATE
  USING (
    (SELECT manages_platform())
    OR (
      organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
      AND role NOT IN ('super_admin', 'internal_admin', 'internal_field_manager')
    )
  );
CREATE POLICY user_organization_delete ON user_organizations
  FOR DELETE
  USING (
    (SELECT manages_platform())
    OR (
      organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
      AND role NOT IN ('super_admin', 'internal_admin', 'internal_field_manager')
    )
  );

-- Users: oneself and those one shares an organization with. Nobody gives themselves a role.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_read ON users
  FOR SELECT
  USING (
    id = (SELECT acting_user_id())
    OR id IN (SELECT m.user_id FROM user_organizations m)
    OR (SELECT manages_platform())
  );
CREATE POLICY user_insert ON users
  FOR INSERT
  WITH CHECK ((SELECT manages_platform()));
CREATE POLICY user_update ON users
  FOR UPDATE
  USING (id = (SELECT acting_user_id()))
  WITH CHECK (id = (SELECT acting_user_id()) AND keeps_standing(id, role, is_active, email_verified));
CREATE POLICY user_administer ON users
  FOR UPDATE
  USING ((SELECT manages_platform()));

-- When one can work: one's own, and seen by those who plan.
ALTER TABLE availability_blocks ENABLE ROW LEVEL SECURITY;
CREATE POLICY availability_read ON availability_blocks
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR user_id IN (SELECT m.user_id FROM user_organizations m WHERE m.organization_id = ANY ((SELECT working_organization_ids())::uuid[]))
  );
CREATE POLICY availability_insert ON availability_blocks
  FOR INSERT
  WITH CHECK (user_id = (SELECT acting_user_id()));
CREATE POLICY availability_update ON availability_blocks
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()));
CREATE POLICY availability_delete ON availability_blocks
  FOR DELETE
  USING (user_id = (SELECT acting_user_id()));

RESET ROLE;
