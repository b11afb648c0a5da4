//! Who there is in hasteCRM, what belongs to whom, and what must and must not be possible.

use super::{
    Case,
    Outcome::{Fails, No, Yes},
    case,
};

/// Makes `people`, and what the cases speak of.
pub(super) const PEOPLE: &str = "
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

/// Makes `place` and `belongs`.
pub(super) const PLACES: &str = "
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

/// The findings, and the work that must go on.
pub(super) const CASES: &[Case] = &[
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
    case("an invited user comes in with permissions", "invited", "UPDATE workspace_members SET status = 'active', permissions = '{\"all\": true}' WHERE user_id = current_setting('app.user_id')::uuid", Yes, No),
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
    case("tokens for Google of others are read", "samuel", "SELECT count(google_refresh_token)::text FROM users WHERE id <> current_setting('app.user_id')::uuid", Yes, No),
    case("one's own token for Google is read", "samuel", "SELECT count(own_google_refresh_token())::text", Fails("42883"), Yes)
        .given("UPDATE users SET google_refresh_token = 'x'"),
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
    case("an opened mail is recorded for nobody", "nobody", "SELECT count(*)::text FROM record_tracking_event('00000000-0000-0000-0000-0000000000aa', 'open', NULL, 'x', NULL)", Fails("42883"), Yes)
        .given("UPDATE emails SET tracking_id = '00000000-0000-0000-0000-0000000000aa' WHERE id = (SELECT id FROM emails LIMIT 1)"),
    case("signing in needs no identity", "nobody", "SELECT count(*)::text FROM find_sign_in('ingrid.moller@northgate.example', NULL)", Fails("42883"), Yes),
    case("whoever belongs nowhere founds a workspace", "loner", "SELECT count(found_workspace('New', 'new'))::text", Fails("42883"), Yes),
];
