-- Brings back the seven policies as the document has them.
DROP POLICY embedding_delete_policy ON embeddings;
DROP POLICY embedding_update_policy ON embeddings;
DROP POLICY embedding_insert_policy ON embeddings;
DROP POLICY embedding_access_policy ON embeddings;
DROP POLICY conversation_delete_policy ON conversations;
DROP POLICY conversation_update_policy ON conversations;
DROP POLICY conversation_insert_policy ON conversations;
DROP POLICY conversation_access_policy ON conversations;
DROP POLICY file_delete_policy ON files;
DROP POLICY file_update_policy ON files;
DROP POLICY file_insert_policy ON files;
DROP POLICY file_access_policy ON files;
DROP POLICY email_delete_policy ON emails;
DROP POLICY email_update_policy ON emails;
DROP POLICY email_insert_policy ON emails;
DROP POLICY email_access_policy ON emails;

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
