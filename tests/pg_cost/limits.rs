//! Limits against what was consumed: each measured by a statement by hand, its state, and which of them hold for somebody.

use std::sync::Arc;

use purview::{
    cost::{Limits, Usage},
    demo::System,
    headline::{Counted, Line},
    home::Outlook,
    list::{Filter, Query, View as _},
    pg::{Identity, Run},
    question::Question as _,
};

use crate::{World, common, rows};

const TOLD: [&str; 8] =
    ["scope_type", "scope_id", "limit_type", "limit", "measured", "stored", "state", "recorded_in"];

fn now() -> Limits {
    Limits { at: Some(common::anchor()), ..Limits::default() }
}

/// By hand: every limit that holds at the anchor, what was consumed in its day or month, and from which share on it is near.
const ORG_ASSISTANT: &str = "\
    WITH l AS ( \
      SELECT scope_type::text, scope_id, limit_type::text, limit_value AS most, current_usage AS stored, period_start AS begins, 'public.usage_limits' AS place FROM usage_limits \
        WHERE period_start <= '2025-06-30 12:00' AND period_start + CASE WHEN limit_type LIKE 'daily%' THEN interval '1 day' ELSE interval '1 month' END > '2025-06-30 12:00' \
      UNION ALL SELECT CASE WHEN user_id IS NOT NULL THEN 'user' WHEN department_id IS NOT NULL THEN 'department' ELSE 'organization' END, coalesce(user_id, department_id, organization_id), \
        CASE setting_type WHEN 'daily_limit' THEN 'daily_' ELSE 'monthly_' END || k.kind, (setting_value ->> k.field)::numeric, NULL, \
        CASE setting_type WHEN 'daily_limit' THEN '2025-06-30'::timestamp ELSE '2025-06-01' END, 'public.cost_settings' \
        FROM cost_settings CROSS JOIN (VALUES ('cost', 'cost_usd'), ('tokens', 'tokens')) k(kind, field) WHERE setting_type IN ('daily_limit', 'monthly_limit') AND setting_value ? k.field), \
    m AS (SELECT l.*, (SELECT coalesce(sum(CASE WHEN l.limit_type LIKE '%tokens' THEN u.total_tokens ELSE u.cost_usd END), 0) FROM api_usage u \
        WHERE u.created_at >= l.begins AND u.created_at < l.begins + CASE WHEN l.limit_type LIKE 'daily%' THEN interval '1 day' ELSE interval '1 month' END \
          AND CASE l.scope_type WHEN 'user' THEN u.user_id WHEN 'department' THEN u.department_id ELSE u.organization_id END = l.scope_id) AS measured, \
        coalesce((SELECT min((s.setting_value ->> 'percent')::numeric) FROM cost_settings s WHERE s.setting_type = 'alert_threshold' AND s.organization_id = \
          CASE l.scope_type WHEN 'user' THEN (SELECT organization_id FROM users WHERE id = l.scope_id) WHEN 'department' THEN (SELECT organization_id FROM departments WHERE id = l.scope_id) ELSE l.scope_id END), 80) AS near FROM l) \
    SELECT scope_type, scope_id::text, limit_type, CASE WHEN limit_type LIKE '%tokens' THEN trim_scale(most) ELSE most END::text, measured::text, \
      CASE WHEN limit_type LIKE '%tokens' THEN trim_scale(stored) ELSE stored END::text, \
      CASE WHEN measured > most THEN 'over' WHEN measured * 100 >= near * most THEN 'near' ELSE 'ok' END, place FROM m";

const HASTECRM: &str = "\
    SELECT 'organization', w.id::text, 'monthly_' || k.kind, (w.features -> 'limits' ->> ('monthly_' || k.kind)), \
      x.measured::text, CASE k.kind WHEN 'tokens' THEN trim_scale((w.usage_metrics ->> 'monthly_tokens')::numeric)::text ELSE w.usage_metrics ->> 'monthly_cost' END, \
      CASE WHEN x.measured > (w.features -> 'limits' ->> ('monthly_' || k.kind))::numeric THEN 'over' WHEN x.measured * 100 >= 80 * (w.features -> 'limits' ->> ('monthly_' || k.kind))::numeric THEN 'near' ELSE 'ok' END, \
      'public.workspaces' \
    FROM workspaces w CROSS JOIN (VALUES ('tokens'), ('cost')) k(kind) CROSS JOIN LATERAL (SELECT coalesce(CASE k.kind WHEN 'tokens' THEN sum(t.tokens_used) ELSE sum(t.cost_cents) * 0.01 END, 0) AS measured \
      FROM ai_tasks t WHERE t.workspace_id = w.id AND t.created_at >= '2025-06-01 00:00Z' AND t.created_at < '2025-07-01 00:00Z') x \
    WHERE (w.features -> 'limits' ->> ('monthly_' || k.kind)) IS NOT NULL";

