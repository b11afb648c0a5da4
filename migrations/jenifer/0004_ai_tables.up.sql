-- Brings what the assistant engine keeps: insights, learnt patterns, conversations and their messages, embeddings.

CREATE TABLE ai_insights (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  -- conflict_detected, pattern_found, reminder, suggestion,
  -- anomaly, optimization, preparation, followup
  insight_type VARCHAR(50) NOT NULL,
  -- low, medium, high, urgent
  priority VARCHAR(20) DEFAULT 'medium',
  title VARCHAR(500) NOT NULL,
  description TEXT,
  -- [{ "action_type": "reschedule", "label": "Move to 2pm", "payload": {...} }]
  suggested_actions JSONB DEFAULT '[]'::jsonb,
  -- meeting, task, approval, key_date, contact
  related_entity_type VARCHAR(50),
  related_entity_id UUID,
  -- active, dismissed, acted_upon, expired
  status VARCHAR(50) DEFAULT 'active',
  -- accepted, dismissed, snoozed
  user_action VARCHAR(50),
  user_action_at TIMESTAMPTZ,
  user_feedback TEXT,
  valid_until TIMESTAMPTZ,
  -- 0.00 - 1.00
  confidence_score DECIMAL(3, 2),
  model_version VARCHAR(50),
  reasoning TEXT,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_ai_insights_org ON ai_insights(org_id);
CREATE INDEX idx_ai_insights_exec ON ai_insights(executive_id);
CREATE INDEX idx_ai_insights_user ON ai_insights(user_id);
CREATE INDEX idx_ai_insights_active ON ai_insights(org_id, status, priority) WHERE status = 'active';
CREATE INDEX idx_ai_insights_type ON ai_insights(org_id, insight_type);

CREATE TABLE ai_patterns (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  -- meeting_time_preference, task_completion_pattern, approval_behavior,
  -- communication_style, scheduling_habit, travel_preference
  pattern_type VARCHAR(50) NOT NULL,
  -- for example preferred_meeting_hour
  pattern_key VARCHAR(255) NOT NULL,
  -- for example { "hour": 10, "confidence": 0.85, "sample_size": 50 }
  pattern_value JSONB NOT NULL,
  -- 0.00 - 1.00
  confidence_score DECIMAL(3, 2),
  sample_size INTEGER DEFAULT 0,
  first_observed_at TIMESTAMPTZ DEFAULT NOW(),
  last_observed_at TIMESTAMPTZ DEFAULT NOW(),
  is_active BOOLEAN DEFAULT TRUE,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  UNIQUE(org_id, executive_id, pattern_type, pattern_key)
);

CREATE INDEX idx_ai_patterns_org ON ai_patterns(org_id);
CREATE INDEX idx_ai_patterns_exec ON ai_patterns(executive_id);
CREATE INDEX idx_ai_patterns_type ON ai_patterns(org_id, pattern_type);
CREATE INDEX idx_ai_patterns_active ON ai_patterns(org_id, is_active) WHERE is_active = TRUE;

CREATE TABLE ai_conversations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  title VARCHAR(255),
  -- active, archived
  status VARCHAR(50) DEFAULT 'active',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  last_message_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_ai_conversations_user ON ai_conversations(user_id);
CREATE INDEX idx_ai_conversations_recent ON ai_conversations(user_id, last_message_at DESC);

CREATE TABLE ai_messages (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation_id UUID NOT NULL REFERENCES ai_conversations(id) ON DELETE CASCADE,
  -- user, assistant, system
  role VARCHAR(20) NOT NULL,
  content TEXT NOT NULL,
  tool_calls JSONB DEFAULT '[]'::jsonb,
  tool_results JSONB DEFAULT '[]'::jsonb,
  model VARCHAR(100),
  tokens_used INTEGER,
  created_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_ai_messages_conversation ON ai_messages(conversation_id, created_at);

CREATE TABLE ai_embeddings (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  -- meeting, task, contact, note, email
  source_type VARCHAR(50) NOT NULL,
  source_id UUID NOT NULL,
  content_chunk TEXT NOT NULL,
  chunk_index INTEGER DEFAULT 0,
  -- as wide as OpenAI's ada-002
  embedding vector(1536),
  metadata JSONB DEFAULT '{}'::jsonb,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_ai_embeddings_org ON ai_embeddings(org_id);
CREATE INDEX idx_ai_embeddings_source ON ai_embeddings(source_type, source_id);
-- The stand-in type has no access method, so the index exists only where pgvector does.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_am WHERE amname = 'ivfflat') THEN
    CREATE INDEX idx_ai_embeddings_vector ON ai_embeddings
    USING ivfflat (embedding vector_cosine_ops) WITH (lists = 100);
  ELSE
    RAISE NOTICE 'idx_ai_embeddings_vector needs pgvector: left out';
  END IF;
END;
$$;
