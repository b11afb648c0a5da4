-- Adds the index by which everybody's places on the staff are found, those of people who were removed among them: idx_staff_user leaves them out, and
-- whoever lists them with the others had to sort the whole table.
SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.staff'::regclass;

CREATE INDEX idx_staff_user_ever ON staff(user_id) WHERE user_id IS NOT NULL;
RESET ROLE;
