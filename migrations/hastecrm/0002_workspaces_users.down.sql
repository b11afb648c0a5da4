-- Takes back memberships, users and workspaces.

DROP TABLE workspace_members;
DROP TABLE users;
DROP TABLE workspaces;
