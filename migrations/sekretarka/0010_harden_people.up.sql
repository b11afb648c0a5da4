-- Mends the tables of people and sign-in, which were open whole, tokens and roles included, to whoever may SELECT.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- An organization is made by its owner and never deleted for good, which would take its calls and appointments along.
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization_read ON organizations
  FOR SELECT
  USING (
    id = ANY ((SELECT acting_organization_ids())::uuid[])
    OR owner_id = (SELECT acting_user_id())
    OR (SELECT is_platform_admin())
  );
CREATE POLICY organization_insert ON organizations
  FOR INSERT
  WITH CHECK (owner_id = (SELECT acting_user_id()));
CREATE POLICY organization_update ON organizations
  FOR UPDATE
  USING (owner_id = (SELECT acting_user_id()));

-- The staff says who belongs here, so only the owner adds to it; one's own entry may be changed, but neither moved elsewhere nor given another title.
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_read ON staff
  FOR SELECT
  USING (
    (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]) AND deleted_at IS NULL)
    OR organization_id = ANY ((SELECT owned_organization_ids())::uuid[])
  );
CREATE POLICY staff_insert ON staff
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
CREATE POLICY staff_update ON staff
  FOR UPDATE
  USING (
    organization_id = ANY ((SELECT owned_organization_ids())::uuid[])
    OR (user_id = (SELECT acting_user_id()) AND organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
  )
  WITH CHECK (
    organization_id = ANY ((SELECT owned_organization_ids())::uuid[])
    OR (
      user_id = (SELECT acting_user_id())
      AND organization_id = ANY ((SELECT acting_organization_ids())::uuid[])
      AND deleted_at IS NULL
      AND keeps_title(id, role)
    )
  );
CREATE POLICY staff_delete ON staff
  FOR DELETE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));

-- Users: oneself and those one works with. Nobody gives themselves a role or a subscription.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_read ON users
  FOR SELECT
  USING (
    id = (SELECT acting_user_id())
    OR id IN (SELECT s.user_id FROM staff s)
    OR id IN (SELECT o.owner_id FROM organizations o)
    OR (SELECT is_platform_admin())
  );
CREATE POLICY user_update ON users
  FOR UPDATE
  USING (id = (SELECT acting_user_id()))
  WITH CHECK (
    id = (SELECT acting_user_id())
    AND keeps_standing(id, role, subscription_status, subscription_tier, stripe_customer_id, trial_ends_at, deleted_at)
  );
CREATE POLICY user_administer ON users
  FOR UPDATE
  USING ((SELECT is_platform_admin()));

-- Tokens of sign-in: one's own.
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_own ON accounts
  FOR ALL
  USING (user_id = (SELECT acting_user_id()));
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY session_own ON sessions
  FOR ALL
  USING (user_id = (SELECT acting_user_id()));

-- One-time tokens belong to nobody yet: they are written and taken by the functions of sign-in, and seen by administrators.
ALTER TABLE verification_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY verification_token_read ON verification_tokens
  FOR SELECT
  USING ((SELECT is_platform_admin()));

RESET ROLE;
