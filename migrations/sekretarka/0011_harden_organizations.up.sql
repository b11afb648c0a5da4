-- Mends the isolation of organizations, of which there was none: any role with SELECT saw every call, client and message.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Agents and services: seen by the organization, set up by its owner, who also sees the deleted ones.
ALTER TABLE ai_agents ENABLE ROW LEVEL SECURITY;
CREATE POLICY agent_read ON ai_agents
  FOR SELECT
  USING (
    (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]) AND deleted_at IS NULL)
    OR organization_id = ANY ((SELECT owned_organization_ids())::uuid[])
  );
CREATE POLICY agent_insert ON ai_agents
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
CREATE POLICY agent_update ON ai_agents
  FOR UPDATE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
CREATE POLICY agent_delete ON ai_agents
  FOR DELETE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
ALTER TABLE services ENABLE ROW LEVEL SECURITY;
CREATE POLICY service_read ON services
  FOR SELECT
  USING (
    (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]) AND deleted_at IS NULL)
    OR organization_id = ANY ((SELECT owned_organization_ids())::uuid[])
  );
CREATE POLICY service_insert ON services
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
CREATE POLICY service_update ON services
  FOR UPDATE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));
CREATE POLICY service_delete ON services
  FOR DELETE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));

-- Calls: of an agent of the same organization, which a call of another one could be filed under.
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
CREATE POLICY conversation_read ON conversations
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY conversation_insert ON conversations
  FOR INSERT
  WITH CHECK (
    organization_id = ANY ((SELECT acting_organization_ids())::uuid[])
    AND EXISTS (
      SELECT FROM ai_agents a
      WHERE a.id = conversations.agent_id
      AND a.organization_id = conversations.organization_id
    )
  );
CREATE POLICY conversation_update ON conversations
  FOR UPDATE
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY conversation_delete ON conversations
  FOR DELETE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));

-- Appointments and messages: the work of everybody there.
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
CREATE POLICY appointment_read ON appointments
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY appointment_insert ON appointments
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY appointment_update ON appointments
  FOR UPDATE
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY appointment_delete ON appointments
  FOR DELETE
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY message_read ON messages
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY message_insert ON messages
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY message_update ON messages
  FOR UPDATE
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY message_delete ON messages
  FOR DELETE
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]));

-- What happened is recorded in one's own name and not changed.
ALTER TABLE analytics_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY analytics_event_read ON analytics_events
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY analytics_event_insert ON analytics_events
  FOR INSERT
  WITH CHECK (
    organization_id = ANY ((SELECT acting_organization_ids())::uuid[])
    AND (user_id IS NULL OR user_id = (SELECT acting_user_id()))
  );

-- What is paid and what was consumed: read by the owner, written by the platform.
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
CREATE POLICY subscription_read ON subscriptions
  FOR SELECT
  USING (organization_id = ANY ((SELECT owned_organization_ids())::uuid[]) OR (SELECT is_platform_admin()));
CREATE POLICY subscription_insert ON subscriptions
  FOR INSERT
  WITH CHECK ((SELECT is_platform_admin()));
CREATE POLICY subscription_update ON subscriptions
  FOR UPDATE
  USING ((SELECT is_platform_admin()));
CREATE POLICY subscription_delete ON subscriptions
  FOR DELETE
  USING ((SELECT is_platform_admin()));
ALTER TABLE usage_metrics ENABLE ROW LEVEL SECURITY;
CREATE POLICY usage_metric_read ON usage_metrics
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]) OR (SELECT is_platform_admin()));
CREATE POLICY usage_metric_insert ON usage_metrics
  FOR INSERT
  WITH CHECK ((SELECT is_platform_admin()));
CREATE POLICY usage_metric_update ON usage_metrics
  FOR UPDATE
  USING ((SELECT is_platform_admin()));
CREATE POLICY usage_metric_delete ON usage_metrics
  FOR DELETE
  USING ((SELECT is_platform_admin()));

RESET ROLE;
