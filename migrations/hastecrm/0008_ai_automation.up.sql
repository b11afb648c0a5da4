-- Models, automations with their runs, and calls of models.

CREATE TABLE ai_models (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    type varchar(50) NOT NULL,
    provider varchar(50) NOT NULL,
    model_id varchar(255),
    config jsonb DEFAULT '{}',
    metrics jsonb DEFAULT '{}',
    status varchar(50) DEFAULT 'active',
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT valid_type CHECK (type IN ('classification', 'generation', 'embedding', 'analysis')),
    CONSTRAINT valid_provider CHECK (provider IN ('openai', 'anthropic', 'perplexity', 'custom'))
);

CREATE TABLE automations (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    description text,
    category varchar(50),
    trigger_type varchar(50) NOT NULL,
    trigger_config jsonb NOT NULL,
    conditions jsonb DEFAULT '[]',
    actions jsonb NOT NULL,
    enabled boolean DEFAULT true,
    run_once boolean DEFAULT false,
    on_error varchar(50) DEFAULT 'stop',
    max_retries integer DEFAULT 3,
    last_run_at timestamptz,
    next_run_at timestamptz,
    run_count integer DEFAULT 0,
    success_count integer DEFAULT 0,
    error_count integer DEFAULT 0,
    created_by uuid REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_trigger_type CHECK (trigger_type IN (
        'contact_created', 'contact_updated', 'contact_tagged',
        'email_received', 'email_opened', 'email_clicked',
        'deal_created', 'deal_stage_changed', 'deal_won', 'deal_lost',
        'time_based', 'webhook', 'manual'
    ))
);

CREATE INDEX idx_automations_workspace ON automations(workspace_id);
CREATE INDEX idx_automations_enabled ON automations(enabled);
CREATE INDEX idx_automations_trigger ON automations(trigger_type);

-- What each automation did; the application writes it.
CREATE TABLE automation_executions (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    automation_id uuid NOT NULL REFERENCES automations(id) ON DELETE CASCADE,
    triggered_by varchar(50),
    trigger_entity_type varchar(50),
    trigger_entity_id uuid,
    status varchar(50) NOT NULL,
    started_at timestamptz DEFAULT now(),
    completed_at timestamptz,
    actions_executed jsonb DEFAULT '[]',
    error_message text,
    error_details jsonb,
    duration_ms integer,
    CONSTRAINT valid_status CHECK (status IN ('running', 'completed', 'failed', 'cancelled'))
);

CREATE INDEX idx_automation_executions_automation ON automation_executions(automation_id);
CREATE INDEX idx_automation_executions_started ON automation_executions(started_at DESC);

-- Every call of a model: tokens, whole cents, duration.
CREATE TABLE ai_tasks (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    type varchar(50) NOT NULL,
    status varchar(50) DEFAULT 'pending',
    input jsonb NOT NULL,
    output jsonb,
    model_provider varchar(50),
    model_name varchar(100),
    tokens_used integer,
    cost_cents integer,
    duration_ms integer,
    error_message text,
    retry_count integer DEFAULT 0,
    user_id uuid REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT valid_type CHECK (type IN (
        'email_generation', 'email_reply', 'summarization',
        'sentiment_analysis', 'entity_extraction', 'classification',
        'contact_enrichment', 'lead_scoring', 'meeting_summary'
    )),
    CONSTRAINT valid_status CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled'))
);

CREATE INDEX idx_ai_tasks_workspace ON ai_tasks(workspace_id);
CREATE INDEX idx_ai_tasks_status ON ai_tasks(status);
CREATE INDEX idx_ai_tasks_created ON ai_tasks(created_at DESC);
