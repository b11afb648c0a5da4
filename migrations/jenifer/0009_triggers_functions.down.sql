DROP TRIGGER on_auth_user_created ON auth.users;
DROP FUNCTION handle_new_user();

DROP TRIGGER audit_executive_profiles ON executive_profiles;
DROP TRIGGER audit_approvals ON approvals;
DROP TRIGGER audit_tasks ON tasks;
DROP TRIGGER audit_meetings ON meetings;
DROP FUNCTION log_audit_event();

DROP TRIGGER update_integrations_updated_at ON integrations;
DROP TRIGGER update_contacts_updated_at ON contacts;
DROP TRIGGER update_key_dates_updated_at ON key_dates;
DROP TRIGGER update_approvals_updated_at ON approvals;
DROP TRIGGER update_tasks_updated_at ON tasks;
DROP TRIGGER update_meetings_updated_at ON meetings;
DROP TRIGGER update_executive_profiles_updated_at ON executive_profiles;
DROP TRIGGER update_users_updated_at ON users;
DROP TRIGGER update_organizations_updated_at ON organizations;
DROP FUNCTION update_updated_at();
