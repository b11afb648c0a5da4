//! Who there is in jenifer, what belongs to whom, and what must and must not be possible.

use super::{
    Case,
    Outcome::{Fails, No, Yes},
    case,
};

/// Makes `people`, and what the cases speak of.
pub(super) const PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('request.jwt.claims', CASE WHEN p.sub THEN jsonb_build_object('sub', u.id, 'role', p.role)::text ELSE '' END) AS settings,
           u.id, u.org_id AS organization
      FROM (VALUES ('amelia', 'amelia.hartwell', 'authenticated', true), ('priya', 'priya.raghunathan', 'authenticated', true),
                   ('locked', 'jonas.becker', 'authenticated', true), ('gone', 'marek.dvorak', 'authenticated', true), ('gone admin', 'grace.okafor', 'authenticated', true),
                   ('idle', 'siobhan.obrien', 'authenticated', true), ('beatriz', 'beatriz.salgado', 'authenticated', true), ('anon', '-', 'anon', false),
                   ('owner', '-', 'jenifer_owner', false), ('service', '-', 'none', false)) AS p (name, mail, role, sub)
      LEFT JOIN public.users u ON u.email LIKE p.mail || '@%';
    INSERT INTO people VALUES ('newcomer', 'authenticated', jsonb_build_object('request.jwt.claims', '{\"sub\": \"00000000-0000-0000-0000-0000000000aa\"}'), '00000000-0000-0000-0000-0000000000aa');
    CREATE TEMPORARY TABLE foreign_row AS
    SELECT id FROM public.meetings WHERE org_id <> (SELECT organization FROM people WHERE name = 'priya')
    UNION ALL SELECT id FROM public.executive_profiles WHERE org_id <> (SELECT organization FROM people WHERE name = 'priya');
    CREATE TEMPORARY TABLE foreign_executive AS SELECT id FROM public.executive_profiles WHERE org_id <> (SELECT organization FROM people WHERE name = 'priya');
    CREATE TEMPORARY TABLE looked_after AS
    SELECT a.executive_id AS id, a.permissions FROM public.user_executive_assignments a JOIN people p ON p.id = a.user_id AND p.name = 'priya';
    GRANT SELECT ON people, foreign_row, foreign_executive, looked_after TO PUBLIC";

/// Makes `place` and `belongs`.
pub(super) const PLACES: &str = "
    CREATE TEMPORARY TABLE place (relation text, key uuid, organization uuid);
    DO $$
    DECLARE
        what text;
    BEGIN
        FOR what IN SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                     WHERE attname = 'org_id' AND c.relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
            EXECUTE format('INSERT INTO place SELECT %L, id, org_id FROM %s WHERE org_id IS NOT NULL', what, what);
        END LOOP;
    END
    $$;
    INSERT INTO place SELECT 'organizations', id, id FROM organizations
    UNION ALL SELECT 'ai_messages', m.id, c.org_id FROM ai_messages m JOIN ai_conversations c ON c.id = m.conversation_id
    UNION ALL SELECT 'calendar_sync_tokens', t.id, i.org_id FROM calendar_sync_tokens t JOIN integrations i ON i.id = t.integration_id
    UNION ALL SELECT 'user_executive_assignments', a.id, e.org_id FROM user_executive_assignments a JOIN executive_profiles e ON e.id = a.executive_id;
    CREATE TEMPORARY TABLE belongs AS
    SELECT email AS name, 'authenticated' AS role, jsonb_build_object('request.jwt.claims', jsonb_build_object('sub', id, 'role', 'authenticated')::text) AS settings,
           CASE WHEN deleted_at IS NULL AND is_active THEN ARRAY[org_id] ELSE '{}' END AS organizations FROM users
    UNION ALL SELECT 'anon', 'anon', '{\"request.jwt.claims\": \"\"}', '{}'";

