-- Takes back the policies and row security.

DROP POLICY deal_access ON deals;
DROP POLICY workspace_isolation ON contacts;

ALTER TABLE emails DISABLE ROW LEVEL SECURITY;
ALTER TABLE deals DISABLE ROW LEVEL SECURITY;
ALTER TABLE contacts DISABLE ROW LEVEL SECURITY;
