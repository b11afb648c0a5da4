//! What Home and the pane of one user say is what statements written by hand against each schema say, for all five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{
        Departments, Grants, Identities, Look, Memberships, Organizations, Roles, UserDetail, Users,
    },
    headline::{Counted, Line},
    home::Overview,
    list::{Ask, Filter, Page, Query, View},
    mapping::Library,
    pg::{Fence, Identity, Problem, Run, Workshop},
    question::Question,
    rls::Lints,
    tables::{Policies, Tables},
};

/// Where counts of what a user may see stop.
const ENOUGH: u64 = 1000;
/// How many users of each system are looked at; the sample's first ones are those with a story.
const USERS: usize = 6;

#[tokio::test]
async fn org_assistant_is_told_as_it_is() {
    all_agrees(
        System::OrgAssistant,
        &[
            ("organizations", "SELECT count(*) FROM organizations"),
            // No policy on 4 tables; 14 without row security.
            ("errors in row security", "SELECT 4 + 14"),
            (
                "organizations without an admin",
                "SELECT count(*) FROM organizations o WHERE NOT EXISTS (SELECT FROM users u JOIN user_roles ur ON ur.user_id = u.id \
                   JOIN roles r ON r.id = ur.role_id WHERE u.organization_id = o.id AND r.name = 'admin' AND ur.department_id IS NULL)",
            ),
            ("departments", "SELECT count(*) FROM departments"),
            (
                "departments with nobody",
                "SELECT count(*) FROM departments WHERE id NOT IN (SELECT department_id FROM user_departments)",
            ),
            ("users", "SELECT count(*) FROM users"),
            (
                "deleted users that still have access",
                "SELECT count(*) FROM users WHERE deleted_at IS NOT NULL AND organization_id IS NOT NULL",
            ),
            (
                "users in no organization",
                "SELECT count(*) FROM users WHERE deleted_at IS NULL AND organization_id IS NULL",
            ),
            (
                "users in no department",
                "SELECT count(*) FROM users WHERE deleted_at IS NULL AND organization_id IS NOT NULL \
                   AND id NOT IN (SELECT user_id FROM user_departments)",
            ),
            ("roles", "SELECT count(*) FROM roles"),
            ("memberships", "SELECT count(*) FROM users WHERE organization_id IS NOT NULL"),
            ("grants", "SELECT count(*) FROM user_roles"),
        ],
        &Parts {
            memberships: "SELECT organization_id::text FROM users WHERE id::text = $1",
            departments: "SELECT d.name FROM user_departments m JOIN departments d ON d.id = m.department_id WHERE m.user_id::text = $1",
            grants: "SELECT r.name || '@' || coalesce(ur.department_id::text, '') FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id::text = $1",
            permissions: "SELECT DISTINCT r.permissions::text FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id::text = $1 AND r.permissions IS NOT NULL",
            events: "SELECT created_at, id FROM audit_logs WHERE user_id::text = $1 \
                     UNION ALL SELECT c.created_at, c.id FROM ai_tool_calls c JOIN messages m ON m.id = c.message_id \
                       JOIN conversations v ON v.id = m.conversation_id WHERE v.user_id::text = $1",
        },
    )
    .await;
}

