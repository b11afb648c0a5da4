-- Brings the equipment: what a kit holds, and each kit that there is.

CREATE TABLE kit_templates (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(200) NOT NULL,
  description TEXT,
  organization_id UUID NOT NULL REFERENCES organizations(id),
  created_by UUID NOT NULL REFERENCES users(id),
  template_type kit_template_type NOT NULL DEFAULT 'standard',
  items TEXT NOT NULL, -- JSON array: what belongs in the kit
  estimated_value DECIMAL(10,2),
  weight_lbs DECIMAL(8,2),
  volume_cubic_ft DECIMAL(8,2),
  setup_instructions TEXT,
  breakdown_instructions TEXT,
  safety_requirements TEXT, -- JSON array
  certifications_required TEXT, -- JSON array
  is_active BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_kit_templates_org ON kit_templates(organization_id);
CREATE INDEX idx_kit_templates_type ON kit_templates(template_type);
CREATE INDEX idx_kit_templates_active ON kit_templates(is_active);

CREATE TABLE kit_instances (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  template_id UUID NOT NULL REFERENCES kit_templates(id),
  booking_id UUID REFERENCES bookings(id),
  assigned_to UUID REFERENCES users(id),
  status kit_status NOT NULL DEFAULT 'available',
  location_id UUID REFERENCES locations(id),
  checked_out_at TIMESTAMP WITH TIME ZONE,
  checked_out_by UUID REFERENCES users(id),
  due_back_at TIMESTAMP WITH TIME ZONE,
  checked_in_at TIMESTAMP WITH TIME ZONE,
  checked_in_by UUID REFERENCES users(id),
  condition_notes TEXT,
  damage_reported BOOLEAN NOT NULL DEFAULT false,
  replacement_cost DECIMAL(10,2),
  serial_numbers TEXT, -- JSON: item to serial number
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_kit_instances_template ON kit_instances(template_id);
CREATE INDEX idx_kit_instances_booking ON kit_instances(booking_id);
CREATE INDEX idx_kit_instances_status ON kit_instances(status);
CREATE INDEX idx_kit_instances_location ON kit_instances(location_id);
CREATE INDEX idx_kit_instances_due_back ON kit_instances(due_back_at);
