DROP TRIGGER update_staff_updated_at ON staff;
DROP TRIGGER update_services_updated_at ON services;
DROP TRIGGER update_appointments_updated_at ON appointments;
DROP TRIGGER update_conversations_updated_at ON conversations;
DROP TRIGGER update_ai_agents_updated_at ON ai_agents;
DROP TRIGGER update_organizations_updated_at ON organizations;
DROP TRIGGER update_users_updated_at ON users;
DROP FUNCTION update_updated_at_column();
