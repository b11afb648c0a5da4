-- Brings the artificial receptionists and the calls that they took.

CREATE TABLE ai_agents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    name VARCHAR(255) NOT NULL,
    voice_id VARCHAR(255),
    language VARCHAR(10) DEFAULT 'pl',
    personality_traits JSONB DEFAULT '{}',
    knowledge_base JSONB DEFAULT '{}',
    capabilities JSONB DEFAULT '["phone_answering", "appointment_booking", "information_providing"]',
    status VARCHAR(50) DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'training', 'error')),
    phone_number VARCHAR(50) UNIQUE,
    sms_enabled BOOLEAN DEFAULT TRUE,
    calendar_integration JSONB DEFAULT '{}',
    performance_metrics JSONB DEFAULT '{}',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    deleted_at TIMESTAMP
);

CREATE INDEX idx_agents_org ON ai_agents(organization_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_agents_status ON ai_agents(status) WHERE deleted_at IS NULL;
CREATE INDEX idx_agents_phone ON ai_agents(phone_number) WHERE deleted_at IS NULL;

CREATE TABLE conversations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES ai_agents(id) ON DELETE CASCADE,
    organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    caller_phone VARCHAR(50),
    caller_name VARCHAR(255),
    caller_email VARCHAR(255),
    direction VARCHAR(20) CHECK (direction IN ('inbound', 'outbound')),
    status VARCHAR(50) CHECK (status IN ('active', 'completed', 'missed', 'failed')),
    duration_seconds INTEGER DEFAULT 0,
    sentiment_score DECIMAL(3,2) CHECK (sentiment_score >= -1 AND sentiment_score <= 1),
    topics JSONB DEFAULT '[]',
    summary TEXT,
    intent VARCHAR(100),
    outcome VARCHAR(100),
    appointment_created BOOLEAN DEFAULT FALSE,
    recording_url TEXT,
    transcript JSONB DEFAULT '[]',
    metadata JSONB DEFAULT '{}',
    started_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    ended_at TIMESTAMP,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX idx_conversations_agent ON conversations(agent_id);
CREATE INDEX idx_conversations_org ON conversations(organization_id);
CREATE INDEX idx_conversations_status ON conversations(status);
CREATE INDEX idx_conversations_caller ON conversations(caller_phone);
CREATE INDEX idx_conversations_started ON conversations(started_at DESC);
CREATE INDEX idx_conversations_intent ON conversations(intent);
