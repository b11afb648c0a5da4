DROP TABLE concierge_services;
DROP TABLE key_dates;
DROP TABLE delegations;
-- Tasks and approvals refer to each other.
ALTER TABLE tasks DROP CONSTRAINT tasks_related_approval_id_fkey;
DROP TABLE approvals;
DROP TABLE tasks;
DROP TABLE contacts;
DROP TABLE meetings;
