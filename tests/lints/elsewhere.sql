-- What other linters tell wrongly, each in a table of its own with the rows of tenants 1, 2 and none. PostgreSQL 13 to 18, as a superuser.
CREATE ROLE e_owner NOLOGIN;
CREATE ROLE e_app NOLOGIN;
CREATE ROLE e_group NOLOGIN;
CREATE ROLE e_member NOLOGIN IN ROLE e_group;
CREATE ROLE e_distant NOLOGIN NOINHERIT IN ROLE e_group;
GRANT e_app, e_member, e_distant TO purview_jail;
CREATE SCHEMA e AUTHORIZATION e_owner;
GRANT USAGE ON SCHEMA e TO PUBLIC;
SET ROLE e_owner;
SET search_path = e;
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS $$SELECT 1 + length(current_user) * 0$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['no_check', 'no_strict_check', 'no_using', 'no_update_using', 'no_condition', 'no_strict_condition', 'only_strict',
        'half', 'grouped', 'wrapped_once', 'wrapped', 'one_is_one', 'itself', 'itself_filled', 'either', 'not_false', 'or_true', 'seen_through', 'forced'] LOOP
        EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, tenant int)', name);
        EXECUTE format('INSERT INTO %I VALUES (1, 1), (2, 2), (3, NULL)', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO e_app', name);
    END LOOP;
END
$$;
CREATE TABLE parts (id int, tenant int) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES (1, 1), (2, 2), (3, NULL);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON parts, part TO e_app;

CREATE POLICY p ON no_check USING (tenant = 1);
CREATE POLICY p ON no_strict_check USING (true);
CREATE POLICY strict ON no_strict_check AS RESTRICTIVE USING (tenant = 1);
CREATE POLICY p ON no_using WITH CHECK (true);
CREATE POLICY p ON no_update_using FOR UPDATE WITH CHECK (true);
CREATE POLICY seen ON no_update_using FOR SELECT USING (tenant = 1);
CREATE POLICY p ON no_condition;
CREATE POLICY p ON no_strict_condition USING (true);
CREATE POLICY strict ON no_strict_condition AS RESTRICTIVE;
CREATE POLICY p ON only_strict AS RESTRICTIVE USING (true);
CREATE POLICY p ON half FOR SELECT USING (tenant = 1);
CREATE POLICY p ON grouped TO e_group USING (tenant = 1);
GRANT SELECT ON grouped TO e_member, e_distant;
REVOKE ALL ON grouped FROM e_app;
CREATE POLICY p ON wrapped_once USING (tenant = (SELECT me()) AND id >= me());
CREATE POLICY p ON wrapped USING (tenant = (SELECT me()) AND id >= (SELECT me()));
CREATE POLICY p ON one_is_one FOR SELECT USING (1 = 1);
CREATE POLICY p ON itself FOR SELECT USING (tenant = tenant);
CREATE POLICY p ON itself_filled FOR SELECT USING (id = id);
CREATE POLICY p ON either FOR SELECT USING (tenant IS NULL OR tenant IS NOT NULL);
CREATE POLICY p ON not_false FOR SELECT USING (NOT false);
CREATE POLICY p ON or_true FOR SELECT USING (tenant = 1 OR true);
CREATE POLICY p ON seen_through USING (tenant = 1);
CREATE POLICY p ON forced TO e_app USING (tenant = 1);
ALTER TABLE forced FORCE ROW LEVEL SECURITY;
CREATE VIEW seen_through_view AS SELECT * FROM seen_through;
CREATE VIEW forced_view AS SELECT * FROM forced;
GRANT SELECT ON seen_through_view, forced_view TO e_app;
RESET ROLE;