/// The findings, and the work that must go on.
pub(super) const CASES: &[Case] = &[
    // Row level security and no policy.
    case("contacts are seen", "priya", "SELECT count(*)::text FROM contacts", No, Yes),
    case("key dates are seen", "priya", "SELECT count(*)::text FROM key_dates", No, Yes),
    case("delegations are seen", "priya", "SELECT count(*)::text FROM delegations", No, Yes),
    case("assignments are seen", "priya", "SELECT count(*)::text FROM user_executive_assignments", No, Yes),
    case("concierge services are seen", "priya", "SELECT count(*)::text FROM concierge_services", No, Yes),
    case("insights are seen", "amelia", "SELECT count(*)::text FROM ai_insights", No, Yes),
    case("patterns are seen", "priya", "SELECT count(*)::text FROM ai_patterns", No, Yes),
    case("a contact is added", "priya", "INSERT INTO contacts (org_id, created_by, full_name) SELECT organization, id, 'x' FROM people WHERE name = 'priya'", No, Yes),
    // Tables left out of "all tables".
    case("a visitor reads invitations", "anon", "SELECT count(token)::text FROM invitations", Yes, No),
    case("a visitor reads sync tokens", "anon", "SELECT count(sync_token)::text FROM calendar_sync_tokens", Yes, No),
    case("a visitor reads families", "anon", "SELECT count(*)::text FROM family_members", Yes, No),
    case("a visitor switches features on", "anon", "UPDATE feature_flags SET is_enabled = true", Yes, No),
    case("an admin switches features on", "amelia", "UPDATE org_feature_overrides SET is_enabled = true", Yes, No),
    case("families are for those who look after the executive", "idle", "SELECT count(*)::text FROM family_members", Yes, No),
    case("families are seen by those who do", "priya", "SELECT count(*)::text FROM family_members WHERE executive_id IN (SELECT id FROM looked_after)", Yes, Yes),
    case("an invitation is found by its token", "anon", "SELECT count(*)::text FROM find_invitation('a token')", Fails("42883"), Yes)
        .given("INSERT INTO public.invitations (org_id, invited_by, email, token, expires_at) SELECT organization, id, 'new@halden-marsh.example', 'a token', now() + interval '1 day' FROM people WHERE name = 'amelia'"),
    // Missing commands.
    case("a message is added to one's conversation", "priya", "INSERT INTO ai_messages (conversation_id, role, content) SELECT id, 'user', 'x' FROM ai_conversations LIMIT 1", No, Yes),
    case("an admin locks a user", "amelia", "UPDATE users SET is_active = false WHERE id = (SELECT id FROM people WHERE name = 'priya')", No, Yes),
    case("an admin locks a user elsewhere", "amelia", "UPDATE users SET is_active = false WHERE id = (SELECT id FROM people WHERE name = 'beatriz')", No, No),
    case("an admin adds a user", "amelia", "INSERT INTO users (id, org_id, email) SELECT '00000000-0000-0000-0000-0000000000aa', organization, 'new@halden-marsh.example' FROM people WHERE name = 'amelia'", No, Yes)
        .given("SET LOCAL session_replication_role = replica; INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-0000000000aa', 'new@halden-marsh.example'); SET LOCAL session_replication_role = origin"),
    case("one's notifications are removed", "priya", "DELETE FROM notifications", No, Yes),
    // Self-promotion.
    case("one makes oneself admin", "priya", "UPDATE users SET role = 'admin' WHERE id = auth.uid()", Yes, No),
    case("one moves to another organization", "priya", "UPDATE users SET org_id = (SELECT organization FROM people WHERE name = 'beatriz')", Yes, No),
    case("one changes one's permissions", "priya", "UPDATE users SET permissions = '[\"all\"]' WHERE id = auth.uid()", Yes, No),
    case("one changes one's profile", "priya", "UPDATE users SET full_name = 'Priya', timezone = 'UTC' WHERE id = auth.uid()", Yes, Yes),
    case("an admin takes a bigger plan", "amelia", "UPDATE organizations SET subscription_tier = 'enterprise' || subscription_tier", Yes, No),
    case("an admin renames the organization", "amelia", "UPDATE organizations SET name = 'x'", Yes, Yes),
    // The helper function.
    case("a temporary table takes the helper over", "priya", "SELECT count(*)::text FROM meetings WHERE id IN (TABLE foreign_row)", Yes, No)
        .given("DISCARD PLANS; CREATE TEMPORARY TABLE users AS SELECT p.id, q.organization AS org_id FROM people p, people q WHERE p.name = 'priya' AND q.name = 'beatriz'; GRANT SELECT ON pg_temp.users TO PUBLIC"),
    case("the helper is called for every row", "service", "SELECT count(*)::text FROM pg_proc WHERE oid = 'auth.user_org_id()'::regprocedure AND provolatile = 'v'", Yes, No),
    // Locked and deleted users.
    case("a locked user reads", "locked", "SELECT count(*)::text FROM meetings", Yes, No),
    case("a locked user reads own conversations", "locked", "SELECT count(*)::text FROM ai_conversations", Yes, No),
    case("a deleted user writes", "gone", "UPDATE tasks SET title = 'x'", Yes, No),
    case("a deleted admin reads the audit log", "gone admin", "SELECT count(*)::text FROM audit_log", Yes, No),
    // Permissions for each executive.
    case("meetings go at the hands of anybody", "idle", "DELETE FROM meetings WHERE executive_id IS NOT NULL", Yes, No),
    case("a meeting is moved with the permission", "priya", "UPDATE meetings SET location = 'x' WHERE executive_id IN (SELECT id FROM looked_after WHERE permissions -> 'calendar' ? 'write')", Yes, Yes),
    case("meetings of the organization are seen", "priya", "SELECT count(*)::text FROM meetings", Yes, Yes),
    case("one decides one's own approval", "idle", "UPDATE approvals SET status = 'approved'", Yes, No),
    case("a meeting with an executive of another organization", "priya", "INSERT INTO meetings (org_id, executive_id, title, start_time, end_time) SELECT p.organization, e.id, 'x', now(), now() FROM people p, foreign_executive e WHERE p.name = 'priya'", Yes, No),
    case("a task is made and given", "priya", "INSERT INTO tasks (org_id, created_by, title) SELECT organization, id, 'x' FROM people WHERE name = 'priya'", Yes, Yes),
    case("a task is given to somebody of another organization", "priya", "INSERT INTO tasks (org_id, created_by, title, assigned_to) SELECT p.organization, p.id, 'x', q.id FROM people p, people q WHERE p.name = 'priya' AND q.name = 'beatriz'", Yes, Fails("23503"))
        .given("SET CONSTRAINTS ALL IMMEDIATE"),
    // Signing up.
    case("nobody can sign up without an invitation", "service", "SELECT count(*)::text FROM auth.users WHERE email = 'first@new.example'", Fails("23503"), Yes)
        .given("INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-0000000000aa', 'first@new.example')"),
    case("an expired invitation opens", "service", "SELECT count(*)::text FROM users WHERE email = 'late@new.example'", Yes, No)
        .given("INSERT INTO public.invitations (org_id, invited_by, email, token, expires_at) SELECT organization, id, 'late@new.example', 'x', now() - interval '1 day' FROM people WHERE name = 'amelia'; INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-0000000000aa', 'late@new.example')"),
    case("the invited role is kept and the invitation used up", "service", "SELECT count(*)::text FROM users u JOIN invitations i ON i.email = u.email AND i.status = 'accepted' WHERE u.email = 'new@new.example' AND u.role = 'admin'", No, Yes)
        .given("INSERT INTO public.invitations (org_id, invited_by, email, role, token, expires_at) SELECT organization, id, 'new@new.example', 'admin', 'x', now() + interval '1 day' FROM people WHERE name = 'amelia'; INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-0000000000aa', 'new@new.example')"),
    case("whoever belongs nowhere founds an organization", "newcomer", "SELECT count(found_organization('New', 'new'))::text", Fails("23503"), Yes)
        .given("INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-0000000000aa', 'first@new.example')"),
    case("whoever belongs somewhere founds another", "priya", "SELECT count(found_organization('New', 'new'))::text", Fails("42883"), Fails("23505")),
    case("an organization can be deleted", "service", "DELETE FROM organizations WHERE id = (SELECT organization FROM people WHERE name = 'beatriz')", Fails("23503"), Yes),
    case("what is done is recorded", "service", "SELECT count(*)::text FROM audit_log WHERE entity_type = 'tasks' AND created_at = now()", Yes, Yes)
        .given("UPDATE tasks SET title = 'x'"),
    case("an admin reads the audit log", "amelia", "SELECT count(*)::text FROM audit_log", Yes, Yes),
    case("a visitor empties a table whatever its policies say", "anon", "SELECT has_table_privilege('meetings', 'TRUNCATE')::int::text", Yes, No),
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM meetings", Yes, No),
];
