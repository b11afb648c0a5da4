-- Mail accounts, mail, attachments and tracking.

-- Mailboxes that are synchronised, with their OAuth tokens in clear.
CREATE TABLE email_accounts (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    email varchar(255) NOT NULL,
    display_name varchar(255),
    provider varchar(50) NOT NULL,
    access_token text,
    refresh_token text,
    token_expires_at timestamptz,
    gmail_history_id varchar(255),
    gmail_sync_token text,
    is_primary boolean DEFAULT false,
    sync_enabled boolean DEFAULT true,
    signature text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_provider CHECK (provider IN ('gmail', 'outlook', 'smtp'))
);

CREATE INDEX idx_email_accounts_workspace ON email_accounts(workspace_id);
CREATE INDEX idx_email_accounts_user ON email_accounts(user_id);

CREATE TABLE emails (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    message_id varchar(255) NOT NULL,
    thread_id varchar(255),
    in_reply_to varchar(255),
    -- the document: references without quotes; quoted, because it is a reserved word.
    "references" text[],
    subject text,
    from_email varchar(255) NOT NULL,
    from_name varchar(255),
    to_emails text[] NOT NULL,
    cc_emails text[],
    bcc_emails text[],
    reply_to varchar(255),
    body_html text,
    body_text text,
    snippet text,
    folder varchar(50) DEFAULT 'inbox',
    labels text[],
    is_read boolean DEFAULT false,
    is_starred boolean DEFAULT false,
    is_important boolean DEFAULT false,
    is_draft boolean DEFAULT false,
    is_sent boolean DEFAULT false,
    tracking_id uuid,
    track_opens boolean DEFAULT false,
    track_clicks boolean DEFAULT false,
    email_account_id uuid REFERENCES email_accounts(id),
    contact_id uuid REFERENCES contacts(id),
    deal_id uuid REFERENCES deals(id),
    ai_analysis jsonb DEFAULT '{}',
    sentiment varchar(20),
    category varchar(50),
    priority varchar(20),
    sent_at timestamptz,
    received_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT unique_message_id UNIQUE (workspace_id, message_id)
);

CREATE INDEX idx_emails_workspace ON emails(workspace_id);
CREATE INDEX idx_emails_thread ON emails(workspace_id, thread_id);
CREATE INDEX idx_emails_contact ON emails(workspace_id, contact_id);
CREATE INDEX idx_emails_received_at ON emails(workspace_id, received_at DESC);
CREATE INDEX idx_emails_from ON emails(workspace_id, from_email);
CREATE INDEX idx_emails_folder ON emails(workspace_id, folder);

CREATE INDEX idx_emails_search ON emails USING gin(
    to_tsvector('english',
        coalesce(subject, '') || ' ' ||
        coalesce(body_text, '')
    )
);

CREATE TABLE email_attachments (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    email_id uuid NOT NULL REFERENCES emails(id) ON DELETE CASCADE,
    filename varchar(255) NOT NULL,
    content_type varchar(100),
    size integer,
    storage_url text NOT NULL,
    virus_scanned boolean DEFAULT false,
    virus_scan_result jsonb,
    created_at timestamptz DEFAULT now()
);

CREATE INDEX idx_email_attachments_email ON email_attachments(email_id);

-- Opens, clicks and complaints of sent mail; country and city are derived from the address.
CREATE TABLE email_tracking_events (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    email_id uuid NOT NULL REFERENCES emails(id) ON DELETE CASCADE,
    event_type varchar(50) NOT NULL,
    ip_address inet,
    user_agent text,
    referer text,
    link_url text,
    link_position integer,
    country varchar(2),
    city varchar(100),
    occurred_at timestamptz DEFAULT now(),
    CONSTRAINT valid_event_type CHECK (event_type IN ('open', 'click', 'bounce', 'complaint', 'unsubscribe'))
);

CREATE INDEX idx_tracking_events_email ON email_tracking_events(email_id);
CREATE INDEX idx_tracking_events_occurred ON email_tracking_events(occurred_at DESC);
