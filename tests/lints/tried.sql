-- What only shows when somebody tries. PostgreSQL 13 to 18, as a superuser.
CREATE ROLE try_owner NOLOGIN;
CREATE ROLE try_app NOLOGIN;
GRANT try_app TO purview_jail;
CREATE SCHEMA tried AUTHORIZATION try_owner;
GRANT USAGE ON SCHEMA tried TO try_app;
SET ROLE try_owner;
SET search_path = tried;

-- Two policies that read each other's tables.
CREATE TABLE hen (id int PRIMARY KEY, egg int);
CREATE TABLE egg (id int PRIMARY KEY, hen int);
ALTER TABLE hen ENABLE ROW LEVEL SECURITY;
ALTER TABLE egg ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON hen USING (EXISTS (SELECT FROM egg e WHERE e.hen = hen.id));
CREATE POLICY rule ON egg USING (EXISTS (SELECT FROM hen h WHERE h.egg = egg.id));

-- A function that reads the table whose policy calls it: the server does not see it until it runs.
CREATE TABLE mirror (id int PRIMARY KEY);
CREATE FUNCTION looks() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM tried.mirror); END $$;
ALTER TABLE mirror ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON mirror USING (looks());
INSERT INTO mirror VALUES (1);

-- A policy that reads what its role may not.
CREATE TABLE closed (id int PRIMARY KEY);
CREATE TABLE needy (id int PRIMARY KEY);
ALTER TABLE needy ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON needy USING (id IN (SELECT c.id FROM closed c));

-- A policy that fails on some rows.
CREATE TABLE words (id int PRIMARY KEY, word text);
ALTER TABLE words ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON words USING (1 / id > 0);
INSERT INTO words VALUES (0, 'nought'), (1, 'one');

-- A policy that fails where nobody said who they are.
CREATE TABLE mine (id int PRIMARY KEY, who int);
ALTER TABLE mine ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON mine USING (who = current_setting('tried.me')::int);

-- A policy that reads a table of which rows are hidden.
CREATE TABLE team (id int PRIMARY KEY, member int);
ALTER TABLE team ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON team USING (member = 1);
INSERT INTO team VALUES (1, 1), (2, 2);
CREATE TABLE task (id int PRIMARY KEY, team int);
ALTER TABLE task ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON task USING (team IN (SELECT t.id FROM team t));
INSERT INTO task VALUES (1, 1), (2, 2), (3, 2);

-- One as it should be.
CREATE TABLE good (id int PRIMARY KEY, who int);
ALTER TABLE good ENABLE ROW LEVEL SECURITY;
CREATE POLICY rule ON good USING (who = nullif(current_setting('tried.me', true), '')::int);
INSERT INTO good VALUES (1, 1);

GRANT SELECT, INSERT, UPDATE, DELETE ON hen, egg, mirror, needy, words, mine, team, task, good TO try_app;
