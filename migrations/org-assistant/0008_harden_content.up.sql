-- Mends mail, files, conversations and embeddings: an admin of one organization read the others', deleted rows showed,
-- and whole commands had no policy. The helpers stand in sub-selects, so that each is called once and not for every row.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.emails'::regclass;

-- Mail: live in one's departments; deleted only where one may bring it back; an admin's reach ends with the organization.
DROP POLICY email_access_policy ON emails;
CREATE POLICY email_access_policy ON emails
  FOR SELECT
  USING (
    (department_id = ANY ((SELECT readable_department_ids())::uuid[]) AND deleted_at IS NULL)
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR email_account_id = ANY ((SELECT managed_email_account_ids())::uuid[])
  );

-- Admins could read and not write.
DROP POLICY email_insert_policy ON emails;
CREATE POLICY email_insert_policy ON emails
  FOR INSERT
  WITH CHECK (
    department_id = ANY ((SELECT readable_department_ids())::uuid[])
    OR (department_id IS NULL AND email_account_id = ANY ((SELECT managed_email_account_ids())::uuid[]))
  );

-- "Users can update their own emails" was the whole department: own is what came by one's own or a shared account.
DROP POLICY email_update_policy ON emails;
CREATE POLICY email_update_policy ON emails
  FOR UPDATE
  USING (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR email_account_id = ANY ((SELECT usable_email_account_ids())::uuid[])
  )
  WITH CHECK (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR (
      email_account_id = ANY ((SELECT usable_email_account_ids())::uuid[])
      AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    )
  );

-- Nobody could delete mail.
CREATE POLICY email_delete_policy ON emails
  FOR DELETE
  USING (
    department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR email_account_id = ANY ((SELECT managed_email_account_ids())::uuid[])
  );

-- Files: likewise, their owner being the one who put them there.
DROP POLICY file_access_policy ON files;
CREATE POLICY file_access_policy ON files
  FOR SELECT
  USING (
    (department_id = ANY ((SELECT readable_department_ids())::uuid[]) AND deleted_at IS NULL)
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR user_id = (SELECT acting_user_id())
    OR (department_id IS NULL AND organization_id = (SELECT administered_organization_id()))
  );

DROP POLICY file_insert_policy ON files;
CREATE POLICY file_insert_policy ON files
  FOR INSERT
  WITH CHECK (
    (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    AND coalesce(organization_id, (SELECT acting_organization_id())) = (SELECT acting_organization_id())
    AND (
      user_id = (SELECT acting_user_id())
      OR user_id IS NULL
      OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    )
  );

-- Nobody could change or delete a file.
CREATE POLICY file_update_policy ON files
  FOR UPDATE
  USING (
    user_id = (SELECT acting_user_id())
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR (department_id IS NULL AND organization_id = (SELECT administered_organization_id()))
  )
  WITH CHECK (
    (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
    AND coalesce(organization_id, (SELECT acting_organization_id())) = (SELECT acting_organization_id())
  );

CREATE POLICY file_delete_policy ON files
  FOR DELETE
  USING (
    user_id = (SELECT acting_user_id())
    OR department_id = ANY ((SELECT managed_department_ids())::uuid[])
    OR (department_id IS NULL AND organization_id = (SELECT administered_organization_id()))
  );

-- Conversations: one's own, or for an admin those in the organization's departments.
DROP POLICY conversation_access_policy ON conversations;
CREATE POLICY conversation_access_policy ON conversations
  FOR SELECT
  USING (
    user_id = (SELECT acting_user_id())
    OR (
      (SELECT administered_organization_id()) IS NOT NULL
      AND department_id = ANY ((SELECT managed_department_ids())::uuid[])
    )
  );

-- Nobody could begin, rename or end a conversation, not even their own.
CREATE POLICY conversation_insert_policy ON conversations
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
  );

CREATE POLICY conversation_update_policy ON conversations
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()))
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (department_id IS NULL OR department_id = ANY ((SELECT readable_department_ids())::uuid[]))
  );

CREATE POLICY conversation_delete_policy ON conversations
  FOR DELETE
  USING (
    user_id = (SELECT acting_user_id())
    OR (
      (SELECT administered_organization_id()) IS NOT NULL
      AND department_id = ANY ((SELECT managed_department_ids())::uuid[])
    )
  );

-- Embeddings: read as mail is; nobody could index anything.
DROP POLICY embedding_access_policy ON embeddings;
CREATE POLICY embedding_access_policy ON embeddings
  FOR SELECT
  USING (department_id = ANY ((SELECT readable_department_ids())::uuid[]));

CREATE POLICY embedding_insert_policy ON embeddings
  FOR INSERT
  WITH CHECK (department_id = ANY ((SELECT readable_department_ids())::uuid[]));

CREATE POLICY embedding_update_policy ON embeddings
  FOR UPDATE
  USING (department_id = ANY ((SELECT readable_department_ids())::uuid[]));

CREATE POLICY embedding_delete_policy ON embeddings
  FOR DELETE
  USING (department_id = ANY ((SELECT readable_department_ids())::uuid[]));

RESET ROLE;
