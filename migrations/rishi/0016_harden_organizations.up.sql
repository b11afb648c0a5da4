-- Mends the isolation of organizations, which was "application code": any role with SELECT saw every booking of every client.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.organizations'::regclass;

-- Places, brands and kits: seen by the organization, looked after by its managers.
ALTER TABLE locations ENABLE ROW LEVEL SECURITY;
CREATE POLICY location_read ON locations
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY location_insert ON locations
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY location_update ON locations
  FOR UPDATE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY location_delete ON locations
  FOR DELETE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
ALTER TABLE brands ENABLE ROW LEVEL SECURITY;
CREATE POLICY brand_read ON brands
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY brand_insert ON brands
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY brand_update ON brands
  FOR UPDATE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY brand_delete ON brands
  FOR DELETE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
ALTER TABLE brand_locations ENABLE ROW LEVEL SECURITY;
CREATE POLICY brand_location_read ON brand_locations
  FOR SELECT
  USING (EXISTS (SELECT FROM brands p WHERE p.id = brand_locations.brand_id));
CREATE POLICY brand_location_insert ON brand_locations
  FOR INSERT
  WITH CHECK (EXISTS (
    SELECT FROM brands p
    WHERE p.id = brand_locations.brand_id AND p.organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
  ));
CREATE POLICY brand_location_update ON brand_locations
  FOR UPDATE
  USING (EXISTS (
    SELECT FROM brands p
    WHERE p.id = brand_locations.brand_id AND p.organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
  ));
CREATE POLICY brand_location_delete ON brand_locations
  FOR DELETE
  USING (EXISTS (
    SELECT FROM brands p
    WHERE p.id = brand_locations.brand_id AND p.organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
  ));
ALTER TABLE kit_templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY kit_template_read ON kit_templates
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY kit_template_insert ON kit_templates
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY kit_template_update ON kit_templates
  FOR UPDATE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
CREATE POLICY kit_template_delete ON kit_templates
  FOR DELETE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
ALTER TABLE kit_instances ENABLE ROW LEVEL SECURITY;
CREATE POLICY kit_instance_read ON kit_instances
  FOR SELECT
  USING (EXISTS (SELECT FROM kit_templates p WHERE p.id = kit_instances.template_id));
CREATE POLICY kit_instance_insert ON kit_instances
  FOR INSERT
  WITH CHECK (EXISTS (
    SELECT FROM kit_templates p
    WHERE p.id = kit_instances.template_id AND p.organization_id = ANY ((SELECT working_organization_ids())::uuid[])
  ));
CREATE POLICY kit_instance_update ON kit_instances
  FOR UPDATE
  USING (EXISTS (
    SELECT FROM kit_templates p
    WHERE p.id = kit_instances.template_id AND p.organization_id = ANY ((SELECT working_organization_ids())::uuid[])
  ));
CREATE POLICY kit_instance_delete ON kit_instances
  FOR DELETE
  USING (EXISTS (
    SELECT FROM kit_templates p
    WHERE p.id = kit_instances.template_id AND p.organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
  ));

-- Bookings and tasks: seen by the organization, worked on by all but a client's users, at places of the same organization.
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY booking_read ON bookings
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY booking_insert ON bookings
  FOR INSERT
  WITH CHECK (
    organization_id = ANY ((SELECT working_organization_ids())::uuid[])
    AND created_by = (SELECT acting_user_id())
    AND (location_id IS NULL OR EXISTS (
      SELECT FROM locations p
      WHERE p.id = bookings.location_id AND p.organization_id = bookings.organization_id
    ))
  );
CREATE POLICY booking_update ON bookings
  FOR UPDATE
  USING (organization_id = ANY ((SELECT working_organization_ids())::uuid[]))
  WITH CHECK (
    organization_id = ANY ((SELECT working_organization_ids())::uuid[])
    AND (location_id IS NULL OR EXISTS (
      SELECT FROM locations p
      WHERE p.id = bookings.location_id AND p.organization_id = bookings.organization_id
    ))
  );
