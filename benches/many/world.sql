-- Fills an organization assistant that has its tables: 200 organizations, 2 000 departments, 10 000 users of whom 20 are admins, and as many mails as `bench.mails` says.
-- PostgreSQL 13 to 18. Needs a superuser: foreign keys and triggers are not asked while it fills.
SET session_replication_role = replica;
TRUNCATE organizations, departments, users, user_departments, user_roles, emails CASCADE;
-- Nothing here searches mail by words, senders or times.
DROP INDEX idx_emails_fulltext, idx_emails_from, idx_emails_from_lower, idx_emails_thread, idx_emails_received, idx_emails_unread, idx_emails_account;
INSERT INTO roles (name) SELECT 'admin' WHERE NOT EXISTS (SELECT FROM roles WHERE name = 'admin');
INSERT INTO organizations (id, name) SELECT md5('o' || o)::uuid, 'organization ' || o FROM generate_series(1, 200) o;
INSERT INTO departments (id, organization_id, name)
SELECT md5('d' || d)::uuid, md5('o' || (1 + d % 200))::uuid, 'department ' || d FROM generate_series(1, 2000) d;
INSERT INTO users (id, organization_id, email)
SELECT md5('u' || u)::uuid, md5('o' || (1 + u % 200))::uuid, 'user' || u || '@organization' || (1 + u % 200) || '.example' FROM generate_series(1, 10000) u;
-- A user is in one or two departments of the own organization.
INSERT INTO user_departments (user_id, department_id)
SELECT md5('u' || u)::uuid, md5('d' || (1 + (u - 1 + 200 * (u / 200 % 10)) % 2000))::uuid FROM generate_series(1, 10000) u
 UNION
SELECT md5('u' || u)::uuid, md5('d' || (1 + (u - 1 + 200 * (u / 400 % 10)) % 2000))::uuid FROM generate_series(1, 10000, 3) u;
INSERT INTO user_roles (user_id, role_id)
SELECT md5('u' || u)::uuid, r.id FROM generate_series(500, 10000, 500) u, roles r WHERE r.name = 'admin';
INSERT INTO emails (id, department_id, subject)
SELECT md5('e' || e)::uuid, md5('d' || (1 + e % 2000))::uuid, 'mail ' || e FROM generate_series(1, current_setting('bench.mails')::int) e;
RESET session_replication_role;
