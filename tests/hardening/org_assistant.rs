//! Who there is in the Org AI Assistant, what belongs to whom, and what must and must not be possible.

use super::{
    Case,
    Outcome::{Fails, No, Yes},
    case,
};

/// Makes `people`, and what the cases speak of.
pub(super) const PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('app.current_user_id', coalesce(u.id::text, '')) AS settings, u.id,
           u.organization_id AS organization, (SELECT d.department_id FROM public.user_departments d WHERE d.user_id = u.id LIMIT 1) AS department
      FROM (VALUES ('alice', 'alice.moreau', 'org_assistant_app'), ('bjorn', 'bjorn.hakonsen', 'org_assistant_app'), ('sean', 'sean.obrien', 'org_assistant_app'),
                   ('hana', 'hana.pospisil', 'org_assistant_app'), ('maja', 'maja.nielsen', 'org_assistant_app'), ('gone', 'tomas.dvorak', 'org_assistant_app'),
                   ('gone admin', 'ingrid.sorensen', 'org_assistant_app'), ('stray', 'grace.dangelo', 'org_assistant_app'), ('nobody', '-', 'org_assistant_app'),
                   ('owner', '-', 'org_assistant_owner'), ('service', '-', 'none')) AS p (name, mail, role)
      LEFT JOIN public.users u ON u.email LIKE p.mail || '@%' AND u.email NOT LIKE 'grace.smith%';
    CREATE TEMPORARY VIEW ours AS SELECT organization FROM people WHERE name = 'alice';
    CREATE TEMPORARY TABLE foreign_department AS SELECT id FROM public.departments WHERE organization_id <> (SELECT organization FROM people WHERE name = 'alice');
    CREATE TEMPORARY TABLE foreign_row AS
    SELECT id FROM public.emails WHERE department_id IN (TABLE foreign_department) UNION ALL SELECT id FROM public.files WHERE department_id IN (TABLE foreign_department)
    UNION ALL SELECT id FROM public.conversations WHERE department_id IN (TABLE foreign_department) UNION ALL SELECT id FROM public.embeddings WHERE department_id IN (TABLE foreign_department)
    UNION ALL SELECT id FROM public.users WHERE organization_id <> (TABLE ours) UNION ALL SELECT id FROM public.audit_logs WHERE organization_id <> (TABLE ours)
    UNION ALL SELECT id FROM public.api_usage WHERE organization_id <> (TABLE ours) UNION ALL SELECT id FROM public.cost_settings WHERE organization_id <> (TABLE ours);
    CREATE TEMPORARY TABLE mail AS SELECT e.id, e.department_id, a.user_id AS person, e.deleted_at FROM public.emails e JOIN public.email_accounts a ON a.id = e.email_account_id;
    GRANT SELECT ON people, ours, foreign_department, foreign_row, mail TO PUBLIC";

