-- Takes back reports, saved views and custom fields.

DROP TABLE reports;
DROP TABLE saved_views;
DROP TABLE custom_field_definitions;