#[tokio::test]
async fn jenifer_is_told_as_it_is() {
    all_agrees(
        System::Jenifer,
        &[
            ("organizations", "SELECT count(*) FROM organizations"),
            // No policy on 7 tables; 8 without row security; 3 definer functions without search_path; 5 policies let 2 roles each change a role or an organization.
            ("errors in row security", "SELECT 7 + 8 + 3 + 10"),
            (
                "organizations without an admin",
                "SELECT count(*) FROM organizations o WHERE deleted_at IS NULL AND NOT EXISTS (SELECT FROM users u WHERE u.org_id = o.id AND u.role = 'admin')",
            ),
            ("executives", "SELECT count(*) FROM executive_profiles"),
            (
                "executives with nobody",
                "SELECT count(*) FROM executive_profiles WHERE id NOT IN (SELECT executive_id FROM user_executive_assignments)",
            ),
            ("users", "SELECT count(*) FROM users"),
            (
                "deleted users that still have access",
                "SELECT count(*) FROM users WHERE deleted_at IS NOT NULL AND org_id IS NOT NULL",
            ),
            ("locked users", "SELECT count(*) FROM users WHERE deleted_at IS NULL AND NOT is_active"),
            (
                "users in no organization",
                "SELECT count(*) FROM users WHERE deleted_at IS NULL AND is_active AND org_id IS NULL",
            ),
            ("roles", "SELECT 2"),
            ("memberships", "SELECT count(*) FROM users"),
            ("grants", "SELECT count(*) FROM users WHERE role IS NOT NULL"),
        ],
        &Parts {
            memberships: "SELECT org_id::text FROM users WHERE id::text = $1",
            departments: "SELECT e.full_name FROM user_executive_assignments a JOIN executive_profiles e ON e.id = a.executive_id WHERE a.user_id::text = $1",
            grants: "SELECT role || '@' || org_id FROM users WHERE id::text = $1 AND role IS NOT NULL",
            permissions: "SELECT permissions::text FROM users WHERE id::text = $1 AND permissions IS NOT NULL \
                          UNION ALL SELECT permissions::text FROM user_executive_assignments WHERE user_id::text = $1 AND permissions IS NOT NULL",
            events: "SELECT created_at, id FROM audit_log WHERE user_id::text = $1",
        },
    )
    .await;
}

#[tokio::test]
async fn hastecrm_is_told_as_it_is() {
    all_agrees(
        System::Hastecrm,
        &[
            ("workspaces", "SELECT count(*) FROM workspaces"),
            // No policy on the mails; 24 tables without row security; a materialized view of deals and contacts.
            ("errors in row security", "SELECT 1 + 24 + 1"),
            (
                "workspaces without an admin",
                "SELECT count(*) FROM workspaces w WHERE deleted_at IS NULL AND NOT EXISTS (SELECT FROM workspace_members m \
                   WHERE m.workspace_id = w.id AND m.role IN ('owner', 'admin'))",
            ),
            ("pipelines", "SELECT count(*) FROM pipelines"),
            (
                "pipelines with nobody",
                "SELECT count(*) FROM pipelines p WHERE NOT EXISTS (SELECT FROM deals d WHERE d.pipeline_id = p.id AND d.deleted_at IS NULL AND d.status = 'open')",
            ),
            ("users", "SELECT count(*) FROM users"),
            (
                "deleted users that still have access",
                "SELECT count(*) FROM users u WHERE deleted_at IS NOT NULL AND EXISTS (SELECT FROM workspace_members m WHERE m.user_id = u.id AND m.status = 'active')",
            ),
            (
                "users in no workspace",
                "SELECT count(*) FROM users WHERE deleted_at IS NULL AND id NOT IN (SELECT user_id FROM workspace_members)",
            ),
            (
                "users with a membership that is not active",
                "SELECT count(*) FROM users WHERE deleted_at IS NULL AND id IN (SELECT user_id FROM workspace_members WHERE status <> 'active')",
            ),
            ("roles", "SELECT 4"),
            ("memberships", "SELECT count(*) FROM workspace_members"),
            ("grants", "SELECT count(*) FROM workspace_members"),
        ],
        &Parts {
            memberships: "SELECT workspace_id::text FROM workspace_members WHERE user_id::text = $1",
            departments: "SELECT p.name FROM deals d JOIN pipelines p ON p.id = d.pipeline_id WHERE d.owner_id::text = $1 AND d.deleted_at IS NULL AND d.status = 'open' GROUP BY p.id, p.name",
            grants: "SELECT role || '@' || workspace_id FROM workspace_members WHERE user_id::text = $1",
            permissions: "SELECT permissions::text FROM workspace_members WHERE user_id::text = $1 AND permissions IS NOT NULL",
            events: "SELECT changed_at, id FROM deal_history WHERE changed_by::text = $1 UNION ALL SELECT occurred_at, id FROM activities WHERE user_id::text = $1",
        },
    )
    .await;
}

