-- Takes back mail and its accounts.

DROP TABLE email_tracking_events;
DROP TABLE email_attachments;
DROP TABLE emails;
DROP TABLE email_accounts;
