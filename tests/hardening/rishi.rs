//! Who there is in rishi, what belongs to whom, and what must and must not be possible.

use super::{
    Case,
    Outcome::{Fails, No, Yes},
    case,
};

/// Makes `people`, and what the cases speak of.
pub(super) const PEOPLE: &str = "
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

/// Makes `place` and `belongs`.
pub(super) const PLACES: &str = "
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

/// The findings, and the work that must go on.
pub(super) const CASES: &[Case] = &[
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
