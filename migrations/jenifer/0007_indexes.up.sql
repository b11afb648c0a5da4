-- Brings the additional indexes: full-text search, and the JSON columns that are searched.

CREATE INDEX idx_meetings_fts ON meetings
USING gin(to_tsvector('english', title || ' ' || COALESCE(description, '')));

CREATE INDEX idx_tasks_fts ON tasks
USING gin(to_tsvector('english', title || ' ' || COALESCE(description, '')));

CREATE INDEX idx_contacts_fts ON contacts
USING gin(to_tsvector('english', full_name || ' ' || COALESCE(company, '') || ' ' || COALESCE(email, '')));

CREATE INDEX idx_key_dates_fts ON key_dates
USING gin(to_tsvector('english', title || ' ' || COALESCE(description, '') || ' ' || COALESCE(related_person, '')));

CREATE INDEX idx_tasks_tags ON tasks USING gin(tags);
CREATE INDEX idx_contacts_tags ON contacts USING gin(tags);
CREATE INDEX idx_key_dates_tags ON key_dates USING gin(tags);
CREATE INDEX idx_meetings_attendees ON meetings USING gin(attendees);
