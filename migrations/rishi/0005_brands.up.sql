-- Brings the brands and the places that carry them.

CREATE TABLE brands (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(150) NOT NULL,
  description TEXT,
  logo_url TEXT,
  organization_id UUID NOT NULL REFERENCES organizations(id),
  brand_category brand_category,
  website_url TEXT,
  social_media TEXT, -- JSON: links
  contact_info TEXT, -- JSON: contact details
  brand_guidelines TEXT, -- JSON: how the brand may be shown
  is_active BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_brands_org ON brands(organization_id);
CREATE INDEX idx_brands_category ON brands(brand_category);
CREATE INDEX idx_brands_active ON brands(is_active);

CREATE TABLE brand_locations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  brand_id UUID NOT NULL REFERENCES brands(id) ON DELETE CASCADE,
  location_id UUID NOT NULL REFERENCES locations(id) ON DELETE CASCADE,
  relationship_type brand_location_relationship DEFAULT 'partnership',
  start_date DATE,
  end_date DATE,
  terms TEXT, -- JSON: what was agreed
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),

  UNIQUE(brand_id, location_id)
);

CREATE INDEX idx_brand_locations_brand ON brand_locations(brand_id);
CREATE INDEX idx_brand_locations_location ON brand_locations(location_id);
CREATE INDEX idx_brand_locations_dates ON brand_locations(start_date, end_date);
