-- Brings the places where bookings happen.
-- the document gives locations after bookings: here they come before because bookings.location_id refers to them.

CREATE TABLE locations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(200) NOT NULL,
  address TEXT NOT NULL,
  city VARCHAR(100),
  state VARCHAR(50),
  zip_code VARCHAR(20),
  country VARCHAR(50) DEFAULT 'USA',
  latitude DECIMAL(10,8),
  longitude DECIMAL(11,8),
  google_place_id VARCHAR(255),
  organization_id UUID NOT NULL REFERENCES organizations(id),
  location_type location_type NOT NULL DEFAULT 'dispensary',
  capacity INTEGER,
  amenities TEXT, -- JSON array
  accessibility_features TEXT, -- JSON array
  operating_hours TEXT, -- JSON: hours per day
  contact_info TEXT, -- JSON: contact details
  is_active BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_locations_org ON locations(organization_id);
CREATE INDEX idx_locations_state ON locations(state);
CREATE INDEX idx_locations_city ON locations(city);
CREATE INDEX idx_locations_coordinates ON locations(latitude, longitude);
CREATE INDEX idx_locations_type ON locations(location_type);
CREATE INDEX idx_locations_active ON locations(is_active);