/// Makes `place` and `belongs`.
pub(super) const PLACES: &str = "
    CREATE TEMPORARY TABLE place AS
    SELECT v.relation, v.key, coalesce(v.organization, d.organization_id, '00000000-0000-0000-0000-000000000000') AS organization FROM (
        SELECT 'emails' AS relation, e.id AS key, e.department_id AS department, a.organization_id AS organization FROM emails e LEFT JOIN email_accounts a ON a.id = e.email_account_id
        UNION ALL SELECT 'files', id, department_id, organization_id FROM files
        UNION ALL SELECT 'conversations', c.id, c.department_id, u.organization_id FROM conversations c JOIN users u ON u.id = c.user_id
        UNION ALL SELECT 'messages', m.id, c.department_id, u.organization_id FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN users u ON u.id = c.user_id
        UNION ALL SELECT 'embeddings', id, department_id, NULL FROM embeddings
        UNION ALL SELECT 'email_accounts', id, department_id, organization_id FROM email_accounts
        UNION ALL SELECT 'email_attachments', t.id, e.department_id, a.organization_id FROM email_attachments t JOIN emails e ON e.id = t.email_id LEFT JOIN email_accounts a ON a.id = e.email_account_id
        UNION ALL SELECT 'calendar_accounts', c.id, c.department_id, u.organization_id FROM calendar_accounts c JOIN users u ON u.id = c.user_id
        UNION ALL SELECT 'calendar_events', e.id, e.department_id, u.organization_id FROM calendar_events e LEFT JOIN calendar_accounts c ON c.id = e.calendar_account_id LEFT JOIN users u ON u.id = c.user_id
        UNION ALL SELECT 'users', id, NULL, organization_id FROM users UNION ALL SELECT 'departments', id, id, organization_id FROM departments
        UNION ALL SELECT 'organizations', id, NULL, id FROM organizations
        UNION ALL SELECT 'user_roles', g.id, NULL, u.organization_id FROM user_roles g JOIN users u ON u.id = g.user_id
        UNION ALL SELECT 'user_departments', g.id, NULL, u.organization_id FROM user_departments g JOIN users u ON u.id = g.user_id
        UNION ALL SELECT 'api_usage', id, NULL, organization_id FROM api_usage UNION ALL SELECT 'cost_settings', id, NULL, organization_id FROM cost_settings
        UNION ALL SELECT 'notifications', n.id, NULL, u.organization_id FROM notifications n JOIN users u ON u.id = n.user_id
    ) v LEFT JOIN departments d ON d.id = v.department;
    CREATE TEMPORARY TABLE belongs AS
    SELECT email AS name, 'org_assistant_app' AS role, jsonb_build_object('app.current_user_id', id) AS settings,
           CASE WHEN deleted_at IS NULL THEN ARRAY[organization_id] ELSE '{}' END AS organizations FROM users";

