-- Leaves the four tables without a policy again.
DROP INDEX idx_calendar_events_created_by;
DROP POLICY calendar_event_delete_policy ON calendar_events;
DROP POLICY calendar_event_update_policy ON calendar_events;
DROP POLICY calendar_event_insert_policy ON calendar_events;
DROP POLICY calendar_event_access_policy ON calendar_events;
DROP POLICY calendar_account_delete_policy ON calendar_accounts;
DROP POLICY calendar_account_update_policy ON calendar_accounts;
DROP POLICY calendar_account_insert_policy ON calendar_accounts;
DROP POLICY calendar_account_access_policy ON calendar_accounts;
DROP POLICY email_account_delete_policy ON email_accounts;
DROP POLICY email_account_update_policy ON email_accounts;
DROP POLICY email_account_insert_policy ON email_accounts;
DROP POLICY email_account_access_policy ON email_accounts;
DROP POLICY message_delete_policy ON messages;
DROP POLICY message_update_policy ON messages;
DROP POLICY message_insert_policy ON messages;
DROP POLICY message_access_policy ON messages;
