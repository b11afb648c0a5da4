-- Takes away the policies, then the functions they call.
DROP POLICY embedding_access_policy ON embeddings;
DROP POLICY conversation_access_policy ON conversations;
DROP POLICY file_insert_policy ON files;
DROP POLICY file_access_policy ON files;
DROP POLICY email_update_policy ON emails;
DROP POLICY email_insert_policy ON emails;
DROP POLICY email_access_policy ON emails;
DROP FUNCTION is_user_admin(UUID);
DROP FUNCTION get_user_department_ids(UUID);
