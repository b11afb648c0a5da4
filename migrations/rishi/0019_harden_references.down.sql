-- References may cross again.
DROP POLICY brand_location_one_organization ON brand_locations;
ALTER TABLE tasks DROP CONSTRAINT tasks_booking_same_organization;
ALTER TABLE bookings DROP CONSTRAINT bookings_location_same_organization;
ALTER TABLE locations DROP CONSTRAINT locations_organization_id_id_key;
ALTER TABLE bookings DROP CONSTRAINT bookings_organization_id_id_key;
