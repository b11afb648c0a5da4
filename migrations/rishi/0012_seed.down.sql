-- Takes the three rows off again, and what the audit trigger wrote about them. Where other rows refer to them by now
-- they are in use and stay; the steps below drop their tables anyway.
DO $$
DECLARE
  seed CONSTANT uuid := '00000000-0000-0000-0000-000000000001';
BEGIN
  DELETE FROM user_organizations WHERE user_id = seed AND organization_id = seed;
  IF EXISTS (SELECT FROM user_organizations WHERE user_id = seed OR organization_id = seed)
     OR EXISTS (SELECT FROM availability_blocks WHERE user_id = seed)
     OR EXISTS (SELECT FROM notifications WHERE user_id = seed)
  THEN -- these would go silently, by cascade
    RAISE foreign_key_violation;
  END IF;
  DELETE FROM users WHERE id = seed;
  DELETE FROM organizations WHERE id = seed;
  DELETE FROM system_events WHERE entity_type = 'users' AND entity_id = seed AND source = 'database_trigger';
EXCEPTION WHEN foreign_key_violation THEN
  RAISE NOTICE 'the internal organization and its administrator are in use and stay';
END
$$;
