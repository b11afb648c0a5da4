//! Who there is in sekretarka, what belongs to whom, and what must and must not be possible.

use super::{
    Case,
    Outcome::{Fails, No, Yes},
    case,
};

/// Makes `people`, and what the cases speak of.
pub(super) const PEOPLE: &str = "
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

/// Makes `place` and `belongs`.
pub(super) const PLACES: &str = "
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

/// The findings, and the work that must go on.
pub(super) const CASES: &[Case] = &[
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
    case("one gives oneself another title", "dorota", "UPDATE staff SET role = 'director' WHERE user_id = current_setting('app.user_id')::uuid", Yes, No),
    case("one changes one's number", "dorota", "UPDATE staff SET phone = '1' WHERE user_id = current_setting('app.user_id')::uuid", Yes, Yes),
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
