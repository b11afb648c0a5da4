DROP TABLE calendar_sync_tokens;
DROP TABLE integrations;
