DROP INDEX idx_bookings_active_schedule;
DROP INDEX idx_users_active_email;
DROP INDEX idx_organizations_active_name;
DROP INDEX idx_tasks_assigned_status;
DROP INDEX idx_availability_user_time;
DROP INDEX idx_user_orgs_lookup;
DROP INDEX idx_bookings_org_schedule;
