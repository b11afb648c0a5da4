-- Brings when people can work, and which bookings they were given.

CREATE TABLE availability_blocks (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  start_time TIMESTAMP WITH TIME ZONE NOT NULL,
  end_time TIMESTAMP WITH TIME ZONE NOT NULL,
  status availability_status NOT NULL DEFAULT 'available',
  recurrence_pattern TEXT, -- JSON: how it recurs
  notes TEXT,
  location_preference UUID REFERENCES locations(id),
  max_distance_miles INTEGER,
  hourly_rate DECIMAL(8,2),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),

  CONSTRAINT valid_time_block CHECK (end_time > start_time)
);

CREATE INDEX idx_availability_user ON availability_blocks(user_id);
CREATE INDEX idx_availability_time ON availability_blocks(start_time, end_time);
CREATE INDEX idx_availability_status ON availability_blocks(status);
CREATE INDEX idx_availability_location ON availability_blocks(location_preference);

CREATE TABLE booking_staff_assignments (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  booking_id UUID NOT NULL REFERENCES bookings(id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users(id),
  role assignment_role NOT NULL DEFAULT 'staff',
  hourly_rate DECIMAL(8,2),
  hours_worked DECIMAL(6,2),
  status assignment_status NOT NULL DEFAULT 'assigned',
  assigned_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
  confirmed_at TIMESTAMP WITH TIME ZONE,
  completed_at TIMESTAMP WITH TIME ZONE,
  notes TEXT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),

  UNIQUE(booking_id, user_id)
);

CREATE INDEX idx_staff_assignments_booking ON booking_staff_assignments(booking_id);
CREATE INDEX idx_staff_assignments_user ON booking_staff_assignments(user_id);
CREATE INDEX idx_staff_assignments_status ON booking_staff_assignments(status);
CREATE INDEX idx_staff_assignments_role ON booking_staff_assignments(role);
