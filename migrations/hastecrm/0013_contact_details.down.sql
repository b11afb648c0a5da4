-- Takes back the contact's details.

DROP FUNCTION get_contact_details(uuid);
