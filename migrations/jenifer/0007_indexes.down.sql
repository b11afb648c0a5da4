DROP INDEX idx_meetings_attendees;
DROP INDEX idx_key_dates_tags;
DROP INDEX idx_contacts_tags;
DROP INDEX idx_tasks_tags;
DROP INDEX idx_key_dates_fts;
DROP INDEX idx_contacts_fts;
DROP INDEX idx_tasks_fts;
DROP INDEX idx_meetings_fts;
