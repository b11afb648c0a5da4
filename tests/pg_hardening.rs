//! The hardening migrations: what is wrong with each system can be done on the baseline and cannot be done after them, and people can still do their work.
//!
//! Every deed is done for real, as the application's role with the identity's settings, in a transaction that is rolled back.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;

use purview::{
    demo::{LoginKind, System},
    migrate::{Runner, Source},
    pg::{Problem, Sql, Workshop},
};

use self::Outcome::{Fails, No, Yes};

/// What comes of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It touches rows.
    Yes,
    /// It is refused, or touches nothing.
    No,
    /// It fails with another SQLSTATE.
    Fails(&'static str),
}

/// One finding, or one piece of ordinary work.
#[derive(Debug, Clone, Copy)]
struct Case {
    what: &'static str,
    /// A name in the table `people`.
    who: &'static str,
    /// What a superuser does first.
    given: &'static str,
    deed: &'static str,
    before: Outcome,
    after: Outcome,
}

const fn case(
    what: &'static str,
    who: &'static str,
    deed: &'static str,
    before: Outcome,
    after: Outcome,
) -> Case {
    Case { what, who, given: "", deed, before, after }
}

impl Case {
    const fn given(self, given: &'static str) -> Self {
        Self { given, ..self }
    }
}

/// Takes the person's role and settings until the transaction ends.
const BECOME: &str = "SELECT pg_catalog.set_config(key, value, true) FROM people, LATERAL jsonb_each_text(settings || jsonb_build_object('role', role)) WHERE name = ";

async fn outcome(workshop: &mut Workshop, case: &Case) -> Result<Outcome, Problem> {
    workshop.script("BEGIN").await?;
    let done = deed(workshop, case).await;
    workshop.script("ROLLBACK").await?;
    match done {
        Ok(0) => Ok(No),
        Ok(_) => Ok(Yes),
        Err(problem) => match problem.sqlstate.as_deref() {
            Some("42501") => Ok(No),
            Some(state) => Ok(Fails(state.to_owned().leak())),
            None => Err(problem),
        },
    }
}

async fn deed(workshop: &mut Workshop, case: &Case) -> Result<u64, Problem> {
    workshop.script(case.given).await?;
    workshop.script(&format!("{BECOME}'{}'", case.who)).await?;
    if !case.deed.starts_with("SELECT") {
        return workshop.execute(&Sql::new(case.deed)).await;
    }
    let rows = workshop.script(case.deed).await?;
    Ok(rows[0][0].as_deref().unwrap().parse().unwrap())
}

/// Takes the pending steps as a person would, who is no superuser.
async fn harden(database: &common::TestDatabase, system: System) {
    let source = Source::embedded(system.name()).unwrap();
    let mut runner = Runner::open(&database.login(LoginKind::Admin), source).await.unwrap();
    let taken = runner.up(None).await.unwrap();
    assert!(!taken.is_empty(), "{system}: nothing is pending");
    runner.close().await;
}

/// Tries every case on the baseline and after the hardening; `people` makes the table of that name and whatever else the cases need.
async fn hardened(system: System, people: &'static str, places: &'static str, cases: &[Case]) {
    let database = common::database(system).await;
    let mut workshop = database.workshop().await;
    workshop.script(people).await.unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let before = outcome(&mut workshop, case).await.unwrap();
        if before != case.before {
            wrong.push(format!("baseline: {} ({}): {before:?}", case.what, case.who));
        }
    }
    harden(&database, system).await;
    for case in cases {
        let after = outcome(&mut workshop, case).await.unwrap();
        if after != case.after {
            wrong.push(format!("hardened: {} ({}): {after:?}", case.what, case.who));
        }
    }
    assert!(wrong.is_empty(), "{system}:\n{}", wrong.join("\n"));
    workshop.script(places).await.unwrap();
    let strangers = workshop.script(STRANGERS).await.unwrap();
    assert!(strangers.is_empty(), "{system}: rows of others are seen: {strangers:?}");
    let seen = workshop.script("SELECT sum(rows)::text FROM seen").await.unwrap();
    assert!(seen[0][0].as_deref().unwrap().parse::<u64>().unwrap() > 1_000, "{system}");
    let open = workshop.script(OPEN).await.unwrap();
    assert!(open.is_empty(), "{system}: {open:?}");
}

/// Everybody's rows that belong to no organization of theirs, out of `place` (relation, key, organization) and `belongs` (name, role, settings, organizations).
const STRANGERS: &str = "
    CREATE TEMPORARY TABLE seen (name text, relation text, rows bigint, strange bigint);
    GRANT ALL ON seen, place, belongs TO PUBLIC;
    DO $$
    DECLARE
        who record;
        what text;
    BEGIN
        FOR who IN SELECT * FROM belongs LOOP
            PERFORM pg_catalog.set_config(key, value, true) FROM jsonb_each_text(who.settings || jsonb_build_object('role', who.role));
            FOR what IN SELECT DISTINCT relation FROM place LOOP
                EXECUTE format('INSERT INTO seen SELECT %L, %L, count(*), count(*) FILTER (WHERE p.organization <> ALL (%L)) FROM public.%I t JOIN place p ON p.relation = %L AND p.key = t.id',
                    who.name, what, who.organizations, what, what);
            END LOOP;
            PERFORM pg_catalog.set_config('role', 'none', true);
        END LOOP;
    END
    $$;
    SELECT name, relation, strange::text FROM seen WHERE strange > 0 ORDER BY 1, 2 LIMIT 20";

