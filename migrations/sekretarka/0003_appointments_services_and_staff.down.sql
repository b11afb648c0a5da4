DROP TABLE staff;
DROP TABLE services;
DROP TABLE appointments;
