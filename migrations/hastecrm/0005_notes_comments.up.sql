-- Notes on contacts, companies, deals and tasks; comments under them.

-- Polymorphic by entity_type and entity_id, with the usual targets repeated as foreign keys.
CREATE TABLE notes (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    content text NOT NULL,
    content_html text,
    entity_type varchar(50) NOT NULL,
    entity_id uuid NOT NULL,
    contact_id uuid REFERENCES contacts(id),
    company_id uuid REFERENCES companies(id),
    deal_id uuid REFERENCES deals(id),
    is_pinned boolean DEFAULT false,
    mentions uuid[],
    created_by uuid NOT NULL REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_entity_type CHECK (entity_type IN ('contact', 'company', 'deal', 'task'))
);

CREATE INDEX idx_notes_workspace ON notes(workspace_id);
CREATE INDEX idx_notes_entity ON notes(entity_type, entity_id);
CREATE INDEX idx_notes_contact ON notes(contact_id);
CREATE INDEX idx_notes_company ON notes(company_id);
CREATE INDEX idx_notes_deal ON notes(deal_id);
CREATE INDEX idx_notes_created_by ON notes(created_by);
CREATE INDEX idx_notes_created_at ON notes(created_at DESC);

CREATE INDEX idx_notes_search ON notes USING gin(
    to_tsvector('english', content)
);

-- Polymorphic without a foreign key and without a workspace; reactions maps a sign to user ids.
CREATE TABLE comments (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    entity_type varchar(50) NOT NULL,
    entity_id uuid NOT NULL,
    content text NOT NULL,
    parent_comment_id uuid REFERENCES comments(id),
    mentions uuid[],
    reactions jsonb DEFAULT '{}',
    created_by uuid NOT NULL REFERENCES users(id),
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_entity_type CHECK (entity_type IN ('note', 'task', 'deal', 'email'))
);

CREATE INDEX idx_comments_entity ON comments(entity_type, entity_id);
CREATE INDEX idx_comments_parent ON comments(parent_comment_id);
CREATE INDEX idx_comments_created_at ON comments(created_at);
