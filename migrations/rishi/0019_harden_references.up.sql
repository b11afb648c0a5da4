-- Mends references into another tenant. A booking of one organization could be at a location of another.
-- The tenant is part of the reference now. What crosses already is left as it is (NOT VALID) until somebody looks at it; what
-- is deleted together is looked at once all of it is (DEFERRED).
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.users'::regclass;

-- What such a reference needs on the other side.
ALTER TABLE bookings ADD CONSTRAINT bookings_organization_id_id_key UNIQUE (organization_id, id);
ALTER TABLE locations ADD CONSTRAINT locations_organization_id_id_key UNIQUE (organization_id, id);

ALTER TABLE bookings ADD CONSTRAINT bookings_location_same_organization
  FOREIGN KEY (organization_id, location_id) REFERENCES locations (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

ALTER TABLE tasks ADD CONSTRAINT tasks_booking_same_organization
  FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- A link carries no organization: both of its ends are looked at.
CREATE POLICY brand_location_one_organization ON brand_locations AS RESTRICTIVE
  FOR ALL
  WITH CHECK (EXISTS (
    SELECT FROM brands b JOIN locations l ON l.organization_id = b.organization_id
    WHERE b.id = brand_locations.brand_id AND l.id = brand_locations.location_id
  ));

RESET ROLE;
