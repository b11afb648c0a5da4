-- Contacts with their tags, companies, and which contact is at which company.

-- People the workspace deals with; `department` is free text from their own company.
CREATE TABLE contacts (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    email varchar(255),
    first_name varchar(100),
    last_name varchar(100),
    phone varchar(50),
    mobile varchar(50),
    company varchar(255),
    title varchar(255),
    department varchar(100),
    address_line1 varchar(255),
    address_line2 varchar(255),
    city varchar(100),
    state varchar(100),
    country varchar(100),
    postal_code varchar(50),
    source varchar(50) DEFAULT 'manual',
    source_details jsonb DEFAULT '{}',
    score integer DEFAULT 0,
    lifecycle_stage varchar(50) DEFAULT 'lead',
    linkedin_url text,
    twitter_handle varchar(100),
    facebook_url text,
    website text,
    enrichment_data jsonb DEFAULT '{}',
    enrichment_updated_at timestamptz,
    ai_insights jsonb DEFAULT '{}',
    embedding vector(1536),
    custom_fields jsonb DEFAULT '{}',
    owner_id uuid REFERENCES users(id),
    created_by uuid REFERENCES users(id),
    last_activity_at timestamptz,
    last_contacted_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_source CHECK (source IN ('manual', 'import', 'website', 'email', 'api', 'linkedin', 'enrichment')),
    CONSTRAINT valid_lifecycle CHECK (lifecycle_stage IN ('lead', 'MQL', 'SQL', 'opportunity', 'customer', 'evangelist'))
);

CREATE INDEX idx_contacts_workspace ON contacts(workspace_id);
CREATE INDEX idx_contacts_email ON contacts(workspace_id, email);
CREATE INDEX idx_contacts_company ON contacts(workspace_id, company);
CREATE INDEX idx_contacts_owner ON contacts(workspace_id, owner_id);
CREATE INDEX idx_contacts_score ON contacts(workspace_id, score DESC);
CREATE INDEX idx_contacts_created_at ON contacts(workspace_id, created_at DESC);
CREATE INDEX idx_contacts_last_activity ON contacts(workspace_id, last_activity_at DESC);
CREATE INDEX idx_contacts_deleted_at ON contacts(deleted_at);

CREATE INDEX idx_contacts_search ON contacts USING gin(
    to_tsvector('english',
        coalesce(first_name, '') || ' ' ||
        coalesce(last_name, '') || ' ' ||
        coalesce(email, '') || ' ' ||
        coalesce(company, '')
    )
);

-- The index for vector search needs the real pgvector; the stand-in type has no operators.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
        CREATE INDEX idx_contacts_embedding ON contacts USING ivfflat (embedding vector_cosine_ops);
    ELSE
        RAISE NOTICE 'pgvector is not offered here: idx_contacts_embedding is left out';
    END IF;
END
$$;

CREATE TABLE tags (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    color varchar(7) DEFAULT '#808080',
    description text,
    created_at timestamptz DEFAULT now(),
    CONSTRAINT unique_workspace_tag UNIQUE (workspace_id, name)
);

CREATE TABLE contact_tags (
    contact_id uuid NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    tag_id uuid NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
    created_at timestamptz DEFAULT now(),
    PRIMARY KEY (contact_id, tag_id)
);

CREATE INDEX idx_contact_tags_contact ON contact_tags(contact_id);
CREATE INDEX idx_contact_tags_tag ON contact_tags(tag_id);

-- Their companies; `tags` is a plain list here, unlike the tags of contacts.
CREATE TABLE companies (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    workspace_id uuid NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    domain varchar(255),
    website text,
    industry varchar(100),
    company_size varchar(50),
    annual_revenue decimal(15,2),
    currency varchar(3) DEFAULT 'USD',
    address_line1 varchar(255),
    address_line2 varchar(255),
    city varchar(100),
    state varchar(100),
    country varchar(100),
    postal_code varchar(50),
    timezone varchar(50),
    phone varchar(50),
    email varchar(255),
    linkedin_url text,
    twitter_handle varchar(100),
    facebook_url text,
    enrichment_data jsonb DEFAULT '{}',
    enrichment_updated_at timestamptz,
    logo_url text,
    description text,
    ai_insights jsonb DEFAULT '{}',
    embedding vector(1536),
    custom_fields jsonb DEFAULT '{}',
    tags text[],
    parent_company_id uuid REFERENCES companies(id),
    owner_id uuid REFERENCES users(id),
    created_by uuid REFERENCES users(id),
    employee_count integer,
    founded_year integer,
    last_activity_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT valid_company_size CHECK (company_size IN ('1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5000+'))
);

CREATE INDEX idx_companies_workspace ON companies(workspace_id);
CREATE INDEX idx_companies_domain ON companies(domain);
CREATE INDEX idx_companies_name ON companies(workspace_id, name);
CREATE INDEX idx_companies_owner ON companies(workspace_id, owner_id);
CREATE INDEX idx_companies_parent ON companies(parent_company_id);
CREATE INDEX idx_companies_deleted_at ON companies(deleted_at);

CREATE INDEX idx_companies_search ON companies USING gin(
    to_tsvector('english',
        coalesce(name, '') || ' ' ||
        coalesce(domain, '') || ' ' ||
        coalesce(description, '')
    )
);

-- `role` is what the person does at the company, not an access role.
CREATE TABLE company_contacts (
    company_id uuid NOT NULL REFERENCES companies(id) ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    role varchar(100),
    is_primary boolean DEFAULT false,
    created_at timestamptz DEFAULT now(),
    PRIMARY KEY (company_id, contact_id)
);

CREATE INDEX idx_company_contacts_company ON company_contacts(company_id);
CREATE INDEX idx_company_contacts_contact ON company_contacts(contact_id);