#[tokio::test]
async fn sekretarka_is_told_as_it_is() {
    all_agrees(
        System::Sekretarka,
        &[
            ("organizations", "SELECT count(*) FROM organizations"),
            // No row security anywhere; the list of migrations is nobody's to read.
            ("errors in row security", "SELECT count(*) FROM own WHERE NOT rowsecurity AND tablename <> '_sqlx_migrations'"),
            (
                "organizations without an admin",
                "SELECT count(*) FROM organizations WHERE deleted_at IS NULL AND owner_id IS NULL",
            ),
            ("agents", "SELECT count(*) FROM ai_agents"),
            ("users", "SELECT count(*) FROM users"),
            (
                "deleted users that still have access",
                "SELECT count(*) FROM users u WHERE deleted_at IS NOT NULL AND (id IN (SELECT owner_id FROM organizations) OR EXISTS \
                   (SELECT FROM staff s WHERE s.user_id = u.id AND s.deleted_at IS NULL AND s.is_active IS NOT FALSE))",
            ),
            (
                "users in no organization",
                "SELECT count(*) FROM users u WHERE deleted_at IS NULL AND id NOT IN (SELECT owner_id FROM organizations) \
                   AND NOT EXISTS (SELECT FROM staff s WHERE s.user_id = u.id)",
            ),
            (
                "users with a membership that is not active",
                "SELECT count(*) FROM users u WHERE deleted_at IS NULL AND EXISTS (SELECT FROM staff s WHERE s.user_id = u.id \
                   AND (s.deleted_at IS NOT NULL OR s.is_active IS FALSE))",
            ),
            ("roles", "SELECT 4"),
            (
                "memberships",
                "SELECT (SELECT count(*) FROM organizations) + (SELECT count(*) FROM staff WHERE user_id IS NOT NULL)",
            ),
            (
                "grants",
                "SELECT (SELECT count(*) FROM organizations) + (SELECT count(*) FROM users WHERE role IS NOT NULL)",
            ),
        ],
        &Parts {
            memberships: "SELECT id::text FROM organizations WHERE owner_id::text = $1 UNION ALL SELECT organization_id::text FROM staff WHERE user_id::text = $1",
            departments: "",
            grants: "SELECT role || '@' FROM users WHERE id::text = $1 AND role IS NOT NULL UNION ALL SELECT 'owner@' || id FROM organizations WHERE owner_id::text = $1",
            permissions: "SELECT NULL WHERE $1 IS NULL",
            events: "SELECT created_at, id FROM analytics_events WHERE user_id::text = $1",
        },
    )
    .await;
}

#[tokio::test]
async fn rishi_is_told_as_it_is() {
    all_agrees(
        System::Rishi,
        &[
            ("organizations", "SELECT count(*) FROM organizations"),
            // No row security anywhere; the list of migrations is nobody's to read.
            ("errors in row security", "SELECT count(*) + (SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_users') FROM own WHERE NOT rowsecurity AND tablename <> '_sqlx_migrations'"),
            (
                "organizations without an admin",
                "SELECT count(*) FROM organizations o WHERE is_active AND NOT EXISTS (SELECT FROM user_organizations m WHERE m.organization_id = o.id \
                   AND m.role::text IN ('super_admin', 'internal_admin', 'client_manager'))",
            ),
            ("locations", "SELECT count(*) FROM locations"),
            ("users", "SELECT count(*) FROM users"),
            (
                "deleted users that still have access",
                "SELECT count(*) FROM users WHERE NOT is_active AND id IN (SELECT user_id FROM user_organizations)",
            ),
            (
                "users in no organization",
                "SELECT count(*) FROM users WHERE is_active AND id NOT IN (SELECT user_id FROM user_organizations)",
            ),
            ("roles", "SELECT 6"),
            ("memberships", "SELECT count(*) FROM user_organizations"),
            ("grants", "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM user_organizations)"),
        ],
        &Parts {
            memberships: "SELECT organization_id::text FROM user_organizations WHERE user_id::text = $1",
            departments: "",
            grants: "SELECT role || '@' FROM users WHERE id::text = $1 UNION ALL SELECT role || '@' || organization_id FROM user_organizations WHERE user_id::text = $1",
            permissions: "SELECT permissions::text FROM user_organizations WHERE user_id::text = $1 AND permissions IS NOT NULL",
            events: "SELECT \"timestamp\", id FROM system_events WHERE user_id::text = $1",
        },
    )
    .await;
}

