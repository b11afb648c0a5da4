DROP TABLE user_organizations;
DROP TABLE users;
DROP TABLE organizations;
