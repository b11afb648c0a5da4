//! The records of usage of each system, by statements against its own tables.

use purview::demo::System;

/// One row for each record: when by clocks of UTC, the number of the source, its id, and what is known of it.
pub(crate) const fn usage(system: System) -> &'static str {
    match system {
        System::OrgAssistant => {
            "SELECT created_at, 0, id::text, organization_id::text, department_id::text, user_id::text, model::text, operation_type::text, \
             input_tokens, output_tokens, total_tokens, cost_usd, 'USD', NULL::numeric, NULL::text, NULL::numeric, 'api usage' FROM api_usage"
        }
        System::Jenifer => {
            "SELECT m.created_at AT TIME ZONE 'UTC', 0, m.id::text, c.org_id::text, c.executive_id::text, c.user_id::text, m.model::text, NULL::text, \
             CASE WHEN m.role <> 'assistant' THEN m.tokens_used END, CASE WHEN m.role = 'assistant' THEN m.tokens_used END, m.tokens_used, NULL::numeric, NULL::text, \
             NULL::numeric, NULL::text, NULL::numeric, 'ai_messages' FROM ai_messages m JOIN ai_conversations c ON c.id = m.conversation_id WHERE m.tokens_used IS NOT NULL"
        }
        System::Hastecrm => {
            "SELECT created_at AT TIME ZONE 'UTC', 0, id::text, workspace_id::text, NULL::text, user_id::text, model_name::text, type::text, \
             NULL::int, NULL::int, tokens_used, (cost_cents * 0.01)::numeric, 'USD', NULL::numeric, NULL::text, NULL::numeric, 'ai tasks' FROM ai_tasks"
        }
        System::Sekretarka => {
            "SELECT period_start, 0, id::text, organization_id::text, NULL::text, NULL::text, NULL::text, metric_type::text, NULL::int, NULL::int, NULL::int, NULL::numeric, \
             NULL::text, metric_value, metric_unit::text, NULL::numeric, 'metrics' FROM usage_metrics \
             UNION ALL SELECT started_at, 1, id::text, organization_id::text, agent_id::text, NULL, NULL, direction::text, NULL, NULL, NULL, NULL, NULL, duration_seconds, 'second', NULL, \
             'calls' FROM conversations \
             UNION ALL SELECT current_period_start, 2, id::text, organization_id::text, NULL, user_id::text, NULL, plan_name::text, NULL, NULL, NULL, plan_price, currency::text, NULL, NULL, NULL, \
             'subscriptions' FROM subscriptions WHERE current_period_start IS NOT NULL"
        }
        System::Rishi => {
            "SELECT scheduled_start AT TIME ZONE 'UTC', 0, id::text, organization_id::text, location_id::text, created_by::text, NULL::text, status::text, NULL::int, NULL::int, NULL::int, \
             actual_cost, NULL::text, NULL::numeric, NULL::text, NULL::numeric, 'bookings' FROM bookings WHERE actual_cost IS NOT NULL \
             UNION ALL SELECT a.assigned_at AT TIME ZONE 'UTC', 1, a.id::text, b.organization_id::text, b.location_id::text, a.user_id::text, NULL, a.role::text, NULL, NULL, NULL, NULL, NULL, \
             a.hours_worked, 'hour', a.hours_worked * a.hourly_rate, 'staff hours' FROM booking_staff_assignments a JOIN bookings b ON b.id = a.booking_id WHERE a.hours_worked IS NOT NULL"
        }
    }
}
