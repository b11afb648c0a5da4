-- Brings the internal organization, its first administrator, and the link between the two.
-- The password hash is a placeholder, as documented: nobody can sign in with it until it is replaced.
-- the document gives plain inserts: they pass over rows that are there because the down step leaves rows that are in use.

INSERT INTO organizations (id, name, type, tier) VALUES
('00000000-0000-0000-0000-000000000001', 'Rishi Internal', 'internal', 'internal')
ON CONFLICT DO NOTHING;

INSERT INTO users (id, email, password_hash, first_name, last_name, role) VALUES
('00000000-0000-0000-0000-000000000001', 'admin@rishi.internal', '$2b$12$...', 'System', 'Administrator', 'super_admin')
ON CONFLICT DO NOTHING;

INSERT INTO user_organizations (user_id, organization_id, role, is_default) VALUES
('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'super_admin', true)
ON CONFLICT DO NOTHING;
