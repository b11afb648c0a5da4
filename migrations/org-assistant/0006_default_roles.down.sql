-- Takes away the three roles, and with them (by cascade) who holds them.
DELETE FROM roles WHERE name IN ('admin', 'super_user', 'user');
