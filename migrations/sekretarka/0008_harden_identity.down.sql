-- Takes away the helpers, those that others call last.
DROP FUNCTION keeps_title(uuid, text);
DROP FUNCTION keeps_standing(uuid, text, text, text, text, timestamp, timestamp);
DROP FUNCTION is_platform_admin();
DROP FUNCTION acting_organization_ids();
DROP FUNCTION owned_organization_ids();
DROP FUNCTION acting_user_id();
