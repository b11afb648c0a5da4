-- The helpers read with the rights of whoever asks again.
GRANT EXECUTE ON FUNCTION get_user_department_ids(UUID), is_user_admin(UUID) TO PUBLIC;

CREATE OR REPLACE FUNCTION get_user_department_ids(p_user_id UUID)
RETURNS UUID[] AS $$
  SELECT ARRAY_AGG(department_id)
  FROM user_departments
  WHERE user_id = p_user_id;
$$ LANGUAGE SQL STABLE;

CREATE OR REPLACE FUNCTION is_user_admin(p_user_id UUID)
RETURNS BOOLEAN AS $$
  SELECT EXISTS(
    SELECT 1
    FROM user_roles ur
    JOIN roles r ON ur.role_id = r.id
    WHERE ur.user_id = p_user_id
    AND r.name = 'admin'
    AND ur.department_id IS NULL
  );
$$ LANGUAGE SQL STABLE;
