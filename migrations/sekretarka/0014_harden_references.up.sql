-- Mends references into another tenant. A conversation of one organization could be had by an agent of another.
-- The tenant is part of the reference now. What crosses already is left as it is (NOT VALID) until somebody looks at it; what
-- is deleted together is looked at once all of it is (DEFERRED).
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What such a reference needs on the other side.
ALTER TABLE ai_agents ADD CONSTRAINT ai_agents_organization_id_id_key UNIQUE (organization_id, id);
ALTER TABLE appointments ADD CONSTRAINT appointments_organization_id_id_key UNIQUE (organization_id, id);
ALTER TABLE conversations ADD CONSTRAINT conversations_organization_id_id_key UNIQUE (organization_id, id);

ALTER TABLE conversations ADD CONSTRAINT conversations_agent_same_organization
  FOREIGN KEY (organization_id, agent_id) REFERENCES ai_agents (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE appointments ADD CONSTRAINT appointments_conversation_same_organization
  FOREIGN KEY (organization_id, conversation_id) REFERENCES conversations (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE messages ADD CONSTRAINT messages_appointment_same_organization
  FOREIGN KEY (organization_id, appointment_id) REFERENCES appointments (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE messages ADD CONSTRAINT messages_conversation_same_organization
  FOREIGN KEY (organization_id, conversation_id) REFERENCES conversations (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE analytics_events ADD CONSTRAINT analytics_events_agent_same_organization
  FOREIGN KEY (organization_id, agent_id) REFERENCES ai_agents (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

RESET ROLE;
