-- Takes away the helpers, those that others call last.
DROP FUNCTION sign_in_candidates(text);
DROP FUNCTION own_calendar_account_ids();
DROP FUNCTION usable_email_account_ids();
DROP FUNCTION managed_email_account_ids();
DROP FUNCTION readable_department_ids();
DROP FUNCTION managed_department_ids();
DROP FUNCTION acting_department_ids();
DROP FUNCTION administered_organization_id();
DROP FUNCTION acting_organization_id();
DROP FUNCTION acting_user_id();
