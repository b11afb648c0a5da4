DROP TABLE booking_staff_assignments;
DROP TABLE availability_blocks;
