-- Custom fields, saved views and reports.

CREATE TABLE custom_field_definitions (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    object_type varchar(50) NOT NULL,
    field_name varchar(100) NOT NULL,
    field_type varchar(50) NOT NULL,
    label varchar(255) NOT NULL,
    description text,
    placeholder text,
    required boolean DEFAULT false,
    validation_rules jsonb DEFAULT '{}',
    options jsonb,
    is_active boolean DEFAULT true,
    order_index integer DEFAULT 0,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT valid_object_type CHECK (object_type IN ('contact', 'company', 'deal')),
    CONSTRAINT valid_field_type CHECK (field_type IN ('text', 'number', 'date', 'datetime', 'boolean', 'select', 'multiselect', 'url', 'email', 'phone')),
    CONSTRAINT unique_field_name UNIQUE (workspace_id, object_type, field_name)
);

CREATE INDEX idx_custom_fields_workspace ON custom_field_definitions(workspace_id, object_type);

CREATE TABLE saved_views (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    object_type varchar(50) NOT NULL,
    filters jsonb NOT NULL,
    columns jsonb,
    sort_by varchar(100),
    sort_order varchar(4) DEFAULT 'ASC',
    visibility varchar(50) DEFAULT 'private',
    created_by uuid NOT NULL REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT valid_visibility CHECK (visibility IN ('private', 'workspace'))
);

CREATE INDEX idx_saved_views_workspace ON saved_views(workspace_id, object_type);
CREATE INDEX idx_saved_views_user ON saved_views(created_by);

-- schedule_cron is read by the application, not by pg_cron.
CREATE TABLE reports (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    type varchar(50) NOT NULL,
    description text,
    config jsonb NOT NULL,
    schedule_enabled boolean DEFAULT false,
    schedule_cron varchar(100),
    schedule_timezone varchar(50) DEFAULT 'UTC',
    recipients jsonb DEFAULT '[]',
    last_generated_at timestamptz,
    cached_data jsonb,
    created_by uuid NOT NULL REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT valid_type CHECK (type IN ('pipeline', 'activity', 'email', 'revenue', 'custom'))
);

CREATE INDEX idx_reports_workspace ON reports(workspace_id);
