-- Pipelines with their stages, deals, and the history of deals.
-- the document: pipelines and deals after notes and mail; here before, because both refer to deals.

-- The nearest thing this schema has to a department.
CREATE TABLE pipelines (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    type varchar(50) NOT NULL DEFAULT 'sales',
    description text,
    currency varchar(3) DEFAULT 'USD',
    probability_enabled boolean DEFAULT true,
    rotting_enabled boolean DEFAULT true,
    rotting_days integer DEFAULT 30,
    visibility varchar(50) DEFAULT 'everyone',
    created_by uuid REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_type CHECK (type IN ('sales', 'recruitment', 'investor', 'vendor', 'custom'))
);

CREATE INDEX idx_pipelines_workspace ON pipelines(workspace_id);

CREATE TABLE pipeline_stages (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    pipeline_id uuid NOT NULL REFERENCES pipelines(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    order_index integer NOT NULL,
    probability decimal(5,2) DEFAULT 0,
    color varchar(7) DEFAULT '#808080',
    automation_rules jsonb DEFAULT '{}',
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT unique_stage_order UNIQUE (pipeline_id, order_index)
);

CREATE INDEX idx_pipeline_stages_pipeline ON pipeline_stages(pipeline_id);

-- The owner is what row security looks at.
CREATE TABLE deals (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    title varchar(255) NOT NULL,
    value decimal(15,2),
    currency varchar(3) DEFAULT 'USD',
    pipeline_id uuid NOT NULL REFERENCES pipelines(id),
    stage_id uuid NOT NULL REFERENCES pipeline_stages(id),
    contact_id uuid REFERENCES contacts(id),
    company_id uuid REFERENCES companies(id),
    owner_id uuid NOT NULL REFERENCES users(id),
    probability decimal(5,2),
    expected_close_date date,
    actual_close_date date,
    status varchar(50) DEFAULT 'open',
    won_reason text,
    lost_reason text,
    stage_entered_at timestamptz DEFAULT now(),
    last_activity_at timestamptz,
    rotting_days integer DEFAULT 0,
    ai_score decimal(5,2),
    ai_insights jsonb DEFAULT '{}',
    ai_predicted_close_date date,
    custom_fields jsonb DEFAULT '{}',
    created_by uuid REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_status CHECK (status IN ('open', 'won', 'lost'))
);

CREATE INDEX idx_deals_workspace ON deals(workspace_id);
CREATE INDEX idx_deals_pipeline ON deals(pipeline_id);
CREATE INDEX idx_deals_stage ON deals(stage_id);
CREATE INDEX idx_deals_contact ON deals(contact_id);
CREATE INDEX idx_deals_owner ON deals(owner_id);
CREATE INDEX idx_deals_status ON deals(status);
CREATE INDEX idx_deals_expected_close ON deals(expected_close_date);
CREATE INDEX idx_deals_value ON deals(workspace_id, value DESC);

-- One row per changed field; written by the application, not by a trigger.
CREATE TABLE deal_history (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    deal_id uuid NOT NULL REFERENCES deals(id) ON DELETE CASCADE,
    field_name varchar(100) NOT NULL,
    old_value text,
    new_value text,
    changed_by uuid NOT NULL REFERENCES users(id),
    changed_at timestamptz DEFAULT now()
);

CREATE INDEX idx_deal_history_deal ON deal_history(deal_id);
CREATE INDEX idx_deal_history_changed_at ON deal_history(changed_at DESC);