/// What every database has, whatever its schema.
const EVERYWHERE: [(&str, &str); 4] = [
    ("tables", "SELECT count(*) FROM own"),
    ("policies", "SELECT count(*) FROM pg_policies"),
    (
        "tables with row security and no policy",
        "SELECT count(*) FROM own WHERE rowsecurity AND (schemaname, tablename) NOT IN (SELECT schemaname, tablename FROM pg_policies)",
    ),
    ("tables without row security", "SELECT count(*) FROM own WHERE NOT rowsecurity"),
];

/// Where lines lead that tell about the whole server, or what was found before: they are held against statements where the like of them is.
const ELSEWHERE: [&str; 3] = ["leaks", "locks", "transactions"];

/// The tables and views that are not the server's, an extension's or a part of another.
const OWN: &str = "WITH own AS (SELECT schemaname, tablename, rowsecurity FROM (SELECT schemaname, tablename, rowsecurity FROM pg_tables \
     UNION ALL SELECT schemaname, viewname, NULL FROM pg_views UNION ALL SELECT schemaname, matviewname, NULL FROM pg_matviews) every \
     WHERE NOT (SELECT relispartition FROM pg_class WHERE oid = format('%I.%I', schemaname, tablename)::regclass) AND schemaname NOT IN ('pg_catalog', 'information_schema') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' \
       AND d.classid = 'pg_class'::regclass AND d.objid = format('%I.%I', schemaname, tablename)::regclass)) ";

/// Statements about one user, by the id as text.
struct Parts {
    memberships: &'static str,
    departments: &'static str,
    grants: &'static str,
    permissions: &'static str,
    /// When, and which.
    events: &'static str,
}

async fn all_agrees(system: System, counts: &[(&str, &str)], parts: &Parts) {
    let test = common::database(system).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let mut workshop = test.workshop().await;
    home_agrees(&database, &mut workshop, counts).await;
    for id in someone(&database).await {
        user_agrees(&database, &mut workshop, parts, &id).await;
        visible_agrees(&database, &mut workshop, &id).await;
    }
}

async fn home_agrees(database: &Arc<Database>, workshop: &mut Workshop, counts: &[(&str, &str)]) {
    let found = ask(database, Overview::default()).await.unwrap();
    assert_eq!(found.fence.unwrap(), Fence::Jailed);
    let expected: Vec<_> = counts.iter().chain(&EVERYWHERE).collect();
    let of_data = found.lines.iter().filter(|line| !ELSEWHERE.contains(&line.lead.view));
    let told: BTreeSet<_> = of_data.map(|line| line.what.as_str()).collect();
    let known: BTreeSet<_> = expected.iter().map(|(what, _)| *what).collect();
    assert_eq!(told, known, "every line is held against a statement of its own");
    for (what, statement) in expected {
        let line = found.lines.iter().find(|line| line.what == *what).unwrap();
        let real = texts(workshop, &format!("{OWN}SELECT ({statement})::text")).await.remove(0);
        let Counted::All(amount) = line.count.as_ref().unwrap() else {
            panic!("the observer sees everything: {what}")
        };
        assert_eq!(amount.to_string(), real, "{what}");
        assert_eq!(list_of(database, line).await, real, "the list behind the line: {what}");
    }
}

