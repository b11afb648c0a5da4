-- Takes the index away again.
DROP INDEX idx_staff_user_ever;
