-- Takes away the helpers, those that others call last.
DROP FUNCTION keeps_membership(uuid, uuid, text, jsonb);
DROP FUNCTION own_email_account_ids();
DROP FUNCTION administered_workspace_id();
DROP FUNCTION writable_workspace_id();
DROP FUNCTION acting_workspace_id();
DROP FUNCTION acting_user_id();
