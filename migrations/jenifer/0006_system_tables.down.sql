DROP TABLE org_feature_overrides;
DROP TABLE feature_flags;
DROP TABLE invitations;
DROP TABLE notifications;
DROP TABLE audit_log;