/// What no hardened table, policy or function is allowed to be.
const OPEN: &str = "
    SELECT 'not forced: ' || c.oid::regclass FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    UNION ALL
    SELECT 'no policy: ' || c.oid::regclass FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
    UNION ALL
    SELECT 'definer without a search path: ' || p.oid::regprocedure FROM pg_proc p
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef
       AND NOT coalesce(p.proconfig @> ARRAY['search_path=\"\"'], false)
    UNION ALL
    SELECT 'definer of a superuser: ' || p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef AND (r.rolsuper OR r.rolbypassrls)
    UNION ALL
    SELECT 'definer for everybody: ' || p.oid::regprocedure FROM pg_proc p
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
       AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
    UNION ALL
    SELECT 'setting read for every row or without missing_ok: ' || p.polrelid::regclass || ' ' || p.polname FROM pg_policy p
     WHERE concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~ 'current_setting'";

const ORG_ASSISTANT_PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('app.current_user_id', coalesce(u.id::text, '')) AS settings, u.id,
           u.organization_id AS organization, (SELECT d.department_id FROM public.user_departments d WHERE d.user_id = u.id LIMIT 1) AS department
      FROM (VALUES ('alice', 'alice.moreau', 'org_assistant_app'), ('bjorn', 'bjorn.hakonsen', 'org_assistant_app'), ('sean', 'sean.obrien', 'org_assistant_app'),
                   ('hana', 'hana.pospisil', 'org_assistant_app'), ('maja', 'maja.nielsen', 'org_assistant_app'), ('gone', 'tomas.dvorak', 'org_assistant_app'),
                   ('gone admin', 'ingrid.sorensen', 'org_assistant_app'), ('stray', 'grace.dangelo', 'org_assistant_app'), ('nobody', '-', 'org_assistant_app'),
                   ('owner', '-', 'org_assistant_owner')) AS p (name, mail, role)
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

const ORG_ASSISTANT_PLACES: &str = "
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

