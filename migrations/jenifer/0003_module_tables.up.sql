-- Brings what the product is about: meetings, contacts, tasks, approvals, delegations, key dates, concierge services.

CREATE TABLE meetings (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  title VARCHAR(500) NOT NULL,
  description TEXT,
  start_time TIMESTAMPTZ NOT NULL,
  end_time TIMESTAMPTZ NOT NULL,
  timezone VARCHAR(100) DEFAULT 'America/Los_Angeles',
  is_all_day BOOLEAN DEFAULT FALSE,
  -- virtual, in_person, phone, hybrid
  location_type VARCHAR(50) DEFAULT 'virtual',
  -- an address or a video link
  location VARCHAR(500),
  location_details TEXT,
  video_conference_url TEXT,
  -- zoom, teams, google_meet, other
  video_conference_provider VARCHAR(50),
  video_conference_id VARCHAR(255),
  -- internal, external, personal, travel, focus_time
  meeting_type VARCHAR(50) DEFAULT 'internal',
  -- client_call, team_meeting, interview, …
  category VARCHAR(100),
  is_recurring BOOLEAN DEFAULT FALSE,
  -- an RRULE
  recurrence_rule TEXT,
  recurrence_parent_id UUID REFERENCES meetings(id) ON DELETE CASCADE,
  -- tentative, confirmed, cancelled
  status VARCHAR(50) DEFAULT 'confirmed',
  -- [{ "email": "", "name": "", "status": "accepted|declined|tentative", "is_organizer": bool }]
  attendees JSONB DEFAULT '[]'::jsonb,
  external_calendar_id VARCHAR(255),
  external_event_id VARCHAR(255),
  -- google, outlook
  external_calendar_provider VARCHAR(50),
  last_synced_at TIMESTAMPTZ,
  ai_meeting_brief TEXT,
  ai_suggested_prep JSONB DEFAULT '[]'::jsonb,
  metadata JSONB DEFAULT '{}'::jsonb,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

CREATE INDEX idx_meetings_org ON meetings(org_id);
CREATE INDEX idx_meetings_exec ON meetings(executive_id);
CREATE INDEX idx_meetings_time ON meetings(org_id, start_time, end_time);
-- the document: DATE(start_time), which cannot be indexed because it depends on the session's time zone.
CREATE INDEX idx_meetings_date ON meetings(org_id, DATE(start_time AT TIME ZONE 'UTC'));
CREATE INDEX idx_meetings_external ON meetings(external_calendar_id, external_event_id);
CREATE INDEX idx_meetings_recurring ON meetings(recurrence_parent_id) WHERE recurrence_parent_id IS NOT NULL;

-- the document: contacts after tasks and key_dates; before them here, because both refer to it.
CREATE TABLE contacts (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  created_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  full_name VARCHAR(255) NOT NULL,
  title VARCHAR(255),
  company VARCHAR(255),
  email VARCHAR(255),
  phone VARCHAR(50),
  mobile VARCHAR(50),
  address_line1 VARCHAR(255),
  address_line2 VARCHAR(255),
  city VARCHAR(100),
  state VARCHAR(100),
  postal_code VARCHAR(20),
  country VARCHAR(100),
  -- vip, client, vendor, partner, personal, other
  category VARCHAR(50) DEFAULT 'other',
  tags JSONB DEFAULT '[]'::jsonb,
  relationship_notes TEXT,
  -- 1-5
  relationship_strength INTEGER DEFAULT 3,
  linkedin_url VARCHAR(500),
  twitter_handle VARCHAR(100),
  assistant_name VARCHAR(255),
  assistant_email VARCHAR(255),
  assistant_phone VARCHAR(50),
  preferences JSONB DEFAULT '{}'::jsonb,
  last_contacted_at TIMESTAMPTZ,
  next_followup_at TIMESTAMPTZ,
  ai_enriched_data JSONB DEFAULT '{}'::jsonb,
  ai_enriched_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

CREATE INDEX idx_contacts_org ON contacts(org_id);
CREATE INDEX idx_contacts_exec ON contacts(executive_id);
CREATE INDEX idx_contacts_category ON contacts(org_id, category);
CREATE INDEX idx_contacts_company ON contacts(org_id, company);
CREATE INDEX idx_contacts_search ON contacts
USING gin(to_tsvector('english', full_name || ' ' || COALESCE(company, '')));

CREATE TABLE tasks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  created_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  assigned_to UUID REFERENCES users(id) ON DELETE SET NULL,
  title VARCHAR(500) NOT NULL,
  description TEXT,
  -- todo, in_progress, waiting, done, cancelled
  status VARCHAR(50) DEFAULT 'todo',
  -- low, medium, high, urgent
  priority VARCHAR(20) DEFAULT 'medium',
  -- scheduling, travel, admin, communication, research, other
  category VARCHAR(100),
  tags JSONB DEFAULT '[]'::jsonb,
  due_date TIMESTAMPTZ,
  due_time TIME,
  completed_at TIMESTAMPTZ,
  is_recurring BOOLEAN DEFAULT FALSE,
  recurrence_rule TEXT,
  recurrence_parent_id UUID REFERENCES tasks(id) ON DELETE CASCADE,
  related_meeting_id UUID REFERENCES meetings(id) ON DELETE SET NULL,
  -- the document: REFERENCES approvals right here; added below, because approvals refers to tasks as well.
  related_approval_id UUID,
  related_contact_id UUID REFERENCES contacts(id) ON DELETE SET NULL,
  -- [{ "id": "", "title": "", "completed": bool }]
  subtasks JSONB DEFAULT '[]'::jsonb,
  -- [{ "id": "", "name": "", "url": "", "type": "", "size": 0 }]
  attachments JSONB DEFAULT '[]'::jsonb,
  ai_suggested_priority VARCHAR(20),
  ai_suggested_due_date TIMESTAMPTZ,
  ai_notes TEXT,
  position INTEGER DEFAULT 0,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  deleted_at TIMESTAMPTZ
);

CREATE INDEX idx_tasks_org ON tasks(org_id);
CREATE INDEX idx_tasks_exec ON tasks(executive_id);
CREATE INDEX idx_tasks_assigned ON tasks(assigned_to);
CREATE INDEX idx_tasks_status ON tasks(org_id, status);
CREATE INDEX idx_tasks_due ON tasks(org_id, due_date) WHERE due_date IS NOT NULL;
CREATE INDEX idx_tasks_priority ON tasks(org_id, priority, status);

CREATE TABLE approvals (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID NOT NULL REFERENCES executive_profiles(id) ON DELETE CASCADE,
  submitted_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  decided_by UUID REFERENCES users(id) ON DELETE SET NULL,
  title VARCHAR(500) NOT NULL,
  description TEXT,
  -- expense, calendar, document, travel, purchase, time_off, other
  approval_type VARCHAR(50) NOT NULL,
  category VARCHAR(100),
  -- pending, approved, rejected, info_requested, cancelled
  status VARCHAR(50) DEFAULT 'pending',
  -- low, medium, high, urgent
  urgency VARCHAR(20) DEFAULT 'medium',
  amount DECIMAL(12, 2),
  currency VARCHAR(3) DEFAULT 'USD',
  due_date TIMESTAMPTZ,
  decided_at TIMESTAMPTZ,
  decision_notes TEXT,
  attachments JSONB DEFAULT '[]'::jsonb,
  related_task_id UUID REFERENCES tasks(id) ON DELETE SET NULL,
  -- 0-100
  ai_risk_score INTEGER,
  -- approve, review, reject
  ai_recommendation VARCHAR(50),
  ai_notes TEXT,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

ALTER TABLE tasks ADD CONSTRAINT tasks_related_approval_id_fkey
  FOREIGN KEY (related_approval_id) REFERENCES approvals(id) ON DELETE SET NULL;

CREATE INDEX idx_approvals_org ON approvals(org_id);
CREATE INDEX idx_approvals_exec ON approvals(executive_id);
CREATE INDEX idx_approvals_status ON approvals(org_id, status);
CREATE INDEX idx_approvals_submitted ON approvals(submitted_by);
CREATE INDEX idx_approvals_pending ON approvals(org_id, executive_id, status) WHERE status = 'pending';

CREATE TABLE delegations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  task_id UUID NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
  delegated_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  delegated_to UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  -- pending, accepted, rejected, completed, cancelled
  status VARCHAR(50) DEFAULT 'pending',
  delegation_notes TEXT,
  completion_notes TEXT,
  due_date TIMESTAMPTZ,
  accepted_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_delegations_task ON delegations(task_id);
CREATE INDEX idx_delegations_from ON delegations(delegated_by);
CREATE INDEX idx_delegations_to ON delegations(delegated_to);
CREATE INDEX idx_delegations_status ON delegations(org_id, status);

CREATE TABLE key_dates (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  executive_id UUID REFERENCES executive_profiles(id) ON DELETE SET NULL,
  created_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  title VARCHAR(500) NOT NULL,
  description TEXT,
  date DATE NOT NULL,
  time TIME,
  -- when it lasts several days
  end_date DATE,
  -- birthday, anniversary, deadline, milestone, travel, financial, team, personal, vip, expiration, holiday,
  -- other
  category VARCHAR(50) NOT NULL,
  related_person VARCHAR(255),
  related_contact_id UUID REFERENCES contacts(id) ON DELETE SET NULL,
  related_family_member_id UUID REFERENCES family_members(id) ON DELETE SET NULL,
  is_recurring BOOLEAN DEFAULT FALSE,
  -- an RRULE
  recurrence_rule TEXT,
  -- so many days before
  reminder_days JSONB DEFAULT '[7, 1]'::jsonb,
  tags JSONB DEFAULT '[]'::jsonb,
  -- [{ "action": "book_restaurant", "details": "..." }]
  ai_suggested_actions JSONB DEFAULT '[]'::jsonb,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_key_dates_org ON key_dates(org_id);
CREATE INDEX idx_key_dates_exec ON key_dates(executive_id);
CREATE INDEX idx_key_dates_date ON key_dates(org_id, date);
CREATE INDEX idx_key_dates_category ON key_dates(org_id, category);
-- the document: WHERE date >= CURRENT_DATE, which cannot be a predicate because it changes every day.
CREATE INDEX idx_key_dates_upcoming ON key_dates(date);

CREATE TABLE concierge_services (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  created_by UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  -- restaurant, hotel, transportation, venue, gift, florist, catering, entertainment, other
  category VARCHAR(50) NOT NULL,
  subcategory VARCHAR(100),
  contact_name VARCHAR(255),
  phone VARCHAR(50),
  email VARCHAR(255),
  website VARCHAR(500),
  address TEXT,
  city VARCHAR(100),
  -- $, $$, $$$, $$$$
  price_range VARCHAR(20),
  -- 0.0 - 5.0
  rating DECIMAL(2, 1),
  notes TEXT,
  special_instructions TEXT,
  tags JSONB DEFAULT '[]'::jsonb,
  is_favorite BOOLEAN DEFAULT FALSE,
  times_used INTEGER DEFAULT 0,
  last_used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_concierge_org ON concierge_services(org_id);
CREATE INDEX idx_concierge_category ON concierge_services(org_id, category);
CREATE INDEX idx_concierge_favorites ON concierge_services(org_id, is_favorite) WHERE is_favorite = TRUE;
