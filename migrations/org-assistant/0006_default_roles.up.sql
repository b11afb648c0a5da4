-- Brings the three roles that everything else speaks of.
INSERT INTO roles (name, description) VALUES
  ('admin', 'System administrator'),
  ('super_user', 'Department administrator'),
  ('user', 'Regular user');
