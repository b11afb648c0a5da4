DROP TABLE memberships;
DROP TABLE family_members;
DROP TABLE direct_reports;
DROP TABLE user_executive_assignments;
DROP TABLE executive_profiles;
DROP TABLE users;
DROP TABLE organizations;
