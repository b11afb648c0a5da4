-- A table as it should be: forced, every command has a policy in the fast form, nothing around it. PostgreSQL 13 to 18, as a superuser.
CREATE ROLE clean_owner NOLOGIN;
CREATE ROLE clean_app NOLOGIN;
CREATE ROLE clean_login LOGIN;
GRANT clean_app TO clean_login;
CREATE SCHEMA clean AUTHORIZATION clean_owner;
GRANT USAGE ON SCHEMA clean TO clean_app;
SET ROLE clean_owner;
CREATE FUNCTION clean.me() RETURNS int LANGUAGE sql STABLE AS $$SELECT nullif(current_setting('app.me', true), '')::int$$;
CREATE TABLE clean.notes (id int PRIMARY KEY, owner_id int NOT NULL, body text);
CREATE INDEX ON clean.notes (owner_id);
ALTER TABLE clean.notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE clean.notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON clean.notes TO clean_app USING (owner_id = (SELECT clean.me()));
GRANT SELECT, INSERT, UPDATE, DELETE ON clean.notes TO clean_app;
RESET ROLE;
