-- Brings the tenants, their users, the executives whom they look after, and what belongs to an executive.

CREATE TABLE organizations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  slug VARCHAR(100) UNIQUE NOT NULL,
  logo_url TEXT,
  website VARCHAR(255),
  industry VARCHAR(100),
  -- 1-10, 11-50, 51-200, 201-500, 500+
  size VARCHAR(50),
  -- trial, starter, professional, enterprise
  subscription_tier VARCHAR(50) DEFAULT 'trial',
  -- active, past_due, canceled, paused
  subscription_status VARCHAR(50) DEFAULT 'active',
  trial_ends_at TIMESTAMPTZ,
  stripe_customer_id VARCHAR(255),
  stripe_subscription_id VARCHAR(255),
  settings JSONB DEFAULT '{
    "timezone": "America/Los_Angeles",
    "date_format": "MM/DD/YYYY",
    "time_format": "12h",
    "week_starts_on": "sunday"
  }'::jsonb,
  ai_settings JSONB DEFAULT '{
    "proactive_suggestions": true,
    "auto_conflict_detection": true,
    "learning_enabled": true,
    "notification_frequency": "realtime"
  }'::jsonb,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

CREATE INDEX idx_organizations_slug ON organizations(slug);
CREATE INDEX idx_organizations_subscription ON organizations(subscription_tier, subscription_status);

-- The profile beside auth.users.
CREATE TABLE users (
  id UUID PRIMARY KEY REFERENCES auth.users(id) ON DELETE CASCADE,
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  email VARCHAR(255) NOT NULL,
  full_name VARCHAR(255),
  avatar_url TEXT,
  phone VARCHAR(50),
  job_title VARCHAR(255),
  timezone VARCHAR(100) DEFAULT 'America/Los_Angeles',
  -- admin, user
  role VARCHAR(50) DEFAULT 'user',
  permissions JSONB DEFAULT '[]'::jsonb,
  onboarding_completed BOOLEAN DEFAULT FALSE,
  onboarding_step INTEGER DEFAULT 0,
  onboarding_data JSONB DEFAULT '{}'::jsonb,
  preferences JSONB DEFAULT '{
    "theme": "system",
    "notifications": {
      "email": true,
      "push": true,
      "slack": false
    },
    "dashboard": {
      "default_view": "today",
      "widgets": ["meetings", "tasks", "approvals"]
    }
  }'::jsonb,
  is_active BOOLEAN DEFAULT TRUE,
  last_seen_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ,
  UNIQUE(org_id, email)
);

CREATE INDEX idx_users_org ON users(org_id);
CREATE INDEX idx_users_email ON users(email);
CREATE INDEX idx_users_role ON users(org_id, role);

CREATE TABLE executive_profiles (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  full_name VARCHAR(255) NOT NULL,
  title VARCHAR(255),
  email VARCHAR(255),
  phone VARCHAR(50),
  avatar_url TEXT,
  office_location VARCHAR(255),
  office_address TEXT,
  home_address TEXT,
  timezone VARCHAR(100) DEFAULT 'America/Los_Angeles',
  bio TEXT,
  scheduling_preferences JSONB DEFAULT '{
    "meeting_buffer_minutes": 15,
    "preferred_meeting_times": ["morning", "afternoon"],
    "max_meetings_per_day": null,
    "focus_time_blocks": [],
    "preferred_meeting_duration": 30,
    "avoid_days": [],
    "working_hours": {
      "start": "09:00",
      "end": "18:00"
    }
  }'::jsonb,
  communication_preferences JSONB DEFAULT '{
    "preferred_contact_method": "email",
    "response_time_expectation": "same_day",
    "cc_on_emails": true
  }'::jsonb,
  dietary_preferences JSONB DEFAULT '{
    "restrictions": [],
    "allergies": [],
    "favorites": [],
    "dislikes": []
  }'::jsonb,
  travel_preferences JSONB DEFAULT '{
    "preferred_airlines": [],
    "seat_preference": "aisle",
    "class_preference": "business",
    "hotel_preferences": [],
    "loyalty_programs": [],
    "tsa_precheck": false,
    "global_entry": false,
    "passport_expiry": null
  }'::jsonb,
  dining_preferences JSONB DEFAULT '{
    "cuisine_preferences": [],
    "favorite_restaurants": [],
    "price_range": "high"
  }'::jsonb,
  gift_preferences JSONB DEFAULT '{
    "interests": [],
    "favorite_brands": [],
    "sizes": {},
    "avoid": []
  }'::jsonb,
  is_active BOOLEAN DEFAULT TRUE,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

CREATE INDEX idx_executive_profiles_org ON executive_profiles(org_id);
CREATE INDEX idx_executive_profiles_active ON executive_profiles(org_id, is_active);

-- Which users (assistants) look after which executives.
CREATE TABLE user_executive_assignments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  executive_id UUID NOT NULL REFERENCES executive_profiles(id) ON DELETE CASCADE,
  -- the assistant who mainly looks after this executive
  is_primary BOOLEAN DEFAULT FALSE,
  -- assistant, backup, delegate
  role VARCHAR(50) DEFAULT 'assistant',
  permissions JSONB DEFAULT '{
    "calendar": ["read", "write"],
    "tasks": ["read", "write"],
    "approvals": ["read", "write"],
    "contacts": ["read", "write"],
    "settings": ["read"]
  }'::jsonb,
  assigned_at TIMESTAMPTZ DEFAULT NOW(),
  created_at TIMESTAMPTZ DEFAULT NOW(),
  UNIQUE(user_id, executive_id)
);

CREATE INDEX idx_user_exec_assignments_user ON user_executive_assignments(user_id);
CREATE INDEX idx_user_exec_assignments_exec ON user_executive_assignments(executive_id);
CREATE INDEX idx_user_exec_assignments_primary ON user_executive_assignments(executive_id, is_primary);

CREATE TABLE direct_reports (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID NOT NULL REFERENCES executive_profiles(id) ON DELETE CASCADE,
  full_name VARCHAR(255) NOT NULL,
  title VARCHAR(255),
  department VARCHAR(255),
  email VARCHAR(255),
  phone VARCHAR(50),
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_direct_reports_exec ON direct_reports(executive_id);

CREATE TABLE family_members (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID NOT NULL REFERENCES executive_profiles(id) ON DELETE CASCADE,
  full_name VARCHAR(255) NOT NULL,
  -- spouse, child, parent, sibling, other
  relationship VARCHAR(100) NOT NULL,
  birthday DATE,
  email VARCHAR(255),
  phone VARCHAR(50),
  preferences JSONB DEFAULT '{
    "interests": [],
    "sizes": {},
    "favorites": []
  }'::jsonb,
  notes TEXT,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_family_members_exec ON family_members(executive_id);

-- Loyalty programmes and clubs of an executive, not of a user in an organization.
CREATE TABLE memberships (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID NOT NULL REFERENCES executive_profiles(id) ON DELETE CASCADE,
  -- airlines, hotels, car_rental, lounges, clubs, other
  category VARCHAR(50) NOT NULL,
  provider_name VARCHAR(255) NOT NULL,
  program_name VARCHAR(255),
  member_number VARCHAR(255),
  -- Gold, Platinum, Diamond, …
  tier VARCHAR(100),
  enrolled_at DATE,
  expires_at DATE,
  benefits TEXT,
  notes TEXT,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_memberships_exec ON memberships(executive_id);
CREATE INDEX idx_memberships_category ON memberships(executive_id, category);
CREATE INDEX idx_memberships_expiry ON memberships(expires_at) WHERE expires_at IS NOT NULL;