const RISHI: &str = "\
    SELECT 'booking', id::text, 'budget', budget::text, actual_cost::text, actual_cost::text, \
      CASE WHEN actual_cost > budget THEN 'over' WHEN actual_cost * 100 >= 80 * budget THEN 'near' WHEN actual_cost IS NULL THEN 'unknown' ELSE 'ok' END, 'public.bookings' \
    FROM bookings WHERE budget IS NOT NULL AND status = 'in_progress'";

#[tokio::test]
async fn org_assistant_has_limits_of_users_departments_and_organizations() {
    agrees(System::OrgAssistant, ORG_ASSISTANT, 10).await;
}

#[tokio::test]
async fn hastecrm_has_limits_of_workspaces() {
    agrees(System::Hastecrm, HASTECRM, 2).await;
}

#[tokio::test]
async fn rishi_has_budgets_of_bookings() {
    agrees(System::Rishi, RISHI, 1).await;
}

async fn agrees(system: System, by_hand: &str, least: usize) {
    let mut world = World::of(system).await;
    let page = world.ask(now(), Query { limit: 100_000, ..Query::default() }).await.unwrap();
    let mut shown = rows(&page, &TOLD);
    let mut real = world.workshop.script(by_hand).await.unwrap();
    assert!(real.len() >= least, "{}", real.len());
    shown.sort();
    real.sort();
    assert_eq!(shown, real);
    // The worst come first, and pages have neither gaps nor repetitions.
    let urgency = rows(&page, &["urgency"]);
    let urgency: Vec<f64> =
        urgency.iter().map(|row| row[0].as_ref().unwrap().parse().unwrap()).collect();
    assert!(urgency.windows(2).all(|pair| pair[0] >= pair[1]), "{urgency:?}");
    for backwards in [false, true] {
        assert_eq!(world.walk(&now(), &Query::default(), 7, backwards).await.items, page.items);
    }
    let over =
        Query { filter: Filter::parse("state=over").unwrap(), limit: 100_000, ..Query::default() };
    let over = world.ask(now(), over).await.unwrap();
    assert_eq!(
        over.items.len(),
        real.iter().filter(|row| row[6].as_deref() == Some("over")).count()
    );
}

#[tokio::test]
async fn what_has_no_limits_says_so() {
    for system in [System::Jenifer, System::Sekretarka] {
        let world = World::of(system).await;
        let problem = world.ask(now(), Query::default()).await.unwrap_err();
        assert!(problem.summary.ends_with("has no limits"), "{problem}");
        assert!(now().select(&world.database, &Run::new()).await.is_err());
    }
}

/// The narrowest limit holds, and of several as narrow the smallest; wider ones are told beside it.
#[tokio::test]
async fn for_somebody_the_narrowest_limit_holds_and_the_wider_ones_are_told() {
    let mut world = World::of(System::OrgAssistant).await;
    let found = world
        .workshop
        .script("SELECT d.user_id::text, d.department_id::text, u.organization_id::text FROM user_departments d JOIN users u ON u.id = d.user_id WHERE u.deleted_at IS NULL ORDER BY 1 LIMIT 1")
        .await
        .unwrap();
    let [user, department, organization] = [0, 1, 2].map(|at| found[0][at].clone().unwrap());
    world
        .workshop
        .script(&format!(
            "DELETE FROM usage_limits; DELETE FROM cost_settings; \
             INSERT INTO cost_settings (organization_id, department_id, user_id, setting_type, setting_value) VALUES \
               ('{organization}', NULL, NULL, 'daily_limit', '{{\"tokens\": 1000, \"cost_usd\": 5.00}}'), \
               ('{organization}', '{department}', NULL, 'daily_limit', '{{\"tokens\": 500}}'), \
               ('{organization}', '{department}', '{user}', 'daily_limit', '{{\"tokens\": 90}}'); \
             INSERT INTO usage_limits (scope_type, scope_id, limit_type, limit_value, period_start) VALUES ('user', '{user}', 'daily_tokens', 70, '2025-06-30')"
        ))
        .await
        .unwrap();
    let limits = Limits { user: Some(user.clone()), ..now() };
    let page = world.ask(limits, Query::default()).await.unwrap();
    let mut shown = rows(&page, &["limit_type", "scope_type", "limit", "binds", "recorded_in"]);
    shown.sort();
    let row = |limit: &str, scope: &str, most: &str, binds: &str, place: &str| {
        [limit, scope, most, binds, place].map(|it| Some(it.to_owned())).to_vec()
    };
    let mut expected = vec![
        row("daily_cost", "organization", "5.00", "true", "public.cost_settings"),
        row("daily_tokens", "organization", "1000", "false", "public.cost_settings"),
        row("daily_tokens", "department", "500", "false", "public.cost_settings"),
        row("daily_tokens", "user", "90", "false", "public.cost_settings"),
        row("daily_tokens", "user", "70", "true", "public.usage_limits"),
    ];
    expected.sort();
    assert_eq!(shown, expected);
    // Who consumed nothing is within every limit, and has no row of usage.
    world
        .workshop
        .script(&format!("DELETE FROM api_usage WHERE user_id = '{user}'"))
        .await
        .unwrap();
    let filter = Filter::parse(&format!("user_id={user}")).unwrap();
    let usage = world.ask(Usage::default(), Query { filter, ..Query::default() }).await.unwrap();
    assert!(usage.items.is_empty());
    let own = Query { filter: Filter::parse("scope_type=user").unwrap(), ..Query::default() };
    let page = world.ask(Limits { user: Some(user), ..now() }, own).await.unwrap();
    for row in rows(&page, &["measured", "state"]) {
        assert_eq!(row, [Some("0".to_owned()), Some("ok".to_owned())]);
    }
}

