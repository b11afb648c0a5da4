-- Opens workspaces, users and memberships again.
DROP POLICY user_update ON users;
DROP POLICY user_read ON users;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
DROP POLICY workspace_update ON workspaces;
DROP POLICY workspace_read ON workspaces;
ALTER TABLE workspaces DISABLE ROW LEVEL SECURITY;
DROP POLICY member_delete ON workspace_members;
DROP POLICY member_accept ON workspace_members;
DROP POLICY member_update ON workspace_members;
DROP POLICY member_insert ON workspace_members;
DROP POLICY member_read ON workspace_members;
ALTER TABLE workspace_members DISABLE ROW LEVEL SECURITY;
DROP FUNCTION keeps_subscription(uuid, text, text, timestamptz, text, text);