/// The findings, and the work that must go on.
pub(super) const CASES: &[Case] = &[
    // Row level security and no policy.
    case("messages are seen", "maja", "SELECT count(*)::text FROM messages", No, Yes),
    case("events are seen", "hana", "SELECT count(*)::text FROM calendar_events", No, Yes),
    case("mail accounts are seen", "hana", "SELECT count(*)::text FROM email_accounts", No, Yes),
    case(
        "calendar accounts are seen",
        "alice",
        "SELECT count(*)::text FROM calendar_accounts",
        No,
        Yes,
    ),
    // Missing commands.
    case(
        "a conversation is begun",
        "hana",
        "INSERT INTO conversations (user_id, department_id, title) SELECT id, department, 'hello' FROM people WHERE name = 'hana'",
        No,
        Yes,
    ),
    case(
        "a conversation is begun for another",
        "hana",
        "INSERT INTO conversations (user_id, title) SELECT id, 'hello' FROM people WHERE name = 'maja'",
        No,
        No,
    ),
    case(
        "one's conversation is ended",
        "maja",
        "UPDATE conversations SET deleted_at = now() WHERE user_id = current_setting('app.current_user_id')::uuid",
        No,
        Yes,
    ),
    case(
        "one writes to the assistant",
        "maja",
        "INSERT INTO messages (conversation_id, role, content) SELECT id, 'user', 'hello' FROM conversations LIMIT 1",
        No,
        Yes,
    ),
    case(
        "one's mail is removed",
        "maja",
        "DELETE FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.id = m.person WHERE p.name = 'maja')",
        No,
        Yes,
    ),
    case(
        "one's mail is put away",
        "maja",
        "UPDATE emails SET deleted_at = now() WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.id = m.person WHERE p.name = 'maja')",
        Yes,
        Yes,
    ),
    case("a file is renamed", "alice", "UPDATE files SET filename = 'x'", No, Yes),
    case("a file is removed", "alice", "DELETE FROM files", No, Yes),
    case(
        "a text is indexed",
        "hana",
        "INSERT INTO embeddings (department_id, source_type, source_id, content, embedding) SELECT department, 'email', id, 'x', ('[' || repeat('0,', 1535) || '0]')::vector FROM people WHERE name = 'hana'",
        No,
        Yes,
    ),
    // The admin of one organization.
    case(
        "an admin reads another organization",
        "alice",
        "SELECT count(*)::text FROM emails WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an admin reads another's files",
        "alice",
        "SELECT count(*)::text FROM files WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an admin reads another's conversations",
        "alice",
        "SELECT count(*)::text FROM conversations WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an admin reads another's embeddings",
        "alice",
        "SELECT count(*)::text FROM embeddings WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an admin reads the own organization",
        "alice",
        "SELECT count(*)::text FROM emails WHERE id NOT IN (TABLE foreign_row)",
        Yes,
        Yes,
    ),
    case(
        "an admin writes mail",
        "alice",
        "INSERT INTO emails (department_id, subject) SELECT department, 'x' FROM people WHERE name = 'maja'",
        No,
        Yes,
    ),
    case(
        "an admin writes into another organization",
        "alice",
        "INSERT INTO emails (department_id, subject) SELECT id, 'x' FROM foreign_department",
        No,
        No,
    ),
    case(
        "an admin changes another organization",
        "alice",
        "UPDATE emails SET unread = false WHERE id IN (TABLE foreign_row)",
        No,
        No,
    ),
    // Department administrators, and whose mail it is.
    case(
        "a colleague's mail is changed",
        "hana",
        "UPDATE emails SET unread = false WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'hana' AND m.person <> p.id)",
        Yes,
        No,
    ),
    case(
        "a department administrator changes the department's mail",
        "sean",
        "UPDATE emails SET unread = false WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'maja' AND m.person = p.id)",
        Yes,
        Yes,
    ),
    case(
        "a department administrator removes the department's mail",
        "sean",
        "DELETE FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'maja' AND m.person = p.id)",
        No,
        Yes,
    ),
    case(
        "colleagues' mail is read",
        "hana",
        "SELECT count(*)::text FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'hana' AND m.person <> p.id)",
        Yes,
        Yes,
    ),
    // Deleted rows and deleted users.
    case(
        "deleted mail of others is read",
        "hana",
        "SELECT count(*)::text FROM emails WHERE id IN (SELECT m.id FROM mail m WHERE m.deleted_at IS NOT NULL AND m.person IS DISTINCT FROM current_setting('app.current_user_id')::uuid)",
        Yes,
        No,
    ),
    case("a deleted user reads", "gone", "SELECT count(*)::text FROM emails", Yes, No),
    case("a deleted admin reads", "gone admin", "SELECT count(*)::text FROM emails", Yes, No),
    case("a deleted admin reads users", "gone admin", "SELECT count(*)::text FROM users", Yes, No),
    case(
        "a department of another organization opens",
        "stray",
        "SELECT count(*)::text FROM emails WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an empty identity is nobody",
        "nobody",
        "SELECT count(*)::text FROM emails",
        Fails("22P02"),
        No,
    ),
    // No row level security.
    case(
        "users of others are read",
        "hana",
        "SELECT count(password_hash)::text FROM users WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "audit of others is read",
        "hana",
        "SELECT count(*)::text FROM audit_logs WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "usage of others is read",
        "hana",
        "SELECT count(*)::text FROM api_usage WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "limits of others are set",
        "alice",
        "UPDATE cost_settings SET setting_value = '{}' WHERE id IN (TABLE foreign_row)",
        Yes,
        No,
    ),
    case(
        "an admin sets the own limits",
        "alice",
        "UPDATE cost_settings SET setting_value = '{}' WHERE id NOT IN (TABLE foreign_row)",
        Yes,
        Yes,
    ),
    case(
        "one makes oneself admin",
        "hana",
        "INSERT INTO user_roles (user_id, role_id) SELECT p.id, r.id FROM people p, roles r WHERE p.name = 'hana' AND r.name = 'admin'",
        Yes,
        No,
    ),
    case(
        "one makes one's role the admin's",
        "hana",
        "UPDATE roles SET name = 'admin ' WHERE name = 'admin'",
        Yes,
        No,
    ),
    case(
        "one joins another department",
        "hana",
        "INSERT INTO user_departments (user_id, department_id) SELECT p.id, d.id FROM people p, foreign_department d WHERE p.name = 'hana'",
        Yes,
        No,
    ),
    case(
        "one moves to another organization",
        "hana",
        "UPDATE users SET organization_id = (SELECT organization FROM people WHERE name = 'bjorn')",
        Yes,
        No,
    ),
    case(
        "one changes one's name",
        "hana",
        "UPDATE users SET name = 'Hana' WHERE id = current_setting('app.current_user_id')::uuid",
        Yes,
        Yes,
    ),
    case(
        "a department goes with its mail",
        "hana",
        "DELETE FROM departments WHERE id NOT IN (TABLE foreign_department)",
        Yes,
        No,
    ),
    case("one's deeds are erased", "hana", "DELETE FROM audit_logs", Yes, No),
    case(
        "one's deeds are recorded",
        "hana",
        "INSERT INTO audit_logs (user_id, organization_id, action_type) SELECT id, organization, 'ai_query' FROM people WHERE name = 'hana'",
        Yes,
        Yes,
    ),
    case(
        "another's deeds are made up",
        "hana",
        "INSERT INTO audit_logs (user_id, organization_id, action_type) SELECT id, organization, 'ai_query' FROM people WHERE name = 'bjorn'",
        Yes,
        No,
    ),
    case(
        "an admin grants a role to a colleague",
        "alice",
        "INSERT INTO user_roles (user_id, role_id, department_id) SELECT p.id, r.id, p.department FROM people p, roles r WHERE p.name = 'hana' AND r.name = 'super_user'",
        Yes,
        Yes,
    ),
    case(
        "an admin grants a role elsewhere",
        "alice",
        "INSERT INTO user_roles (user_id, role_id) SELECT p.id, r.id FROM people p, roles r WHERE p.name = 'bjorn' AND r.name = 'user'",
        Yes,
        No,
    ),
    case(
        "notifications of others are read",
        "hana",
        "SELECT count(*)::text FROM notifications WHERE user_id <> current_setting('app.current_user_id')::uuid",
        Yes,
        No,
    ),
    // Passwords, and references into another organization.
    case(
        "colleagues' passwords are read",
        "hana",
        "SELECT count(password_hash)::text FROM users WHERE id = (SELECT id FROM people WHERE name = 'maja')",
        Yes,
        No,
    ),
    case(
        "colleagues are seen",
        "hana",
        "SELECT count(name)::text FROM users WHERE id = (SELECT id FROM people WHERE name = 'maja')",
        Yes,
        Yes,
    ),
    case(
        "one sets one's password",
        "hana",
        "UPDATE users SET password_hash = 'x' WHERE id = current_setting('app.current_user_id')::uuid",
        Yes,
        Yes,
    ),
    case(
        "an admin adds a user with a password",
        "alice",
        "INSERT INTO users (organization_id, email, name, password_hash) SELECT organization, 'new@meridian-freight.example', 'New', 'x' FROM people WHERE name = 'alice'",
        Yes,
        Yes,
    ),
    case(
        "what is used is put down to a user of another organization",
        "service",
        "INSERT INTO api_usage (organization_id, user_id, model, operation_type, total_tokens, cost_usd) SELECT p.organization, q.id, 'x', 'x', 1, 1 FROM people p, people q WHERE p.name = 'alice' AND q.name = 'bjorn'",
        Yes,
        Fails("23503"),
    )
    .given("SET CONSTRAINTS ALL IMMEDIATE"),
    // The owner, and signing in.
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM emails", Yes, No),
    case("the owner changes everything", "owner", "UPDATE users SET name = 'x'", Yes, No),
    case(
        "signing in needs no identity",
        "nobody",
        "SELECT count(*)::text FROM sign_in_candidates('alice.moreau@meridian-freight.example')",
        Fails("42883"),
        Yes,
    ),
];