/// The same by the server's clock, with what was consumed in its running day and month.
fn today(by_hand: &str) -> String {
    [
        ("'2025-06-30 12:00'", "(now() AT TIME ZONE 'UTC')"),
        ("'2025-06-30'::timestamp", "date_trunc('day', now() AT TIME ZONE 'UTC')"),
        ("'2025-06-01 00:00Z'", "(date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"),
        ("'2025-07-01 00:00Z'", "(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'"),
        ("'2025-06-01'", "date_trunc('month', now() AT TIME ZONE 'UTC')"),
    ]
    .iter()
    .fold(by_hand.to_owned(), |text, (then, now)| text.replace(then, now))
}

/// Of what `by_hand` finds: how many limits are over, and how many will be at the rate so far, once a twentieth of their day or month is over.
const OUTLOOK: &str = "SELECT count(*) FILTER (WHERE state = 'over')::text, \
    count(*) FILTER (WHERE state <> 'over' AND elapsed >= 0.05 AND round(coalesce(measured, stored) / elapsed, CASE WHEN kind LIKE '%tokens' THEN 0 ELSE 2 END) > most)::text \
    FROM (SELECT kind, most::numeric, measured::numeric, stored::numeric, state, CASE WHEN kind LIKE 'daily%' THEN EXTRACT(epoch FROM t - date_trunc('day', t)) / 86400 \
      WHEN kind LIKE 'monthly%' THEN EXTRACT(epoch FROM t - date_trunc('month', t)) / EXTRACT(epoch FROM date_trunc('month', t) + interval '1 month' - date_trunc('month', t)) END::numeric AS elapsed \
      FROM e CROSS JOIN (SELECT now() AT TIME ZONE 'UTC' AS t) c) x";

/// What Home says of limits is what statements by hand count, in all five systems, and its lines lead to just those.
#[tokio::test]
async fn home_tells_how_many_limits_are_over_and_how_many_will_be() {
    for (system, by_hand, consumed) in [
        (
            System::OrgAssistant,
            ORG_ASSISTANT,
            "UPDATE api_usage SET created_at = now() AT TIME ZONE 'UTC'; DELETE FROM usage_limits WHERE id NOT IN (SELECT DISTINCT ON (scope_type, scope_id, limit_type) id FROM usage_limits ORDER BY scope_type, scope_id, limit_type, id); UPDATE usage_limits SET limit_value = CASE abs(hashtext(id::text)) % 2 WHEN 0 THEN 1 ELSE limit_value END, period_start = date_trunc('month', now() AT TIME ZONE 'UTC')",
        ),
        (System::Hastecrm, HASTECRM, "UPDATE ai_tasks SET created_at = now()"),
        (System::Rishi, RISHI, ""),
    ] {
        let mut world = World::of(system).await;
        world.workshop.script(consumed).await.unwrap();
        let counting = format!(
            "WITH e(scope_type, scope_id, kind, most, measured, stored, state, place) AS ({}) {OUTLOOK}",
            today(by_hand)
        );
        let real = world.workshop.script(&counting).await.unwrap();
        let told = home(&world).await;
        assert_eq!(told.len(), 2, "{system}");
        for (line, real) in told.iter().zip(&real[0]) {
            let Ok(Counted::All(amount)) = &line.count else { panic!("{line:?}") };
            assert_eq!(Some(amount.to_string()), *real, "{system}: {}", line.what);
            let query =
                Query { filter: line.lead.filter.clone(), limit: 100_000, ..Query::default() };
            let list = world.ask(Limits::default(), query).await.unwrap();
            assert_eq!(list.items.len() as u64, amount.rows, "{system}: {}", line.what);
        }
        assert_ne!(real[0][0].as_deref(), Some("0"), "{system}: some are over");
    }
    for system in [System::Jenifer, System::Sekretarka] {
        assert!(
            home(&World::of(system).await).await.is_empty(),
            "{system} has no limits to tell of"
        );
    }
}

#[tokio::test]
async fn a_line_of_home_that_takes_long_waits_for_nobody_and_says_that_nobody_looked() {
    let mut world = World::of(System::OrgAssistant).await;
    world.workshop.script("BEGIN; LOCK TABLE api_usage IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let told = home(&world).await;
    assert!(told.len() == 2 && told.iter().all(|it| it.count == Ok(Counted::Unasked)), "{told:?}");
}

/// The lines of Home that lead to limits.
async fn home(world: &World) -> Vec<Line> {
    let outlook = Outlook::default();
    let found = outlook.ask(Arc::clone(&world.database), Identity::Observer, Run::new()).await;
    found.unwrap().into_iter().filter(|line| line.lead.view == "limits").collect()
}
