-- Brings the two helper functions and the seven policies that use them; four of the eight tables get none, as documented.

-- The departments a user belongs to.
CREATE OR REPLACE FUNCTION get_user_department_ids(p_user_id UUID)
RETURNS UUID[] AS $$
  SELECT ARRAY_AGG(department_id)
  FROM user_departments
  WHERE user_id = p_user_id;
$$ LANGUAGE SQL STABLE;

-- Whether a user holds the admin role for no department in particular.
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

-- Mail: read by the departments of the user, or by an admin; written within the departments only.
CREATE POLICY email_access_policy ON emails
  FOR SELECT
  USING (
    is_user_admin(current_setting('app.current_user_id', true)::UUID)
    OR department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );

CREATE POLICY email_insert_policy ON emails
  FOR INSERT
  WITH CHECK (
    department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );

CREATE POLICY email_update_policy ON emails
  FOR UPDATE
  USING (
    department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );

-- Files: likewise, without an update.
CREATE POLICY file_access_policy ON files
  FOR SELECT
  USING (
    is_user_admin(current_setting('app.current_user_id', true)::UUID)
    OR department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );

CREATE POLICY file_insert_policy ON files
  FOR INSERT
  WITH CHECK (
    department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );

-- Conversations: one's own, or all for an admin.
CREATE POLICY conversation_access_policy ON conversations
  FOR SELECT
  USING (
    user_id = current_setting('app.current_user_id', true)::UUID
    OR is_user_admin(current_setting('app.current_user_id', true)::UUID)
  );

-- Embeddings: read as mail is.
CREATE POLICY embedding_access_policy ON embeddings
  FOR SELECT
  USING (
    is_user_admin(current_setting('app.current_user_id', true)::UUID)
    OR department_id = ANY(get_user_department_ids(current_setting('app.current_user_id', true)::UUID))
  );
