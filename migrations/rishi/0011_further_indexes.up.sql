-- Brings the composite indexes for frequent questions, and the partial ones over what is active.

CREATE INDEX idx_bookings_org_schedule ON bookings(organization_id, scheduled_start, scheduled_end);
CREATE INDEX idx_user_orgs_lookup ON user_organizations(user_id, organization_id, role);
CREATE INDEX idx_availability_user_time ON availability_blocks(user_id, start_time, end_time, status);
CREATE INDEX idx_tasks_assigned_status ON tasks(assigned_to, status, due_date);

CREATE INDEX idx_organizations_active_name ON organizations(name) WHERE is_active = true;
CREATE INDEX idx_users_active_email ON users(email) WHERE is_active = true;
CREATE INDEX idx_bookings_active_schedule ON bookings(scheduled_start, scheduled_end) WHERE status != 'cancelled';
