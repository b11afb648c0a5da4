-- Brings the enumerated types.
-- the document gives its types after its tables: here they come first because a column's type must exist before the table.

CREATE TYPE user_role AS ENUM (
  'super_admin',
  'internal_admin',
  'internal_field_manager',
  'brand_agent',
  'client_manager',
  'client_user'
);

CREATE TYPE organization_type AS ENUM (
  'internal',
  'client',
  'partner'
);

CREATE TYPE organization_tier AS ENUM (
  'internal',
  'tier1',
  'tier2',
  'tier3'
);

CREATE TYPE booking_status AS ENUM (
  'draft',
  'pending_approval',
  'approved',
  'confirmed',
  'in_progress',
  'completed',
  'cancelled',
  'on_hold'
);

CREATE TYPE booking_priority AS ENUM (
  'low',
  'medium',
  'high',
  'urgent'
);

CREATE TYPE location_type AS ENUM (
  'dispensary',
  'cultivation_facility',
  'manufacturing_facility',
  'distribution_center',
  'testing_lab',
  'consumption_lounge',
  'delivery_hub',
  'warehouse',
  'office',
  'event_venue',
  'other'
);

CREATE TYPE task_type AS ENUM (
  'general',
  'setup',
  'breakdown',
  'training',
  'documentation',
  'compliance',
  'inventory',
  'quality_check',
  'customer_service',
  'maintenance'
);

CREATE TYPE task_status AS ENUM (
  'open',
  'in_progress',
  'pending_review',
  'completed',
  'cancelled',
  'blocked'
);

CREATE TYPE task_priority AS ENUM (
  'low',
  'medium',
  'high',
  'urgent'
);

-- The nine types below: the labels that the document uses as defaults are kept, the others are a choice.

-- the document never defines brand_category: labels are chosen because brands.brand_category cannot be made without it.
CREATE TYPE brand_category AS ENUM (
  'flower',
  'pre_roll',
  'edible',
  'beverage',
  'concentrate',
  'vape',
  'topical',
  'accessory',
  'other'
);

-- the document never defines brand_location_relationship: labels are chosen because brand_locations.relationship_type (default 'partnership') cannot be made without it.
CREATE TYPE brand_location_relationship AS ENUM (
  'partnership',
  'exclusive',
  'consignment',
  'sponsorship',
  'trial'
);

-- the document never defines availability_status: labels are chosen because availability_blocks.status (default 'available') cannot be made without it.
CREATE TYPE availability_status AS ENUM (
  'available',
  'tentative',
  'booked',
  'unavailable'
);

-- the document never defines assignment_role: labels are chosen because booking_staff_assignments.role (default 'staff') cannot be made without it.
CREATE TYPE assignment_role AS ENUM (
  'staff',
  'lead',
  'supervisor',
  'trainee',
  'driver'
);

-- the document never defines assignment_status: labels are chosen because booking_staff_assignments.status (default 'assigned') cannot be made without it.
CREATE TYPE assignment_status AS ENUM (
  'assigned',
  'confirmed',
  'in_progress',
  'completed',
  'declined',
  'cancelled',
  'no_show'
);

-- the document never defines kit_template_type: labels are chosen because kit_templates.template_type (default 'standard') cannot be made without it.
CREATE TYPE kit_template_type AS ENUM (
  'standard',
  'premium',
  'event',
  'sampling',
  'custom'
);

-- the document never defines kit_status: labels are chosen because kit_instances.status (default 'available') cannot be made without it.
CREATE TYPE kit_status AS ENUM (
  'available',
  'reserved',
  'checked_out',
  'maintenance',
  'damaged',
  'lost',
  'retired'
);

-- the document never defines notification_type: labels are chosen because notifications.notification_type (default 'info') cannot be made without it.
CREATE TYPE notification_type AS ENUM (
  'info',
  'success',
  'warning',
  'error',
  'reminder'
);

-- the document never defines notification_priority: labels are chosen because notifications.priority (default 'medium') cannot be made without it.
CREATE TYPE notification_priority AS ENUM (
  'low',
  'medium',
  'high',
  'urgent'
);