const ORG_ASSISTANT: &[Case] = &[
    // Row level security and no policy.
    case("messages are seen", "maja", "SELECT count(*)::text FROM messages", No, Yes),
    case("events are seen", "hana", "SELECT count(*)::text FROM calendar_events", No, Yes),
    case("mail accounts are seen", "hana", "SELECT count(*)::text FROM email_accounts", No, Yes),
    case("calendar accounts are seen", "alice", "SELECT count(*)::text FROM calendar_accounts", No, Yes),
    // Missing commands.
    case("a conversation is begun", "hana", "INSERT INTO conversations (user_id, department_id, title) SELECT id, department, 'hello' FROM people WHERE name = 'hana'", No, Yes),
    case("a conversation is begun for another", "hana", "INSERT INTO conversations (user_id, title) SELECT id, 'hello' FROM people WHERE name = 'maja'", No, No),
    case("one's conversation is ended", "maja", "UPDATE conversations SET deleted_at = now() WHERE user_id = current_setting('app.current_user_id')::uuid", No, Yes),
    case("one writes to the assistant", "maja", "INSERT INTO messages (conversation_id, role, content) SELECT id, 'user', 'hello' FROM conversations LIMIT 1", No, Yes),
    case("one's mail is removed", "maja", "DELETE FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.id = m.person WHERE p.name = 'maja')", No, Yes),
    case("one's mail is put away", "maja", "UPDATE emails SET deleted_at = now() WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.id = m.person WHERE p.name = 'maja')", Yes, Yes),
    case("a file is renamed", "alice", "UPDATE files SET filename = 'x'", No, Yes),
    case("a file is removed", "alice", "DELETE FROM files", No, Yes),
    case("a text is indexed", "hana", "INSERT INTO embeddings (department_id, source_type, source_id, content, embedding) SELECT department, 'email', id, 'x', ('[' || repeat('0,', 1535) || '0]')::vector FROM people WHERE name = 'hana'", No, Yes),
    // The admin of one organization.
    case("an admin reads another organization", "alice", "SELECT count(*)::text FROM emails WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an admin reads another's files", "alice", "SELECT count(*)::text FROM files WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an admin reads another's conversations", "alice", "SELECT count(*)::text FROM conversations WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an admin reads another's embeddings", "alice", "SELECT count(*)::text FROM embeddings WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an admin reads the own organization", "alice", "SELECT count(*)::text FROM emails WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("an admin writes mail", "alice", "INSERT INTO emails (department_id, subject) SELECT department, 'x' FROM people WHERE name = 'maja'", No, Yes),
    case("an admin writes into another organization", "alice", "INSERT INTO emails (department_id, subject) SELECT id, 'x' FROM foreign_department", No, No),
    case("an admin changes another organization", "alice", "UPDATE emails SET unread = false WHERE id IN (TABLE foreign_row)", No, No),
    // Department administrators, and whose mail it is.
    case("a colleague's mail is changed", "hana", "UPDATE emails SET unread = false WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'hana' AND m.person <> p.id)", Yes, No),
    case("a department administrator changes the department's mail", "sean", "UPDATE emails SET unread = false WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'maja' AND m.person = p.id)", Yes, Yes),
    case("a department administrator removes the department's mail", "sean", "DELETE FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'maja' AND m.person = p.id)", No, Yes),
    case("colleagues' mail is read", "hana", "SELECT count(*)::text FROM emails WHERE id IN (SELECT m.id FROM mail m JOIN people p ON p.department = m.department_id WHERE p.name = 'hana' AND m.person <> p.id)", Yes, Yes),
    // Deleted rows and deleted users.
    case("deleted mail of others is read", "hana", "SELECT count(*)::text FROM emails WHERE id IN (SELECT m.id FROM mail m WHERE m.deleted_at IS NOT NULL AND m.person IS DISTINCT FROM current_setting('app.current_user_id')::uuid)", Yes, No),
    case("a deleted user reads", "gone", "SELECT count(*)::text FROM emails", Yes, No),
    case("a deleted admin reads", "gone admin", "SELECT count(*)::text FROM emails", Yes, No),
    case("a deleted admin reads users", "gone admin", "SELECT count(*)::text FROM users", Yes, No),
    case("a department of another organization opens", "stray", "SELECT count(*)::text FROM emails WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an empty identity is nobody", "nobody", "SELECT count(*)::text FROM emails", Fails("22P02"), No),
    // No row level security.
    case("users of others are read", "hana", "SELECT count(password_hash)::text FROM users WHERE id IN (TABLE foreign_row)", Yes, No),
    case("audit of others is read", "hana", "SELECT count(*)::text FROM audit_logs WHERE id IN (TABLE foreign_row)", Yes, No),
    case("usage of others is read", "hana", "SELECT count(*)::text FROM api_usage WHERE id IN (TABLE foreign_row)", Yes, No),
    case("limits of others are set", "alice", "UPDATE cost_settings SET setting_value = '{}' WHERE id IN (TABLE foreign_row)", Yes, No),
    case("an admin sets the own limits", "alice", "UPDATE cost_settings SET setting_value = '{}' WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("one makes oneself admin", "hana", "INSERT INTO user_roles (user_id, role_id) SELECT p.id, r.id FROM people p, roles r WHERE p.name = 'hana' AND r.name = 'admin'", Yes, No),
    case("one makes one's role the admin's", "hana", "UPDATE roles SET name = 'admin ' WHERE name = 'admin'", Yes, No),
    case("one joins another department", "hana", "INSERT INTO user_departments (user_id, department_id) SELECT p.id, d.id FROM people p, foreign_department d WHERE p.name = 'hana'", Yes, No),
    case("one moves to another organization", "hana", "UPDATE users SET organization_id = (SELECT organization FROM people WHERE name = 'bjorn')", Yes, No),
    case("one changes one's name", "hana", "UPDATE users SET name = 'Hana' WHERE id = current_setting('app.current_user_id')::uuid", Yes, Yes),
    case("a department goes with its mail", "hana", "DELETE FROM departments WHERE id NOT IN (TABLE foreign_department)", Yes, No),
    case("one's deeds are erased", "hana", "DELETE FROM audit_logs", Yes, No),
    case("one's deeds are recorded", "hana", "INSERT INTO audit_logs (user_id, organization_id, action_type) SELECT id, organization, 'ai_query' FROM people WHERE name = 'hana'", Yes, Yes),
    case("another's deeds are made up", "hana", "INSERT INTO audit_logs (user_id, organization_id, action_type) SELECT id, organization, 'ai_query' FROM people WHERE name = 'bjorn'", Yes, No),
    case("an admin grants a role to a colleague", "alice", "INSERT INTO user_roles (user_id, role_id, department_id) SELECT p.id, r.id, p.department FROM people p, roles r WHERE p.name = 'hana' AND r.name = 'super_user'", Yes, Yes),
    case("an admin grants a role elsewhere", "alice", "INSERT INTO user_roles (user_id, role_id) SELECT p.id, r.id FROM people p, roles r WHERE p.name = 'bjorn' AND r.name = 'user'", Yes, No),
    case("notifications of others are read", "hana", "SELECT count(*)::text FROM notifications WHERE user_id <> current_setting('app.current_user_id')::uuid", Yes, No),
    // The owner, and signing in.
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM emails", Yes, No),
    case("the owner changes everything", "owner", "UPDATE users SET name = 'x'", Yes, No),
    case("signing in needs no identity", "nobody", "SELECT count(*)::text FROM sign_in_candidates('alice.moreau@meridian-freight.example')", Fails("42883"), Yes),
];

#[tokio::test]
async fn org_assistant_is_mended() {
    hardened(System::OrgAssistant, ORG_ASSISTANT_PEOPLE, ORG_ASSISTANT_PLACES, ORG_ASSISTANT).await;
}

const JENIFER_PEOPLE: &str = "
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

const JENIFER_PLACES: &str = "
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

const JENIFER: &[Case] = &[
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
        .given("CREATE TEMPORARY TABLE users AS SELECT p.id, q.organization AS org_id FROM people p, people q WHERE p.name = 'priya' AND q.name = 'beatriz'; GRANT SELECT ON pg_temp.users TO PUBLIC"),
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
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM meetings", Yes, No),
];

#[tokio::test]
async fn jenifer_is_mended() {
    hardened(System::Jenifer, JENIFER_PEOPLE, JENIFER_PLACES, JENIFER).await;
}

const HASTECRM_PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('app.user_id', coalesce(u.id::text, ''), 'app.workspace_id', coalesce(w.id::text, '')) AS settings,
           u.id, w.id AS workspace
      FROM (VALUES ('ingrid', 'ingrid.moller', 'Northgate%', 'hastecrm_app'), ('goran', 'goran.sjogren', 'Northgate%', 'hastecrm_app'),
                   ('samuel', 'samuel.adeyemi', 'Northgate%', 'hastecrm_app'), ('viewer', 'xiaoming.wang', 'Northgate%', 'hastecrm_app'),
                   ('suspended', 'priya.raghunathan', 'Northgate%', 'hastecrm_app'), ('gone', 'marek.dvorak', 'Northgate%', 'hastecrm_app'),
                   ('invited', 'tom.whitfield', 'Northgate%', 'hastecrm_app'), ('viktor', 'viktor.halloran', 'Br_ckner%', 'hastecrm_app'),
                   ('pretender', 'viktor.halloran', 'Northgate%', 'hastecrm_app'), ('loner', 'aoife.nidhomhnaill', '-', 'hastecrm_app'),
                   ('nobody', '-', '-', 'hastecrm_app'), ('owner', '-', '-', 'hastecrm_owner'), ('service', '-', '-', 'none')) AS p (name, mail, place, role)
      LEFT JOIN public.users u ON u.email LIKE p.mail || '@%'
      LEFT JOIN public.workspaces w ON w.name LIKE p.place;
    CREATE TEMPORARY TABLE foreign_row AS
    SELECT id FROM public.contact_engagement_scores WHERE workspace_id = (SELECT workspace FROM people WHERE name = 'ingrid')
    UNION ALL SELECT id FROM public.activities WHERE workspace_id = (SELECT workspace FROM people WHERE name = 'ingrid');
    CREATE TEMPORARY TABLE deleted_contact AS SELECT id, owner_id, created_by FROM public.contacts WHERE deleted_at IS NOT NULL;
    GRANT SELECT ON people, foreign_row, deleted_contact TO PUBLIC";

const HASTECRM_PLACES: &str = "
    CREATE TEMPORARY TABLE place (relation text, key uuid, organization uuid);
    DO $$
    DECLARE
        what text;
    BEGIN
        FOR what IN SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                     WHERE attname = 'workspace_id' AND c.relkind IN ('r', 'p', 'v') AND relnamespace = 'public'::regnamespace AND relname <> 'workspace_members' LOOP
            EXECUTE format('INSERT INTO place SELECT %L, id, workspace_id FROM %s', what, CASE what WHEN 'workspace_engagement_scores' THEN 'contact_engagement_scores' ELSE what END);
        END LOOP;
    END
    $$;
    INSERT INTO place SELECT 'pipeline_stages', s.id, p.workspace_id FROM pipeline_stages s JOIN pipelines p ON p.id = s.pipeline_id
    UNION ALL SELECT 'deal_history', h.id, d.workspace_id FROM deal_history h JOIN deals d ON d.id = h.deal_id
    UNION ALL SELECT 'email_attachments', a.id, e.workspace_id FROM email_attachments a JOIN emails e ON e.id = a.email_id
    UNION ALL SELECT 'email_tracking_events', a.id, e.workspace_id FROM email_tracking_events a JOIN emails e ON e.id = a.email_id
    UNION ALL SELECT 'automation_executions', x.id, a.workspace_id FROM automation_executions x JOIN automations a ON a.id = x.automation_id
    UNION ALL SELECT 'comments', c.id, coalesce(n.workspace_id, t.workspace_id, d.workspace_id, e.workspace_id) FROM comments c
      LEFT JOIN notes n ON n.id = c.entity_id LEFT JOIN tasks t ON t.id = c.entity_id LEFT JOIN deals d ON d.id = c.entity_id LEFT JOIN emails e ON e.id = c.entity_id;
    -- As everybody in every workspace, whether they belong there or not.
    CREATE TEMPORARY TABLE belongs AS
    SELECT u.email || ' in ' || w.name AS name, 'hastecrm_app' AS role, jsonb_build_object('app.user_id', u.id, 'app.workspace_id', w.id) AS settings,
           coalesce((SELECT array_agg(m.workspace_id) FROM workspace_members m
                      WHERE m.user_id = u.id AND m.workspace_id = w.id AND m.status = 'active' AND u.deleted_at IS NULL), '{}') AS organizations
      FROM users u CROSS JOIN workspaces w";

const HASTECRM: &[Case] = &[
    case("mail is seen", "samuel", "SELECT count(*)::text FROM emails", No, Yes),
    case("mail comes with contact details", "samuel", "SELECT count(*)::text FROM (SELECT get_contact_details(id) AS d FROM contacts) c WHERE json_typeof(d -> 'recent_emails') = 'array'", No, Yes),
    case("mail is sent", "ingrid", "INSERT INTO emails (workspace_id, message_id, from_email, to_emails) SELECT workspace, 'x', 'a@b.example', '{}' FROM people WHERE name = 'ingrid'", No, Yes),
    // "All tables" was three, and a claimed workspace was believed.
    case("activities of another workspace are read", "viktor", "SELECT count(*)::text FROM activities WHERE id IN (TABLE foreign_row)", Yes, No),
    case("a partition is read by its own name", "viktor", "SELECT count(*)::text FROM activities_default WHERE id IN (TABLE foreign_row)", Yes, No),
    case("a partition is written by its own name", "viktor", "UPDATE activities_default SET title = 'x'", Yes, No),
    case("scores of another workspace are read", "viktor", "SELECT count(*)::text FROM contact_engagement_scores WHERE id IN (TABLE foreign_row)", Yes, No),
    case("scores of one's workspace are read", "viktor", "SELECT count(*)::text FROM workspace_engagement_scores", Fails("42P01"), Yes),
    case("a workspace is claimed", "pretender", "SELECT count(*)::text FROM contacts", Yes, No),
    case("a workspace is claimed and changed", "pretender", "UPDATE companies SET name = 'x'", Yes, No),
    case("tokens of others are read", "samuel", "SELECT count(access_token)::text FROM email_accounts WHERE user_id <> current_setting('app.user_id')::uuid", Yes, No),
    case("private views are read", "samuel", "SELECT count(*)::text FROM saved_views WHERE visibility = 'private' AND created_by <> current_setting('app.user_id')::uuid", Yes, No),
    case("a used identity is nobody", "nobody", "SELECT count(*)::text FROM contacts", Fails("22P02"), No),
    // Suspended, deleted, invited.
    case("a suspended admin reads deals", "suspended", "SELECT count(*)::text FROM deals", Yes, No),
    case("a suspended admin changes deals", "suspended", "UPDATE deals SET value = 1", Yes, No),
    case("a deleted admin reads contacts", "gone", "SELECT count(*)::text FROM contacts", Yes, No),
    case("an invited user reads contacts", "invited", "SELECT count(*)::text FROM contacts", Yes, No),
    case("an invited user comes in", "invited", "UPDATE workspace_members SET status = 'active', joined_at = now() WHERE user_id = current_setting('app.user_id')::uuid", Yes, Yes),
    case("an invited user comes in as admin", "invited", "UPDATE workspace_members SET status = 'active', role = 'admin' WHERE user_id = current_setting('app.user_id')::uuid", Yes, No),
    // Roles.
    case("a viewer adds a contact", "viewer", "INSERT INTO contacts (workspace_id, email) SELECT workspace, 'x@y.example' FROM people WHERE name = 'viewer'", Yes, No),
    case("a viewer removes contacts", "viewer", "DELETE FROM contact_tags", Yes, No),
    case("a viewer reads contacts", "viewer", "SELECT count(*)::text FROM contacts", Yes, Yes),
    case("a member adds a contact", "samuel", "INSERT INTO contacts (workspace_id, email, created_by) SELECT workspace, 'x@y.example', id FROM people WHERE name = 'samuel'", Yes, Yes),
    case("a member makes themselves owner", "samuel", "UPDATE workspace_members SET role = 'owner' WHERE user_id = current_setting('app.user_id')::uuid", Yes, No),
    case("a member joins another workspace", "viktor", "INSERT INTO workspace_members (workspace_id, user_id, role) SELECT q.workspace, p.id, 'owner' FROM people p, people q WHERE p.name = 'viktor' AND q.name = 'ingrid'", Yes, No),
    case("an owner invites", "ingrid", "INSERT INTO workspace_members (workspace_id, user_id, status) SELECT q.workspace, p.id, 'invited' FROM people p, people q WHERE p.name = 'loner' AND q.name = 'ingrid'", Yes, Yes),
    case("an owner suspends", "ingrid", "UPDATE workspace_members SET status = 'suspended' WHERE user_id = (SELECT id FROM people WHERE name = 'samuel')", Yes, Yes),
    case("an owner takes a bigger plan", "ingrid", "UPDATE workspaces SET plan = 'free', trial_ends_at = now() WHERE id = current_setting('app.workspace_id')::uuid", Yes, No),
    case("an owner renames the workspace", "ingrid", "UPDATE workspaces SET name = 'x' WHERE id = current_setting('app.workspace_id')::uuid", Yes, Yes),
    case("passwords of others are changed", "samuel", "UPDATE users SET password_hash = 'x' WHERE id <> current_setting('app.user_id')::uuid", Yes, No),
    case("one's own name is changed", "samuel", "UPDATE users SET first_name = 'x' WHERE id = current_setting('app.user_id')::uuid", Yes, Yes),
    case("history is rewritten", "ingrid", "DELETE FROM deal_history", Yes, No),
    // Deals.
    case("one's own deals are read", "goran", "SELECT count(*)::text FROM deals", Yes, Yes),
    case("deals of others are read", "goran", "SELECT count(*)::text FROM deals WHERE owner_id <> current_setting('app.user_id')::uuid", No, No),
    case("an owner reads all deals", "ingrid", "SELECT count(*)::text FROM deals WHERE owner_id <> current_setting('app.user_id')::uuid", Yes, Yes),
    case("one's own deal is handed over", "goran", "SELECT count(hand_over_deal((SELECT id FROM deals LIMIT 1), (SELECT id FROM people WHERE name = 'samuel')))::text", Fails("42883"), Yes),
    case("a deal is handed to a stranger", "goran", "SELECT count(hand_over_deal((SELECT id FROM deals LIMIT 1), (SELECT id FROM people WHERE name = 'viktor')))::text", Fails("42883"), No),
    // Deleted contacts.
    case("deleted contacts are read", "viewer", "SELECT count(*)::text FROM contacts WHERE id IN (SELECT id FROM deleted_contact)", Yes, No),
    case("deleted contacts are brought back", "ingrid", "UPDATE contacts SET deleted_at = NULL WHERE id IN (SELECT id FROM deleted_contact)", Yes, Yes),
    // The owner of the tables, and what runs as it.
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM notes", Yes, No),
    case("the owner changes everything", "owner", "UPDATE contacts SET email = 'x'", Yes, No),
    case("scores are refreshed", "service", "SELECT count(*)::text FROM contact_engagement_scores", Yes, Yes)
        .given("SET LOCAL ROLE hastecrm_owner; REFRESH MATERIALIZED VIEW contact_engagement_scores; RESET ROLE"),
    case("a month that is made later is closed too", "viktor", "SELECT count(*)::text FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'activities'::regclass AND NOT relforcerowsecurity", Yes, No)
        .given("SET LOCAL ROLE hastecrm_owner; SELECT create_monthly_partition(); RESET ROLE"),
    case("signing in needs no identity", "nobody", "SELECT count(*)::text FROM find_sign_in('ingrid.moller@northgate.example', NULL)", Fails("42883"), Yes),
    case("whoever belongs nowhere founds a workspace", "loner", "SELECT count(found_workspace('New', 'new'))::text", Fails("42883"), Yes),
];

#[tokio::test]
async fn hastecrm_is_mended() {
    hardened(System::Hastecrm, HASTECRM_PEOPLE, HASTECRM_PLACES, HASTECRM).await;
}

#[tokio::test]
async fn a_setting_that_was_never_made_is_nobody_in_hastecrm() {
    let database = common::database(System::Hastecrm).await;
    let ask = "BEGIN; SET LOCAL ROLE hastecrm_app; SELECT count(*)::text FROM contacts";
    // A session of its own each time: a setting that was once made stays empty for ever.
    let problem = database.workshop().await.script(ask).await.unwrap_err();
    assert_eq!(problem.sqlstate.as_deref(), Some("42704"));
    harden(&database, System::Hastecrm).await;
    let rows = database.workshop().await.script(ask).await.unwrap();
    assert_eq!(rows[0][0].as_deref(), Some("0"));
}

const SEKRETARKA_PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('app.user_id', coalesce(u.id::text, '')) AS settings, u.id,
           coalesce(o.id, s.organization_id) AS organization
      FROM (VALUES ('anna', 'anna.nowak', 'sekretarka_app'), ('lucja', 'lucja.wrobel', 'sekretarka_app'), ('dorota', 'dorota.chmielewska', 'sekretarka_app'),
                   ('inactive', 'kamil.lis', 'sekretarka_app'), ('gone', 'piotr.wojcik', 'sekretarka_app'), ('removed', 'olena.shevchenko', 'sekretarka_app'),
                   ('loner', 'ewa.sadowska', 'sekretarka_app'), ('administrator', 'administrator', 'sekretarka_app'), ('nobody', '-', 'sekretarka_app'),
                   ('owner', '-', 'sekretarka_owner')) AS p (name, mail, role)
      LEFT JOIN public.users u ON u.email LIKE p.mail || '@%'
      LEFT JOIN public.organizations o ON o.owner_id = u.id
      LEFT JOIN public.staff s ON s.user_id = u.id;
    CREATE TEMPORARY TABLE foreign_row AS
    SELECT id FROM public.messages WHERE organization_id <> (SELECT organization FROM people WHERE name = 'anna')
    UNION ALL SELECT id FROM public.conversations WHERE organization_id <> (SELECT organization FROM people WHERE name = 'anna')
    UNION ALL SELECT id FROM public.appointments WHERE organization_id <> (SELECT organization FROM people WHERE name = 'anna');
    CREATE TEMPORARY TABLE foreign_agent AS SELECT id FROM public.ai_agents WHERE organization_id <> (SELECT organization FROM people WHERE name = 'anna');
    GRANT SELECT ON people, foreign_row, foreign_agent TO PUBLIC";

const SEKRETARKA_PLACES: &str = "
    CREATE TEMPORARY TABLE place (relation text, key uuid, organization uuid);
    DO $$
    DECLARE
        what text;
    BEGIN
        FOR what IN SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                     WHERE attname = 'organization_id' AND c.relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
            EXECUTE format('INSERT INTO place SELECT %L, id, organization_id FROM %s WHERE organization_id IS NOT NULL', what, what);
        END LOOP;
    END
    $$;
    INSERT INTO place SELECT 'organizations', id, id FROM organizations;
    CREATE TEMPORARY TABLE belongs AS
    SELECT u.email AS name, 'sekretarka_app' AS role, jsonb_build_object('app.user_id', u.id) AS settings,
           coalesce((SELECT array_agg(o.id) FROM organizations o WHERE u.deleted_at IS NULL AND (o.owner_id = u.id OR o.id IN
             (SELECT s.organization_id FROM staff s WHERE s.user_id = u.id AND s.is_active AND s.deleted_at IS NULL))), '{}') AS organizations
      FROM users u WHERE u.role IS DISTINCT FROM 'admin'";

const SEKRETARKA: &[Case] = &[
    case("messages of others are read", "anna", "SELECT count(*)::text FROM messages WHERE id IN (TABLE foreign_row)", Yes, No),
    case("calls of others are read", "dorota", "SELECT count(*)::text FROM conversations WHERE id IN (TABLE foreign_row)", Yes, No),
    case("appointments of others are cancelled", "dorota", "UPDATE appointments SET status = 'cancelled' WHERE id IN (TABLE foreign_row)", Yes, No),
    case("calls are read", "dorota", "SELECT count(*)::text FROM conversations WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("appointments are confirmed", "dorota", "UPDATE appointments SET status = 'confirmed' WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("an appointment is made", "dorota", "INSERT INTO appointments (organization_id, client_name, client_phone, service_type, scheduled_at) SELECT organization, 'x', '1', 'x', now() FROM people WHERE name = 'dorota'", Yes, Yes),
    case("an owner sets up an agent", "anna", "UPDATE ai_agents SET language = 'en'", Yes, Yes),
    case("staff set up an agent", "dorota", "UPDATE ai_agents SET language = 'en'", Yes, No),
    case("a call is filed under another's agent", "anna", "INSERT INTO conversations (organization_id, agent_id) SELECT p.organization, a.id FROM people p, foreign_agent a WHERE p.name = 'anna'", Yes, No),
    case("a call is filed", "anna", "INSERT INTO conversations (organization_id, agent_id) SELECT p.organization, a.id FROM people p JOIN ai_agents a ON a.organization_id = p.organization WHERE p.name = 'anna'", Yes, Yes),
    // Without an identity, inactive, deleted, removed.
    case("nobody reads", "nobody", "SELECT count(*)::text FROM messages", Yes, No),
    case("an inactive colleague reads", "inactive", "SELECT count(*)::text FROM messages", Yes, No),
    case("a deleted user reads", "gone", "SELECT count(*)::text FROM messages", Yes, No),
    case("whoever was removed reads", "removed", "SELECT count(*)::text FROM messages", Yes, No),
    // Self-promotion.
    case("one administers the platform", "anna", "UPDATE users SET role = 'admin' WHERE id = current_setting('app.user_id')::uuid", Yes, No),
    case("one gives oneself a subscription", "anna", "UPDATE users SET subscription_tier = 'enterprise', subscription_status = 'active', trial_ends_at = NULL WHERE id = current_setting('app.user_id')::uuid", Yes, No),
    case("one changes one's name", "anna", "UPDATE users SET name = 'Anna' WHERE id = current_setting('app.user_id')::uuid", Yes, Yes),
    case("one joins the staff elsewhere", "loner", "INSERT INTO staff (organization_id, user_id, name) SELECT q.organization, p.id, 'x' FROM people p, people q WHERE p.name = 'loner' AND q.name = 'anna'", Yes, No),
    case("an owner adds to the staff", "anna", "INSERT INTO staff (organization_id, name) SELECT organization, 'x' FROM people WHERE name = 'anna'", Yes, Yes),
    case("an owner lowers the price", "anna", "UPDATE subscriptions SET plan_price = 0", Yes, No),
    case("the platform settles a subscription", "administrator", "UPDATE subscriptions SET status = 'active'", Yes, Yes),
    case("the platform reads calls", "administrator", "SELECT count(*)::text FROM conversations", Yes, No),
    case("an owner deletes the organization with its calls", "anna", "DELETE FROM organizations WHERE owner_id = current_setting('app.user_id')::uuid", Yes, No),
    case("an owner closes the organization", "anna", "UPDATE organizations SET deleted_at = now() WHERE owner_id = current_setting('app.user_id')::uuid", Yes, Yes),
    case("an organization is founded", "loner", "INSERT INTO organizations (owner_id, name) SELECT id, 'x' FROM people WHERE name = 'loner'", Yes, Yes),
    // Sign-in.
    case("sessions of others are read", "anna", "SELECT count(*)::text FROM sessions WHERE user_id <> current_setting('app.user_id')::uuid", Yes, No),
    case("passwords of others are read", "anna", "SELECT count(password_hash)::text FROM users WHERE id = (SELECT id FROM people WHERE name = 'lucja')", Yes, No),
    case("one-time tokens are read", "anna", "SELECT count(*)::text FROM verification_tokens", Yes, No),
    case("signing in needs no identity", "nobody", "SELECT count(*)::text FROM find_sign_in('Anna.Nowak@klinika-usmiech.example')", Fails("42883"), Yes),
    case("a session is found by its token", "nobody", "SELECT count(*)::text FROM find_session('a token')", Fails("42883"), Yes)
        .given("INSERT INTO public.sessions (session_token, user_id, expires) SELECT 'a token', id, localtimestamp + interval '1 day' FROM people WHERE name = 'anna'"),
    case("the session of a deleted user goes on", "nobody", "SELECT count(*)::text FROM find_session('a token')", Fails("42883"), No)
        .given("INSERT INTO public.sessions (session_token, user_id, expires) SELECT 'a token', id, localtimestamp + interval '1 day' FROM people WHERE name = 'gone'"),
    case("signing up needs no identity", "nobody", "SELECT count(sign_up('new@new.example', 'New', 'x'))::text", Fails("42883"), Yes),
    case("a one-time token is made and taken", "nobody", "SELECT count(*)::text FROM (SELECT add_verification_token('a', 'b', localtimestamp)) made, take_verification_token('x', 'y')", Fails("42883"), Yes)
        .given("INSERT INTO public.verification_tokens VALUES ('x', 'y', localtimestamp)"),
    case("one's own session is begun", "anna", "INSERT INTO sessions (session_token, user_id, expires) SELECT 'x', id, now() FROM people WHERE name = 'anna'", Yes, Yes),
    case("the owner of the tables reads everything", "owner", "SELECT count(*)::text FROM messages", Yes, No),
];

#[tokio::test]
async fn sekretarka_is_mended() {
    hardened(System::Sekretarka, SEKRETARKA_PEOPLE, SEKRETARKA_PLACES, SEKRETARKA).await;
}

const RISHI_PEOPLE: &str = "
    CREATE TEMPORARY TABLE people AS
    SELECT p.name, p.role, jsonb_build_object('app.user_id', coalesce(u.id::text, '')) AS settings, u.id,
           (SELECT m.organization_id FROM public.user_organizations m WHERE m.user_id = u.id ORDER BY m.is_default DESC LIMIT 1) AS organization
      FROM (VALUES ('grace', 'grace.okafor', 'rishi_app'), ('rafael', 'rafael.ortiz', 'rishi_app'), ('theo', 'theo.grant', 'rishi_app'),
                   ('inactive', 'sam.delgado', 'rishi_app'), ('loner', 'nora.lindqvist', 'rishi_app'), ('admin', 'admin', 'rishi_app'),
                   ('nobody', '-', 'rishi_app'), ('owner', '-', 'rishi_owner'), ('service', '-', 'none')) AS p (name, mail, role)
      LEFT JOIN public.users u ON u.email LIKE p.mail || '@%';
    CREATE TEMPORARY TABLE foreign_row AS
    SELECT id FROM public.bookings WHERE organization_id <> (SELECT organization FROM people WHERE name = 'grace')
    UNION ALL SELECT id FROM public.locations WHERE organization_id <> (SELECT organization FROM people WHERE name = 'grace')
    UNION ALL SELECT id FROM public.organizations WHERE id <> (SELECT organization FROM people WHERE name = 'grace');
    CREATE TEMPORARY TABLE foreign_location AS SELECT id FROM public.locations WHERE organization_id <> (SELECT organization FROM people WHERE name = 'grace');
    GRANT SELECT ON people, foreign_row, foreign_location TO PUBLIC";

const RISHI_PLACES: &str = "
    CREATE TEMPORARY TABLE place (relation text, key uuid, organization uuid);
    DO $$
    DECLARE
        what text;
    BEGIN
        FOR what IN SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                     WHERE attname = 'organization_id' AND c.relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('system_events', 'notifications') LOOP
            EXECUTE format('INSERT INTO place SELECT %L, id, organization_id FROM %s', what, what);
        END LOOP;
    END
    $$;
    INSERT INTO place SELECT 'organizations', id, id FROM organizations
    UNION ALL SELECT 'booking_staff_assignments', a.id, b.organization_id FROM booking_staff_assignments a JOIN bookings b ON b.id = a.booking_id
    UNION ALL SELECT 'brand_locations', l.id, b.organization_id FROM brand_locations l JOIN brands b ON b.id = l.brand_id
    UNION ALL SELECT 'kit_instances', i.id, k.organization_id FROM kit_instances i JOIN kit_templates k ON k.id = i.template_id
    UNION ALL SELECT 'task_comments', c.id, t.organization_id FROM task_comments c JOIN tasks t ON t.id = c.task_id;
    CREATE TEMPORARY TABLE belongs AS
    SELECT u.email AS name, 'rishi_app' AS role, jsonb_build_object('app.user_id', u.id) AS settings,
           coalesce((SELECT array_agg(m.organization_id) FROM user_organizations m WHERE m.user_id = u.id AND u.is_active), '{}') AS organizations
      FROM users u
     WHERE NOT EXISTS (SELECT FROM user_organizations m JOIN organizations o ON o.id = m.organization_id
                        WHERE m.user_id = u.id AND o.type = 'internal' AND m.role IN ('super_admin', 'internal_admin', 'internal_field_manager'))";

const RISHI: &[Case] = &[
    case("bookings of others are read", "grace", "SELECT count(*)::text FROM bookings WHERE id IN (TABLE foreign_row)", Yes, No),
    case("bookings of others are changed", "grace", "UPDATE bookings SET budget = 0 WHERE id IN (TABLE foreign_row)", Yes, No),
    case("bookings are read", "grace", "SELECT count(*)::text FROM bookings WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("a booking is changed", "grace", "UPDATE bookings SET budget = 1 WHERE id NOT IN (TABLE foreign_row)", Yes, Yes),
    case("a booking is made", "grace", "INSERT INTO bookings (title, organization_id, created_by, location_id, scheduled_start, scheduled_end) SELECT 'x', p.organization, p.id, l.id, now(), now() + interval '1 hour' FROM people p JOIN locations l ON l.organization_id = p.organization WHERE p.name = 'grace' LIMIT 1", Yes, Yes),
    case("a booking at a place of another organization", "grace", "INSERT INTO bookings (title, organization_id, created_by, location_id, scheduled_start, scheduled_end) SELECT 'x', p.organization, p.id, l.id, now(), now() + interval '1 hour' FROM people p, foreign_location l WHERE p.name = 'grace' LIMIT 1", Yes, No),
    case("internal organizations are unrestricted", "admin", "SELECT count(*)::text FROM bookings WHERE id IN (TABLE foreign_row)", Yes, Yes),
    case("nobody reads", "nobody", "SELECT count(*)::text FROM bookings", Yes, No),
    case("a deactivated user reads", "inactive", "SELECT count(*)::text FROM bookings", Yes, No),
    case("whoever belongs nowhere reads", "loner", "SELECT count(*)::text FROM bookings", Yes, No),
    // Two role columns, and self-promotion.
    case("a platform role counts in an organization", "theo", "UPDATE bookings SET budget = 0", Yes, No),
    case("a client's user reads bookings", "theo", "SELECT count(*)::text FROM bookings", Yes, Yes),
    case("one makes oneself super admin", "grace", "UPDATE user_organizations SET role = 'super_admin' WHERE user_id = current_setting('app.user_id')::uuid", Yes, No),
    case("one makes oneself super admin of the platform", "grace", "UPDATE users SET role = 'super_admin' WHERE id = current_setting('app.user_id')::uuid", Yes, No),
    case("one joins another organization", "grace", "INSERT INTO user_organizations (user_id, organization_id, role) SELECT p.id, q.organization, 'client_user' FROM people p, people q WHERE p.name = 'grace' AND q.name = 'rafael'", Yes, No),
    case("a manager removes a member", "grace", "DELETE FROM user_organizations WHERE user_id = (SELECT id FROM people WHERE name = 'theo')", Yes, Yes),
    case("a manager removes a member elsewhere", "grace", "DELETE FROM user_organizations WHERE user_id = (SELECT id FROM people WHERE name = 'rafael')", Yes, No),
    case("a manager takes a better tier", "grace", "UPDATE organizations SET tier = 'tier3'", Yes, No),
    case("a manager invites", "grace", "SELECT count(invite_user((SELECT organization FROM people WHERE name = 'grace'), 'client_user', 'new@new.example', 'N', 'N', 'x'))::text", Fails("42883"), Yes),
    case("a manager invites an administrator", "grace", "SELECT count(invite_user((SELECT organization FROM people WHERE name = 'grace'), 'internal_admin', 'new@new.example', 'N', 'N', 'x'))::text", Fails("42883"), No),
    case("a manager invites elsewhere", "grace", "SELECT count(invite_user((SELECT organization FROM people WHERE name = 'rafael'), 'client_user', 'new@new.example', 'N', 'N', 'x'))::text", Fails("42883"), No),
    case("a manager looks after a place", "grace", "UPDATE locations SET capacity = 1", Yes, Yes),
    case("a client's user looks after a place", "theo", "UPDATE locations SET capacity = 1", Yes, No),
    case("one's own telephone is changed", "theo", "UPDATE users SET phone = '1' WHERE id = current_setting('app.user_id')::uuid", Yes, Yes),
    case("passwords of others are read", "grace", "SELECT count(password_hash)::text FROM users WHERE id = (SELECT id FROM people WHERE name = 'rafael')", Yes, No),
    case("notifications of others are read", "grace", "SELECT count(*)::text FROM notifications WHERE user_id <> current_setting('app.user_id')::uuid", Yes, No),
    case("internal comments are read by a client", "theo", "SELECT count(*)::text FROM task_comments WHERE is_internal", Yes, No),
    // The record of changes.
    case("a password hash is copied into the events", "service", "SELECT count(*)::text FROM system_events WHERE entity_type = 'users' AND event_data LIKE '%password_hash%' AND timestamp = now()", Yes, No)
        .given("UPDATE users SET phone = '1' WHERE id = (SELECT id FROM people WHERE name = 'grace')"),
    case("an event names nobody", "service", "SELECT count(*)::text FROM system_events WHERE source = 'database_trigger' AND user_id IS NULL AND timestamp = now()", Yes, No)
        .given("SELECT set_config('app.user_id', id::text, true) FROM people WHERE name = 'grace'; UPDATE bookings SET budget = 1 WHERE id IN (SELECT id FROM bookings LIMIT 3)"),
    case("work needs the right to write events", "grace", "UPDATE bookings SET budget = 1 WHERE id NOT IN (TABLE foreign_row)", No, Yes)
        .given("REVOKE INSERT ON system_events FROM rishi_app"),
    case("events are erased", "grace", "DELETE FROM system_events", Yes, No),
    case("the owner reads everything", "owner", "SELECT count(*)::text FROM bookings", Yes, No),
    case("signing in needs no identity", "nobody", "SELECT count(*)::text FROM find_sign_in('grace.okafor@greenleaf.example')", Fails("42883"), Yes),
];

#[tokio::test]
async fn rishi_is_mended() {
    hardened(System::Rishi, RISHI_PEOPLE, RISHI_PLACES, RISHI).await;
}
