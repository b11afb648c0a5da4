-- Workspaces, users and who belongs where.

-- The tenant root: nearly every other table carries its id.
CREATE TABLE workspaces (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    name varchar(255) NOT NULL,
    slug varchar(255) UNIQUE NOT NULL,
    logo_url text,
    plan varchar(50) NOT NULL DEFAULT 'free',
    settings jsonb DEFAULT '{}',
    features jsonb DEFAULT '{}',
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    stripe_customer_id varchar(255),
    stripe_subscription_id varchar(255),
    subscription_status varchar(50),
    trial_ends_at timestamptz,
    usage_metrics jsonb DEFAULT '{}',
    CONSTRAINT valid_plan CHECK (plan IN ('free', 'starter', 'professional', 'enterprise'))
);

CREATE INDEX idx_workspaces_slug ON workspaces(slug);
CREATE INDEX idx_workspaces_deleted_at ON workspaces(deleted_at);

-- Global: one person, however many workspaces; password_hash is null for those who come by OAuth.
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    email varchar(255) UNIQUE NOT NULL,
    email_verified boolean DEFAULT false,
    password_hash varchar(255),
    first_name varchar(100),
    last_name varchar(100),
    avatar_url text,
    phone varchar(50),
    timezone varchar(50) DEFAULT 'UTC',
    locale varchar(10) DEFAULT 'en',
    google_id varchar(255) UNIQUE,
    google_refresh_token text,
    microsoft_id varchar(255) UNIQUE,
    last_login_at timestamptz,
    login_count integer DEFAULT 0,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    preferences jsonb DEFAULT '{}'
);

CREATE INDEX idx_users_email ON users(email);
CREATE INDEX idx_users_google_id ON users(google_id);
CREATE INDEX idx_users_deleted_at ON users(deleted_at);

-- Who belongs to which workspace, as what; permissions refine the role.
CREATE TABLE workspace_members (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role varchar(50) NOT NULL DEFAULT 'member',
    permissions jsonb DEFAULT '{}',
    status varchar(50) DEFAULT 'active',
    invited_by uuid REFERENCES users(id),
    invited_at timestamptz,
    joined_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT valid_role CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    CONSTRAINT unique_workspace_member UNIQUE (workspace_id, user_id)
);

CREATE INDEX idx_workspace_members_workspace ON workspace_members(workspace_id);
CREATE INDEX idx_workspace_members_user ON workspace_members(user_id);
