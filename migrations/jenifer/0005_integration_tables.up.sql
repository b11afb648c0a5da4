-- Brings the connected accounts of users (with their tokens) and how far their calendars are synced.

CREATE TABLE integrations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  -- google, microsoft, slack, zoom
  provider VARCHAR(50) NOT NULL,
  -- calendar, email, messaging, video
  integration_type VARCHAR(50) NOT NULL,
  access_token TEXT,
  refresh_token TEXT,
  token_expires_at TIMESTAMPTZ,
  scopes JSONB DEFAULT '[]'::jsonb,
  provider_user_id VARCHAR(255),
  provider_email VARCHAR(255),
  -- active, expired, revoked, error
  status VARCHAR(50) DEFAULT 'active',
  last_error TEXT,
  last_synced_at TIMESTAMPTZ,
  -- where the next sync goes on
  sync_cursor TEXT,
  settings JSONB DEFAULT '{
    "sync_enabled": true,
    "sync_direction": "bidirectional",
    "sync_interval_minutes": 5
  }'::jsonb,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  UNIQUE(user_id, provider, integration_type)
);

CREATE INDEX idx_integrations_org ON integrations(org_id);
CREATE INDEX idx_integrations_user ON integrations(user_id);
CREATE INDEX idx_integrations_provider ON integrations(provider, integration_type);
CREATE INDEX idx_integrations_sync ON integrations(status, last_synced_at) WHERE status = 'active';

CREATE TABLE calendar_sync_tokens (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id UUID NOT NULL REFERENCES integrations(id) ON DELETE CASCADE,
  calendar_id VARCHAR(255) NOT NULL,
  calendar_name VARCHAR(255),
  sync_token TEXT,
  page_token TEXT,
  is_primary BOOLEAN DEFAULT FALSE,
  is_enabled BOOLEAN DEFAULT TRUE,
  color VARCHAR(20),
  last_synced_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  UNIQUE(integration_id, calendar_id)
);

CREATE INDEX idx_calendar_sync_integration ON calendar_sync_tokens(integration_id);