CREATE POLICY booking_delete ON bookings
  FOR DELETE
  USING (organization_id = ANY ((SELECT managed_organization_ids())::uuid[]));
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_read ON tasks
  FOR SELECT
  USING (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY task_insert ON tasks
  FOR INSERT
  WITH CHECK (organization_id = ANY ((SELECT working_organization_ids())::uuid[]) AND created_by = (SELECT acting_user_id()));
CREATE POLICY task_update ON tasks
  FOR UPDATE
  USING (
    organization_id = ANY ((SELECT working_organization_ids())::uuid[])
    OR (assigned_to = (SELECT acting_user_id()) AND organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
  )
  WITH CHECK (organization_id = ANY ((SELECT acting_organization_ids())::uuid[]));
CREATE POLICY task_delete ON tasks
  FOR DELETE
  USING (
    organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
    OR (created_by = (SELECT acting_user_id()) AND organization_id = ANY ((SELECT working_organization_ids())::uuid[]))
  );

-- Assignments follow their booking; who is assigned confirms and reports.
ALTER TABLE booking_staff_assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY assignment_read ON booking_staff_assignments
  FOR SELECT
  USING (EXISTS (SELECT FROM bookings p WHERE p.id = booking_staff_assignments.booking_id));
CREATE POLICY assignment_insert ON booking_staff_assignments
  FOR INSERT
  WITH CHECK (
    EXISTS (
      SELECT FROM bookings p
      WHERE p.id = booking_staff_assignments.booking_id
      AND p.organization_id = ANY ((SELECT working_organization_ids())::uuid[])
    )
    AND EXISTS (SELECT FROM users p WHERE p.id = booking_staff_assignments.user_id)
  );
CREATE POLICY assignment_update ON booking_staff_assignments
  FOR UPDATE
  USING (
    EXISTS (
      SELECT FROM bookings p
      WHERE p.id = booking_staff_assignments.booking_id
      AND p.organization_id = ANY ((SELECT working_organization_ids())::uuid[])
    )
    OR (
      user_id = (SELECT acting_user_id())
      AND EXISTS (SELECT FROM bookings p WHERE p.id = booking_staff_assignments.booking_id)
    )
  );
CREATE POLICY assignment_delete ON booking_staff_assignments
  FOR DELETE
  USING (EXISTS (
    SELECT FROM bookings p
    WHERE p.id = booking_staff_assignments.booking_id
    AND p.organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
  ));

-- Comments follow their task; internal ones are not for a client's users.
ALTER TABLE task_comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_comment_read ON task_comments
  FOR SELECT
  USING (EXISTS (
    SELECT FROM tasks p
    WHERE p.id = task_comments.task_id
    AND (NOT task_comments.is_internal OR p.organization_id = ANY ((SELECT working_organization_ids())::uuid[]))
  ));
CREATE POLICY task_comment_insert ON task_comments
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND EXISTS (
      SELECT FROM tasks p
      WHERE p.id = task_comments.task_id
      AND (NOT task_comments.is_internal OR p.organization_id = ANY ((SELECT working_organization_ids())::uuid[]))
    )
  );
CREATE POLICY task_comment_update ON task_comments
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()) AND EXISTS (SELECT FROM tasks p WHERE p.id = task_comments.task_id));
CREATE POLICY task_comment_delete ON task_comments
  FOR DELETE
  USING (user_id = (SELECT acting_user_id()) AND EXISTS (SELECT FROM tasks p WHERE p.id = task_comments.task_id));

-- Events: one's own where one belongs and those of the organizations one manages; recorded in one's own name and not changed.
-- What somebody did in an organization of others, when nothing held them back, is for that organization to read.
ALTER TABLE system_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_event_read ON system_events
  FOR SELECT
  USING (
    (
      user_id = (SELECT acting_user_id())
      AND (organization_id IS NULL OR organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
    )
    OR organization_id = ANY ((SELECT managed_organization_ids())::uuid[])
    OR (organization_id IS NULL AND (SELECT manages_platform()))
  );
CREATE POLICY system_event_insert ON system_events
  FOR INSERT
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (organization_id IS NULL OR organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
  );

-- Notifications: read and cleared by whom they are for, sent to those one shares an organization with.
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY notification_read ON notifications
  FOR SELECT
  USING (user_id = (SELECT acting_user_id()));
CREATE POLICY notification_insert ON notifications
  FOR INSERT
  WITH CHECK (
    EXISTS (SELECT FROM users p WHERE p.id = notifications.user_id)
    AND (organization_id IS NULL OR organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
  );
CREATE POLICY notification_update ON notifications
  FOR UPDATE
  USING (user_id = (SELECT acting_user_id()))
  WITH CHECK (
    user_id = (SELECT acting_user_id())
    AND (organization_id IS NULL OR organization_id = ANY ((SELECT acting_organization_ids())::uuid[]))
  );
CREATE POLICY notification_delete ON notifications
  FOR DELETE
  USING (user_id = (SELECT acting_user_id()));

RESET ROLE;
