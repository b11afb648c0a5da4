-- Takes away the helpers, those that others call last.
DROP FUNCTION keeps_standing(uuid, user_role, boolean, boolean);
DROP FUNCTION manages_platform();
DROP FUNCTION managed_organization_ids();
DROP FUNCTION working_organization_ids();
DROP FUNCTION acting_organization_ids();
DROP FUNCTION acting_user_id();