/// Of what a user does not see nothing is claimed: neither that it is there nor that it is not.
#[tokio::test]
async fn nothing_is_called_missing_that_may_only_be_hidden() {
    let test = common::database(System::OrgAssistant).await;
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let user = someone(&database).await.into_iter().next().unwrap();
    let identities = ask(&database, Identities { user }).await.unwrap();
    let until = common::anchor() + Duration::hours(1);
    let acting = identities.candidates[0].acting("a test", common::anchor(), until);
    let identity = Identity::Acting(Arc::new(acting));
    let told = Overview::default().ask(Arc::clone(&database), identity, Run::new()).await.unwrap();
    let all = ask(&database, Overview::default()).await.unwrap();
    let mut kinds = BTreeSet::new();
    let of_data = |line: &&(&Line, &Line)| !ELSEWHERE.contains(&line.0.lead.view);
    for (told, all) in told.lines.iter().zip(&all.lines).filter(|it| of_data(&it)) {
        assert_eq!(told.what, all.what);
        let Ok(Counted::All(whole)) = all.count else { panic!("{all:?}") };
        kinds.insert(match &told.count {
            Ok(Counted::All(amount)) => {
                assert_eq!(*amount, whole, "the catalog is everybody's: {}", told.what);
                "all"
            }
            Ok(Counted::Visible(amount)) => {
                assert!(amount.rows <= whole.rows, "{}", told.what);
                "visible"
            }
            Ok(Counted::Unknown) => "unknown",
            Ok(Counted::Unasked) => panic!("{} was not counted", told.what),
            Err(problem) => panic!("{}: {problem}", told.what),
        });
        let absent = [" without an admin", " with nobody", " in no "];
        let absent = absent.iter().any(|word| told.what.contains(word));
        assert_eq!(told.count == Ok(Counted::Unknown), absent, "{}", told.what);
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}

/// How many rows the list has that a line leads to.
async fn list_of(database: &Arc<Database>, line: &Line) -> String {
    let query = Query { filter: line.lead.filter.clone(), limit: 100_000, ..Query::default() };
    let page = match line.lead.view {
        "organizations" => rows(database, Organizations, query).await,
        "departments" => rows(database, Departments::default(), query).await,
        "users" => rows(database, Users::default(), query).await,
        "roles" => rows(database, Roles, query).await,
        "memberships" => rows(database, Memberships::default(), query).await,
        "grants" => rows(database, Grants::default(), query).await,
        "tables" => rows(database, Tables, query).await,
        "policies" => rows(database, Policies::default(), query).await,
        "lints" => rows(database, Lints, query).await,
        other => panic!("a line leads to {other}"),
    };
    page.items.len().to_string()
}

/// Some users: the first ones of the list, and the first ones with a problem.
async fn someone(database: &Arc<Database>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for filter in ["", "problem!=null"] {
        let query =
            Query { filter: Filter::parse(filter).unwrap(), limit: USERS, ..Query::default() };
        let page = rows(database, Users::default(), query).await;
        ids.extend(page.items.iter().map(|item| page.value(item, "id").unwrap().to_owned()));
    }
    assert!(ids.len() > USERS, "{ids:?}");
    ids
}

async fn user_agrees(database: &Arc<Database>, workshop: &mut Workshop, parts: &Parts, id: &str) {
    let detail = ask(database, UserDetail { id: id.to_owned() }).await.unwrap();
    let column = |page: &Page, name: &str| {
        let values =
            page.items.iter().map(|item| page.value(item, name).unwrap_or_default().to_owned());
        sorted(values.collect())
    };
    let grants = detail.grants.as_ref().unwrap();
    let granted = grants.items.iter().map(|item| {
        let value = |name| grants.value(item, name).unwrap_or_default();
        format!("{}@{}", value("role"), value("scope_id"))
    });
    let memberships = column(detail.memberships.as_ref().unwrap(), "organization_id");
    assert_eq!(memberships, by_hand(workshop, parts.memberships, id).await, "{id}");
    assert_eq!(sorted(granted.collect()), by_hand(workshop, parts.grants, id).await, "{id}");
    match &detail.departments {
        Ok(departments) => {
            let names = departments.iter().map(|department| department.name.clone()).collect();
            assert_eq!(sorted(names), by_hand(workshop, parts.departments, id).await, "{id}");
        }
        Err(problem) => assert!(parts.departments.is_empty(), "{problem}"),
    }
    let permissions = detail.permissions.unwrap().into_iter().map(|(_, rights)| rights).collect();
    assert_eq!(sorted(permissions), by_hand(workshop, parts.permissions, id).await, "{id}");
    let events: Vec<_> =
        detail.events.unwrap().into_iter().map(|event| event.row.unwrap().2).collect();
    let last =
        format!("SELECT e.id::text FROM ({}) e(at, id) ORDER BY e.at DESC LIMIT 12", parts.events);
    assert_eq!(sorted(events), by_hand(workshop, &last, id).await, "{id}");
}

/// What the pane says that a user may see is what `SET ROLE`, the settings and a plain `SELECT` see.
async fn visible_agrees(database: &Arc<Database>, workshop: &mut Workshop, id: &str) {
    let candidates = match ask(database, Identities { user: id.to_owned() }).await {
        Ok(answer) => answer.candidates,
        Err(problem) => panic!("{id}: {problem}"),
    };
    for candidate in candidates {
        let acting =
            candidate.acting("a test", common::anchor(), common::anchor() + Duration::hours(1));
        let session = ask(database, Look { acting: Arc::new(acting) }).await.unwrap();
        assert!(
            session.read_only && session.row_security && session.current_user == candidate.role
        );
        let settings: Vec<_> = candidate
            .settings
            .iter()
            .map(|(name, value)| {
                format!(
                    "SELECT set_config('{}', '{}', true);",
                    name.as_str(),
                    value.replace('\'', "''")
                )
            })
            .collect();
        for visible in &session.visible {
            let real = workshop
                .script(&format!(
                    "BEGIN; {} SET LOCAL ROLE {}; SELECT least(count(*), {ENOUGH})::text FROM {}; ROLLBACK",
                    settings.join(" "),
                    candidate.role,
                    visible.table
                ))
                .await;
            match (&visible.rows, real) {
                (Ok(count), Ok(rows)) => {
                    let real = rows.last().unwrap()[0].clone().unwrap();
                    assert_eq!(
                        count.rows.to_string(),
                        real,
                        "{} as {}",
                        visible.table,
                        candidate.person.label
                    );
                }
                (Err(problem), Err(real)) => {
                    assert_eq!(problem.sqlstate, real.sqlstate);
                    workshop.script("ROLLBACK").await.unwrap();
                }
                (shown, real) => panic!("{}: {shown:?} {real:?}", visible.table),
            }
        }
    }
}

async fn rows<V: View + 'static>(database: &Arc<Database>, view: V, query: Query) -> Page {
    ask(database, Ask { view, query }).await.unwrap()
}

async fn ask<Q: Question>(database: &Arc<Database>, question: Q) -> Result<Q::Answer, Problem> {
    question.ask(Arc::clone(database), Identity::Observer, Run::new()).await
}

async fn by_hand(workshop: &mut Workshop, statement: &str, id: &str) -> Vec<String> {
    sorted(texts(workshop, &statement.replace("$1", &format!("'{id}'"))).await)
}

async fn texts(workshop: &mut Workshop, statement: &str) -> Vec<String> {
    let rows =
        workshop.script(statement).await.unwrap_or_else(|problem| panic!("{statement}: {problem}"));
    rows.into_iter().map(|row| row[0].clone().unwrap_or_default()).collect()
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values
}
