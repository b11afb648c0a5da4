-- Brings all twenty-two tables with their keys, defaults and foreign keys.

-- Organizations, their departments, and people.

CREATE TABLE organizations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  settings JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE departments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  settings JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (organization_id, name)
);

CREATE TABLE users (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  email VARCHAR(255) NOT NULL,
  username VARCHAR(255),
  password_hash VARCHAR(255), -- none for those who come by SSO or LDAP only
  name VARCHAR(255),
  avatar_url TEXT,
  preferences JSONB DEFAULT '{
    "proactiveReminders": true,
    "emailNotifications": true,
    "calendarAutoCreate": false,
    "dataRetentionDays": null
  }',
  last_login_at TIMESTAMP,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP,
  UNIQUE (organization_id, email)
);

CREATE TABLE user_departments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  created_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (user_id, department_id)
);

CREATE TABLE roles (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(50) NOT NULL UNIQUE, -- admin, super_user, user
  description TEXT,
  permissions JSONB DEFAULT '[]',
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE user_roles (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  role_id UUID REFERENCES roles(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE, -- none for an admin: the whole organization
  created_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (user_id, role_id, department_id)
);

-- Talking to the assistant.

CREATE TABLE conversations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  title VARCHAR(255),
  summary TEXT, -- what the assistant made of the older messages
  message_count INT DEFAULT 0,
  last_message_at TIMESTAMP,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

CREATE TABLE messages (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation_id UUID REFERENCES conversations(id) ON DELETE CASCADE,
  role VARCHAR(20) NOT NULL, -- who speaks: user or assistant
  content TEXT NOT NULL,
  tool_calls JSONB DEFAULT '[]', -- the tools asked for
  tool_results JSONB DEFAULT '[]', -- and their answers
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW()
);

-- Mail and files.

CREATE TABLE email_accounts (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE, -- none for a shared account
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  provider VARCHAR(50) NOT NULL, -- microsoft, google or imap
  email VARCHAR(255) NOT NULL,
  account_type VARCHAR(20) NOT NULL, -- personal or shared
  auth_data JSONB NOT NULL, -- encrypted OAuth tokens or credentials
  settings JSONB DEFAULT '{
    "indexHistory": true,
    "indexHistoryMonths": null,
    "autoIndexAttachments": true,
    "syncEnabled": true
  }',
  last_sync_at TIMESTAMP,
  indexing_status VARCHAR(20) DEFAULT 'pending', -- pending, in_progress, complete or error
  indexing_progress INT DEFAULT 0, -- 0 to 100
  error_message TEXT,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

CREATE TABLE emails (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_account_id UUID REFERENCES email_accounts(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  message_id VARCHAR(255), -- the provider's id
  thread_id VARCHAR(255),
  folder VARCHAR(50) DEFAULT 'inbox', -- inbox, sent, drafts, …
  subject VARCHAR(500),
  from_email VARCHAR(255),
  from_name VARCHAR(255),
  to_emails JSONB DEFAULT '[]', -- an array of {email, name}
  cc_emails JSONB DEFAULT '[]',
  bcc_emails JSONB DEFAULT '[]',
  body_html TEXT,
  body_text TEXT,
  preview TEXT,
  unread BOOLEAN DEFAULT true,
  important BOOLEAN DEFAULT false,
  received_at TIMESTAMP,
  sent_at TIMESTAMP,
  indexed_at TIMESTAMP,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

-- the document has email_attachments before files: files comes first because attachments refer to it.
CREATE TABLE files (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  conversation_id UUID REFERENCES conversations(id) ON DELETE SET NULL,
  filename VARCHAR(255) NOT NULL,
  original_filename VARCHAR(255) NOT NULL,
  content_type VARCHAR(100),
  size BIGINT,
  file_path TEXT NOT NULL, -- where it lies in the file system
  auto_saved BOOLEAN DEFAULT false,
  indexed BOOLEAN DEFAULT false,
  indexed_at TIMESTAMP,
  extracted_content TEXT, -- its text, for searching
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

CREATE TABLE email_attachments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email_id UUID REFERENCES emails(id) ON DELETE CASCADE,
  filename VARCHAR(255) NOT NULL,
  content_type VARCHAR(100),
  size BIGINT,
  file_id UUID REFERENCES files(id) ON DELETE SET NULL, -- once it is stored and indexed as a file
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE file_content_chunks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  file_id UUID REFERENCES files(id) ON DELETE CASCADE,
  chunk_index INT NOT NULL,
  content TEXT NOT NULL,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (file_id, chunk_index)
);

-- Searching by meaning, and what the assistant did.

CREATE TABLE embeddings (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  source_type VARCHAR(50) NOT NULL, -- email, file, conversation or calendar
  source_id UUID NOT NULL,
  chunk_index INT DEFAULT 0, -- which part of a long document
  content TEXT NOT NULL,
  embedding VECTOR(1536) NOT NULL, -- as many dimensions as OpenAI's embedding has
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE ai_tool_calls (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id UUID REFERENCES messages(id) ON DELETE CASCADE,
  tool_call_id VARCHAR(255) NOT NULL, -- OpenAI's id of the call
  tool_name VARCHAR(100) NOT NULL,
  arguments JSONB NOT NULL,
  result JSONB,
  status VARCHAR(20) DEFAULT 'pending', -- pending, executing, complete or error
  error_message TEXT,
  execution_time_ms INT,
  created_at TIMESTAMP DEFAULT NOW(),
  completed_at TIMESTAMP
);

-- Calendars.

CREATE TABLE calendar_accounts (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  provider VARCHAR(50) NOT NULL, -- microsoft or google
  email VARCHAR(255) NOT NULL,
  auth_data JSONB NOT NULL, -- encrypted OAuth tokens
  last_sync_at TIMESTAMP,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

CREATE TABLE calendar_events (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  calendar_account_id UUID REFERENCES calendar_accounts(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE CASCADE,
  event_id VARCHAR(255), -- the provider's id
  title VARCHAR(255) NOT NULL,
  description TEXT,
  location VARCHAR(255),
  start_time TIMESTAMP NOT NULL,
  end_time TIMESTAMP NOT NULL,
  all_day BOOLEAN DEFAULT false,
  organizer_email VARCHAR(255),
  organizer_name VARCHAR(255),
  attendees JSONB DEFAULT '[]', -- an array of {email, name, status}
  recurrence JSONB, -- the rule, if it repeats
  created_by_user_id UUID REFERENCES users(id) ON DELETE SET NULL, -- who asked the assistant for it
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  deleted_at TIMESTAMP
);

-- What it costs.

CREATE TABLE api_usage (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  department_id UUID REFERENCES departments(id) ON DELETE SET NULL,
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  model VARCHAR(100) NOT NULL, -- gpt-5.1-mini, text-embedding-3-small, …
  operation_type VARCHAR(50) NOT NULL, -- chat, embedding, moderation, …
  input_tokens INT DEFAULT 0,
  output_tokens INT DEFAULT 0,
  total_tokens INT NOT NULL,
  cost_usd DECIMAL(10, 6) NOT NULL,
  metadata JSONB DEFAULT '{}', -- what else is known: tool calls and the like
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE usage_limits (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  scope_type VARCHAR(50) NOT NULL, -- user, department or organization
  scope_id UUID NOT NULL, -- the id of whichever it is
  limit_type VARCHAR(50) NOT NULL, -- daily_tokens, monthly_tokens, daily_cost or monthly_cost
  limit_value DECIMAL(12, 2) NOT NULL,
  period_start TIMESTAMP NOT NULL, -- the day or the month it counts
  current_usage DECIMAL(12, 2) DEFAULT 0,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (scope_type, scope_id, limit_type, period_start)
);

CREATE TABLE cost_settings (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE SET NULL, -- none: the whole organization
  user_id UUID REFERENCES users(id) ON DELETE SET NULL, -- none: the department or the organization
  setting_type VARCHAR(50) NOT NULL, -- daily_limit, monthly_limit or alert_threshold
  setting_value JSONB NOT NULL, -- such as {"tokens": 100000, "cost_usd": 10.00}
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  UNIQUE (organization_id, department_id, user_id, setting_type)
);

-- What happened, and who was told.

CREATE TABLE audit_logs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
  department_id UUID REFERENCES departments(id) ON DELETE SET NULL,
  action_type VARCHAR(100) NOT NULL, -- email_sent, file_uploaded, ai_query, …
  resource_type VARCHAR(50), -- email, file, conversation, …
  resource_id UUID,
  tool_name VARCHAR(100), -- when the assistant did it by a tool
  details JSONB DEFAULT '{}',
  ip_address INET,
  user_agent TEXT,
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE notifications (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  type VARCHAR(50) NOT NULL, -- proactive_reminder, email_received, …
  title VARCHAR(255) NOT NULL,
  message TEXT,
  read BOOLEAN DEFAULT false,
  action_url TEXT,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMP DEFAULT NOW(),
  read_at TIMESTAMP
);
