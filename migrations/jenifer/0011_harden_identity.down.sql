-- Takes away the helpers and brings back the one that the document has.
DROP FUNCTION auth.keeps_subscription(UUID, TEXT, TEXT, TIMESTAMPTZ, TEXT, TEXT, TIMESTAMPTZ);
DROP FUNCTION auth.keeps_standing(UUID, UUID, TEXT, JSONB, BOOLEAN, TIMESTAMPTZ);
DROP FUNCTION auth.writable_executive_ids(TEXT);
DROP FUNCTION auth.assigned_executive_ids();
DROP FUNCTION auth.is_org_admin();
DROP FUNCTION auth.active_uid();

CREATE OR REPLACE FUNCTION auth.user_org_id()
RETURNS UUID AS $$
  SELECT org_id FROM users WHERE id = auth.uid()
$$ LANGUAGE sql SECURITY DEFINER;
GRANT EXECUTE ON FUNCTION auth.user_org_id() TO PUBLIC;
