-- The stream of activities, and tasks.

-- The stream of all that happened, by month.
CREATE TABLE activities (
    id uuid DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    type varchar(50) NOT NULL,
    title varchar(255) NOT NULL,
    description text,
    entity_type varchar(50) NOT NULL,
    entity_id uuid NOT NULL,
    contact_id uuid REFERENCES contacts(id),
    deal_id uuid REFERENCES deals(id),
    company_id uuid REFERENCES companies(id),
    user_id uuid REFERENCES users(id),
    metadata jsonb DEFAULT '{}',
    occurred_at timestamptz DEFAULT now(),
    created_at timestamptz DEFAULT now(),
    -- the document: PRIMARY KEY (id); with the partition column, because a key of a partitioned table must hold it.
    PRIMARY KEY (id, occurred_at),
    CONSTRAINT valid_type CHECK (type IN (
        'email_sent', 'email_received', 'email_opened', 'email_clicked',
        'meeting_held', 'meeting_scheduled', 'call_made', 'call_received',
        'note_added', 'task_created', 'task_completed',
        'deal_created', 'deal_updated', 'deal_won', 'deal_lost',
        'contact_created', 'contact_updated',
        'custom'
    )),
    CONSTRAINT valid_entity_type CHECK (entity_type IN ('contact', 'deal', 'company', 'email', 'task'))
)
-- the document: a plain table that later gets partitions; partitioned, because only such a table can have them.
PARTITION BY RANGE (occurred_at);

CREATE INDEX idx_activities_workspace ON activities(workspace_id);
CREATE INDEX idx_activities_entity ON activities(entity_type, entity_id);
CREATE INDEX idx_activities_contact ON activities(contact_id);
CREATE INDEX idx_activities_deal ON activities(deal_id);
CREATE INDEX idx_activities_user ON activities(user_id);
CREATE INDEX idx_activities_occurred ON activities(workspace_id, occurred_at DESC);
CREATE INDEX idx_activities_type ON activities(workspace_id, type);

CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    title varchar(255) NOT NULL,
    description text,
    type varchar(50) DEFAULT 'task',
    priority varchar(20) DEFAULT 'medium',
    contact_id uuid REFERENCES contacts(id),
    deal_id uuid REFERENCES deals(id),
    company_id uuid REFERENCES companies(id),
    assigned_to uuid NOT NULL REFERENCES users(id),
    assigned_by uuid REFERENCES users(id),
    due_date date,
    due_time time,
    reminder_minutes integer,
    status varchar(50) DEFAULT 'pending',
    completed_at timestamptz,
    completed_by uuid REFERENCES users(id),
    recurrence_rule jsonb,
    recurrence_parent_id uuid REFERENCES tasks(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_type CHECK (type IN ('task', 'call', 'email', 'meeting')),
    CONSTRAINT valid_priority CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT valid_status CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled'))
);

CREATE INDEX idx_tasks_workspace ON tasks(workspace_id);
CREATE INDEX idx_tasks_assigned_to ON tasks(assigned_to);
CREATE INDEX idx_tasks_contact ON tasks(contact_id);
CREATE INDEX idx_tasks_deal ON tasks(deal_id);
CREATE INDEX idx_tasks_due_date ON tasks(due_date);
CREATE INDEX idx_tasks_status ON tasks(status);
